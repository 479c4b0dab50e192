//go:build unix

package jobtrace

import (
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
)

// detach keeps signals of the terminal from the child, which ends by itself.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// readUnder reads from a pipe and holds mu only while it is in a system call, not
// while it waits for something to read.
func readUnder(mu sync.Locker, f *os.File, b []byte) (n int, err error) {
	pipe, err := f.SyscallConn()
	if err != nil {
		return 0, err
	}
	waited := pipe.Read(func(fd uintptr) bool {
		mu.Lock()
		defer mu.Unlock()
		for {
			if n, err = syscall.Read(int(fd), b); err != syscall.EINTR {
				return err != syscall.EAGAIN
			}
		}
	})
	switch {
	case waited != nil:
		return 0, waited
	case err != nil:
		return 0, err
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}
