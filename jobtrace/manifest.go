package jobtrace

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"
)

// Schema is the version of Manifest that this package writes.
const Schema = 1

// What a dump was written for.
const (
	KindBefore = "before" // before a job
	KindAfter  = "after"  // after one; it is also the next job's "before" when nothing ran between
	KindMemory = "memory" // live memory came close to a limit
	KindPanic  = "panic"  // while a job's panic, or runtime.Goexit, was under way: the job's frames stand
	KindManual = "manual" // asked for by Dump
)

// How a job ended. A job that runtime.Goexit ended has failed.
const (
	OutcomeOK       = "ok"
	OutcomeFailed   = "failed"
	OutcomePanicked = "panicked"
	OutcomeTimedOut = "timed out"
)

// Manifest is what x.json beside x.dump says of the dump. What is not known is
// null there and nil or empty here.
type Manifest struct {
	Schema      int    `json:"schema"`
	Worker      string `json:"worker"` // the folder's name
	Job         string `json:"job"`    // as it was given, at most 4 KiB of it; NoName for none
	Seq         int    `json:"seq"`
	Kind        string `json:"kind"`
	Outcome     string `json:"outcome"`          // "" before a job
	Reason      string `json:"reason,omitempty"` // of a dump that no job caused
	Overlapping int    `json:"overlapping"`      // other jobs that ran between this job's begin and its end
	JobsSoFar   int    `json:"jobsSoFar"`        // jobs that ended in this process, traced or not

	PID        int       `json:"pid"`
	Started    time.Time `json:"started"` // of the process: when its packages were set up
	Written    time.Time `json:"written"` // when the dump was begun
	Executable string    `json:"executable"`
	BuildID    string    `json:"buildId"` // Go's
	GoVersion  string    `json:"goVersion"`
	Build      Build     `json:"build"`

	Dump        string  `json:"dump"`        // base name, unpacked
	DumpBytes   int64   `json:"dumpBytes"`   // unpacked
	Pause       float64 `json:"pause"`       // seconds in debug.WriteHeapDump, for which the world stands still
	Collections *int64  `json:"collections"` // completed in this process

	MemoryBefore *Memory  `json:"memoryBefore"` // when the job began
	MemoryAfter  *Memory  `json:"memoryAfter"`  // when it had ended, after the collections; of a dump without a job: then
	Duration     *float64 `json:"duration"`     // of the job, seconds

	TraceType string          `json:"traceType"` // the type that was asked for; "" for any
	Report    json.RawMessage `json:"report"`    // null until the dump is analysed; holds what Report reads
}

// Build says what the executable was built from; empty where the build did not
// record it.
type Build struct {
	Path     string `json:"path"`
	Version  string `json:"version"`
	Revision string `json:"revision"`
	Modified bool   `json:"modified"`
}

// Memory is the state of the process's memory, in bytes. A figure that could not
// be read is nil, never 0.
type Memory struct {
	HeapLive     *int64 `json:"heapLive"`     // what the last collection kept; nil before the first
	HeapIdle     *int64 `json:"heapIdle"`     // free spans, also those given back: runtime.MemStats.HeapIdle
	HeapReleased *int64 `json:"heapReleased"` // of these, given back to the system
	HeapGoal     *int64 `json:"heapGoal"`     // at which the next collection is to end
	RSS          *int64 `json:"rss"`          // Linux alone
	Swap         *int64 `json:"swap"`         // Linux alone
	Goroutines   *int64 `json:"goroutines"`
}

// Sample is one line of memory.jsonl.
type Sample struct {
	Time time.Time `json:"time"`
	PID  int       `json:"pid"`
	Memory
	Job       string `json:"job"` // the job that began last and still runs; "" for none
	JobsSoFar int    `json:"jobsSoFar"`
}

// Report is the part of a manifest's report that is for people: what objgraph
// watch says after a job.
type Report struct {
	Rows    []Row  `json:"rows"`    // at most 10, most growth first
	Picture string `json:"picture"` // path of the picture; "" for none
	Verdict string `json:"verdict"`
	Error   string `json:"error"` // why there is no report; "" if there is one
}

// Row is a type that grew.
type Row struct {
	Type  string `json:"type"`
	Total int64  `json:"total"` // objects
	Delta int64  `json:"delta"` // objects more than before the job
	Bytes int64  `json:"bytes"`
}

// writeJSON writes a file under a temporary name and renames it, so that there
// is never half a file under the final one.
func writeJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	f, err := createTemp(path)
	if err != nil {
		return err
	}
	_, err = f.Write(append(text, '\n'))
	return finish(f, path, err)
}

// createTemp makes the file that will be renamed to path.
func createTemp(path string) (*os.File, error) {
	dir, name := filepath.Split(path)
	return os.CreateTemp(dir, "."+name+".*.tmp") // mode 0600
}

// finish closes f and renames it to path, or removes it if err is not nil or
// that fails.
func finish(f *os.File, path string, err error) error {
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
