package jobtrace

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime/metrics"
	"time"
)

// The figures that are read from runtime/metrics, in this order.
const (
	heapLive = iota
	heapFree
	heapReleased
	heapGoal
	goroutines
	collections
	memoryLimit
	total
	heapObjects
	heapUnused
	finQueued
	finDone
	cleanQueued
	cleanDone
	numMetrics
)

var metricNames = [numMetrics]string{
	heapLive:     "/gc/heap/live:bytes",
	heapFree:     "/memory/classes/heap/free:bytes",
	heapReleased: "/memory/classes/heap/released:bytes",
	heapGoal:     "/gc/heap/goal:bytes",
	goroutines:   "/sched/goroutines:goroutines",
	collections:  "/gc/cycles/total:gc-cycles",
	memoryLimit:  "/gc/gomemlimit:bytes",
	total:        "/memory/classes/total:bytes",
	heapObjects:  "/memory/classes/heap/objects:bytes",
	heapUnused:   "/memory/classes/heap/unused:bytes",
	finQueued:    "/gc/finalizers/queued:finalizers",
	finDone:      "/gc/finalizers/executed:finalizers",
	cleanQueued:  "/gc/cleanups/queued:cleanups",
	cleanDone:    "/gc/cleanups/executed:cleanups",
}

// meter reads figures without making garbage. One goroutine at a time.
type meter struct {
	samples [numMetrics]metrics.Sample
	status  [8 << 10]byte // of /proc/self/status
}

func newMeter() *meter {
	m := &meter{}
	for i, name := range metricNames {
		m.samples[i].Name = name
	}
	return m
}

// read reads the figures from, up to to and without it.
func (m *meter) read(from, to int) { metrics.Read(m.samples[from:to]) }

// get is a figure that was read; this version of Go may not have it.
func (m *meter) get(i int) (n int64, ok bool) {
	if m.samples[i].Value.Kind() != metrics.KindUint64 {
		return 0, false
	}
	return int64(m.samples[i].Value.Uint64()), true
}

// pointer is get for a manifest: nil for what is not known.
func (m *meter) pointer(i int) *int64 {
	if n, ok := m.get(i); ok {
		return &n
	}
	return nil
}

// memory reads all that a manifest says of the memory. The error says why RSS or
// swap are not known.
func (m *meter) memory() (mem Memory, err error) {
	m.read(heapLive, collections+1)
	if n, _ := m.get(collections); n > 0 {
		mem.HeapLive = m.pointer(heapLive)
	}
	mem.HeapIdle, mem.HeapReleased = m.pointer(heapFree), m.pointer(heapReleased)
	if mem.HeapIdle != nil && mem.HeapReleased != nil {
		*mem.HeapIdle += *mem.HeapReleased
	}
	mem.HeapGoal, mem.Goroutines = m.pointer(heapGoal), m.pointer(goroutines)
	mem.RSS, mem.Swap, err = m.process()
	return mem, err
}

// ReadMemory is the state of this process's memory. The error says why something of
// it is not known.
func ReadMemory() (Memory, error) { return newMeter().memory() }

// pending is how many finalizers and cleanups wait for their turn.
func (m *meter) pending() int64 {
	m.read(finQueued, cleanDone+1)
	fin, _ := m.get(finQueued)
	finRan, _ := m.get(finDone)
	clean, _ := m.get(cleanQueued)
	cleanRan, _ := m.get(cleanDone)
	return fin - finRan + clean - cleanRan
}

// maxJournal is how large memory.jsonl gets before it is begun anew; the one
// before stays as memory.old.jsonl.
const maxJournal = 32 << 20

// sampling writes a line of memory.jsonl every so often until the Tracer stops.
func (t *Tracer) sampling() {
	t.sample()
	tick := time.NewTicker(t.o.SampleEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			t.sample()
		case <-t.stop:
			t.sample()
			return
		}
	}
}

// sample writes one line.
func (t *Tracer) sample() {
	t.work.Lock()
	defer t.work.Unlock()
	s := Sample{Time: time.Now(), PID: t.self.PID}
	s.Job, s.JobsSoFar = t.now()
	s.Memory = t.memory()
	if err := t.append(&s); err != nil {
		t.log.once("memory.jsonl is not written", err)
	}
}

// memory reads the figures, and says once what cannot be read. Under t.work.
func (t *Tracer) memory() Memory {
	mem, err := t.meter.memory()
	if err != nil {
		t.log.once("memory of the process is not known in full", err)
	}
	return mem
}

func (t *Tracer) append(s *Sample) error {
	if err := t.ready(); err != nil {
		return err
	}
	line, err := json.Marshal(s)
	if err != nil {
		return err
	}
	path := filepath.Join(t.folder.dir, "memory.jsonl")
	f, err := openOwn(path, os.O_APPEND|os.O_WRONLY)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > maxJournal {
		err = errors.Join(f.Close(), os.Rename(path, filepath.Join(t.folder.dir, "memory.old.jsonl")))
		if err != nil {
			return err
		}
		return t.append(s)
	}
	if t.torn {
		line = append([]byte{'\n'}, line...)
	}
	_, err = f.Write(append(line, '\n'))
	t.torn = err != nil
	return err
}
