//go:build !unix

package session

import "os/exec"

// together leaves a program as it is: there are no groups of processes.
func together(cmd *exec.Cmd) *exec.Cmd { return cmd }
