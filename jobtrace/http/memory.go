package http

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/objgraph/objgraph/jobtrace"
)

// usage is the page of memory: bytes, and null for what cannot be known.
type usage struct {
	Time    time.Time `json:"time"`
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
	jobtrace.Memory
	Job        *string `json:"job"`
	Jobs       *int    `json:"jobsSoFar"`
	Executable string  `json:"executable"`
}

func memory(w http.ResponseWriter, _ *http.Request) {
	self := process()
	u := usage{Time: time.Now(), PID: self.PID, Started: self.Started, Executable: self.Executable}
	u.Memory, _ = jobtrace.ReadMemory() // what is not known is null
	if job, soFar, known := currentJob(); known {
		u.Job, u.Jobs = &job, &soFar
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(u)
}
