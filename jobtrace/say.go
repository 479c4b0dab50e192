package jobtrace

import (
	"errors"
	"fmt"
	"log"
	"slices"
	"sync"
	"syscall"
)

// speaker writes to the worker's log. What goes wrong again and again is said
// once.
type speaker struct {
	out  func(line string)
	mu   sync.Mutex
	said [32]string // what went wrong and why
	n    int        // of said
}

func newSpeaker(out func(string)) *speaker {
	if out == nil {
		out = func(line string) { log.Print("objgraph: " + line) }
	}
	return &speaker{out: out}
}

// say writes a line. A logger that panics must not reach the job.
func (s *speaker) say(format string, args ...any) {
	defer func() { _ = recover() }()
	s.out(fmt.Sprintf(format, args...))
}

// once says what does not work and why, unless that was said before. More than
// 32 different reasons are not said at all.
func (s *speaker) once(what string, err error) {
	key := what + ": " + root(err)
	s.mu.Lock()
	new := s.n < len(s.said) && !slices.Contains(s.said[:s.n], key)
	if new {
		s.said[s.n] = key
		s.n++
	}
	s.mu.Unlock()
	if new {
		s.say("%s: %v", what, err)
	}
}

// root is the reason without names of files, which differ each time.
func root(err error) string {
	var no syscall.Errno
	if errors.As(err, &no) {
		return no.Error()
	}
	return err.Error()
}
