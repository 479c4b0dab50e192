package http

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"
)

// usage is the page of memory: bytes, and null for what cannot be known.
type usage struct {
	Time       time.Time `json:"time"`
	PID        int       `json:"pid"`
	Started    time.Time `json:"started"`
	RSS        *uint64   `json:"rss"`
	Swap       *uint64   `json:"swap"`
	HeapLive   *uint64   `json:"heapLive"`
	HeapIdle   *uint64   `json:"heapIdle"`
	HeapGoal   *uint64   `json:"heapGoal"`
	Goroutines int       `json:"goroutines"`
	Job        *string   `json:"job"`
	Jobs       *int      `json:"jobsSoFar"`
	Executable string    `json:"executable"`
}

func memory(w http.ResponseWriter, _ *http.Request) {
	u := usage{Time: time.Now(), PID: os.Getpid(), Started: started, Goroutines: runtime.NumGoroutine(), Executable: executable()}
	u.RSS, u.Swap = resident()
	if u.HeapLive = sumOf("/gc/heap/live:bytes"); u.HeapLive != nil && *u.HeapLive == 0 {
		u.HeapLive = nil // before the first collection
	}
	u.HeapIdle = sumOf("/memory/classes/heap/free:bytes", "/memory/classes/heap/released:bytes")
	u.HeapGoal = sumOf("/gc/heap/goal:bytes")
	if job, soFar, known := currentJob(); known {
		u.Job, u.Jobs = &job, &soFar
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(u)
}

// sumOf adds runtime metrics up, nil if this Go lacks one.
func sumOf(names ...string) *uint64 {
	samples := make([]metrics.Sample, len(names))
	for i, name := range names {
		samples[i].Name = name
	}
	metrics.Read(samples)
	sum := uint64(0)
	for _, s := range samples {
		if s.Value.Kind() != metrics.KindUint64 {
			return nil
		}
		sum += s.Value.Uint64()
	}
	return &sum
}

// resident is what the system says of the process: bytes in memory and on swap.
func resident() (rss, swap *uint64) {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return nil, nil
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		switch name, rest, _ := strings.Cut(lines.Text(), ":"); name {
		case "VmRSS":
			rss = kilobytes(rest)
		case "VmSwap":
			swap = kilobytes(rest)
		}
	}
	return rss, swap
}

// kilobytes reads "  1234 kB".
func kilobytes(text string) *uint64 {
	n, err := strconv.ParseUint(strings.TrimSpace(strings.TrimSuffix(text, "kB")), 10, 54)
	if err != nil {
		return nil
	}
	n <<= 10
	return &n
}
