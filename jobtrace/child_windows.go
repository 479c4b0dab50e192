package jobtrace

import (
	"os/exec"
	"syscall"
)

// detach keeps Ctrl-C from the child, which ends by itself.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}
