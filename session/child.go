package session

import (
	"os"
	"sync"
	"time"
)

// Child is a program that a command runs for the user, and that is given time to
// end when the command is to end. Safe for concurrent use.
type Child struct {
	mu      sync.Mutex
	process *os.Process
}

func (c *Child) began(p *os.Process) { c.set(p) }
func (c *Child) ended()              { c.set(nil) }

func (c *Child) set(p *os.Process) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.process = p
}

// Patience is how long the command may take to end once it is told to, 0 if no
// program runs.
func (c *Child) Patience() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.process == nil {
		return 0
	}
	return patience + time.Second
}

// Kill ends the program at once.
func (c *Child) Kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.process != nil {
		c.process.Kill()
	}
}
