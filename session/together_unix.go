//go:build unix

package session

import (
	"os/exec"
	"syscall"
)

// together makes a program and all that it starts end as one when the context
// does: go build has compilers under way, which would go on writing.
func together(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}
