package jobtrace

import (
	"bytes"
	"errors"
	"os"
	"strconv"
)

// process reads RSS and swap of this process in bytes. The error says what is
// not known.
func (m *meter) process() (rss, swap *int64, err error) {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	n, err := f.Read(m.status[:])
	if err != nil {
		return nil, nil, err
	}
	rss, swap = kilobytes(m.status[:n], "\nVmRSS:"), kilobytes(m.status[:n], "\nVmSwap:")
	if rss == nil || swap == nil {
		err = errors.New("/proc/self/status has no VmRSS or no VmSwap")
	}
	return rss, swap, err
}

// kilobytes is the number behind a key, "   1234 kB", in bytes; nil if there is
// none.
func kilobytes(status []byte, key string) *int64 {
	_, rest, ok := bytes.Cut(status, []byte(key))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	number, isKB := bytes.CutSuffix(bytes.TrimSpace(line), []byte(" kB"))
	n, err := strconv.ParseInt(string(number), 10, 64)
	if !ok || !isKB || err != nil {
		return nil
	}
	n <<= 10
	return &n
}
