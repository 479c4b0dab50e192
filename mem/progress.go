package mem

import "sync"

// Progress is told how far a long piece of work is: its stage, and how much of
// that is done of how much, in units of the stage's own. A total of 0 says that
// nothing is known of it. It is called from one goroutine at a time, at most
// some hundred times a second; the nil Progress tells nobody.
type Progress func(stage string, done, total int64)

// The stages, in the order in which a command goes through them. StageDump
// stands above the others: so many dumps of so many are done, and the stages
// that follow are those of the next.
const (
	StageDump       = "dump"
	StageRead       = "read"
	StageType       = "type"
	StageLink       = "link"
	StageReach      = "reach"
	StageDominators = "dominators"
	StageChains     = "chains"
	StageDraw       = "draw"
)

// Stages that stand for a whole command, or that few commands have.
const (
	StageCount  = "count"  // one pass over a file
	StageSource = "source" // loading packages
)

// Stages lists the stages of one dump in order.
func Stages() []string {
	return []string{StageRead, StageType, StageLink, StageReach, StageDominators, StageChains, StageDraw}
}

// Tell calls p unless it is nil.
func (p Progress) Tell(stage string, done, total int64) {
	if p != nil {
		p(stage, done, total)
	}
}

// Locked is p for several goroutines, which it makes wait for each other.
func (p Progress) Locked() Progress {
	if p == nil {
		return nil
	}
	var mu sync.Mutex
	return func(stage string, done, total int64) {
		mu.Lock()
		defer mu.Unlock()
		p(stage, done, total)
	}
}
