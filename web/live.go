package web

import (
	"fmt"
	"net/http"
	"time"
)

// heartbeat keeps a connection from being taken for dead.
const heartbeat = 20 * time.Second

// events tells a page that is open whenever the index changes, until the page
// or the server goes.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	c := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprint(w, ": hello\n\n")
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		changed := s.store.Changed()
		if c.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
			return
		case <-changed:
			fmt.Fprint(w, "data: changed\n\n")
		case <-tick.C:
			fmt.Fprint(w, ": still here\n\n")
		}
	}
}
