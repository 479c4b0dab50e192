//go:build unix

package jobtrace

import (
	"os/exec"
	"syscall"
)

// detach keeps signals of the terminal from the child, which ends by itself.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
