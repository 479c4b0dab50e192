//go:build linux && (amd64 || arm64)

package hugeheap

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"unsafe"
)

// huge is how many bytes around at, in the heap, are advised to be in huge pages.
func huge(t *testing.T, at uintptr) (sum uintptr) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Skip(err)
	}
	var lo, hi uintptr
	for line := range strings.Lines(string(maps)) {
		fields := strings.Fields(line)
		if from, to, ok := strings.Cut(fields[0], "-"); ok {
			lo, hi = hex(from), hex(to)
		}
		if fields[0] == "VmFlags:" && strings.Contains(line, " hg") && hi > at-chunk && lo < at+32*chunk {
			sum += hi - lo
		}
	}
	return sum
}

func hex(digits string) uintptr {
	n, _ := strconv.ParseUint(digits, 16, 64)
	return uintptr(n)
}

// TestAdvised looks at this process, and at one that never collects.
func TestAdvised(t *testing.T) {
	if enabled, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled"); err != nil || bytes.Contains(enabled, []byte("[never]")) {
		t.Skip("no huge pages here")
	}
	got := huge(t, uintptr(unsafe.Pointer(fresh)))
	if os.Getenv("GOGC") == "off" {
		fmt.Println("advised", got)
		return
	}
	if got < chunk {
		t.Errorf("%d bytes of the heap are advised, want %d", got, chunk)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestAdvised$")
	cmd.Env = append(os.Environ(), "GOGC=off")
	out, err := cmd.Output()
	var more int
	if _, scanErr := fmt.Sscanf(string(out), "advised %d", &more); err != nil || scanErr != nil {
		t.Fatalf("%v, %v: %s", err, scanErr, out)
	}
	if more < extent {
		t.Errorf("%d bytes of a heap that is not collected are advised, want %d", more, extent)
	}
}
