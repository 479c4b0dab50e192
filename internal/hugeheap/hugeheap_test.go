//go:build linux && (amd64 || arm64)

package hugeheap

import (
	"bytes"
	"os"
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

// TestAdvised wants both the chunk that the heap began with and what it was
// extended by.
func TestAdvised(t *testing.T) {
	if enabled, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled"); err != nil || bytes.Contains(enabled, []byte("[never]")) {
		t.Skip("no huge pages here")
	}
	if got := huge(t, uintptr(unsafe.Pointer(fresh))); got < chunk+extent {
		t.Errorf("%d bytes of the heap are advised, want %d", got, chunk+extent)
	}
}
