package census

import (
	"fmt"
	"hash/fnv"
	"slices"
)

// maxPeriod is how many steps may come again and again and still be folded: a
// tree with its slices has two, one of maps in structs three.
const maxPeriod = 4

// folded is the steps of a chain in which steps that repeat, one or a few in
// turn, stand once.
type folded struct {
	steps []Step
	keys  []string // by step: equal where steps are alike
}

func (f *folded) add(st Step, key string) {
	f.steps, f.keys = append(f.steps, st), append(f.keys, key)
	for period := 1; period <= maxPeriod; period++ {
		at := len(f.keys) - 2*period
		if at < 0 {
			return
		}
		if slices.Equal(f.keys[at:at+period], f.keys[at+period:]) {
			f.merge(at, period)
			return
		}
	}
}

// merge puts the last steps, as many as a period, over those before them.
func (f *folded) merge(at, period int) {
	for i := at; i < at+period; i++ {
		again := f.steps[i+period]
		again.Repeat += f.steps[i].Repeat
		f.steps[i] = again
	}
	f.steps, f.keys = f.steps[:at+period], f.keys[:at+period]
}

// print works out the fingerprints of a chain. A step that was taken before
// leads back to where it led then, as in patterns.
type print struct {
	root   uint64
	keys   []string
	sums   []uint64 // by key: of the way up to it
	passed map[uint64]bool
}

func newPrint(root string) *print {
	return &print{root: extend(fnvOffset, root), passed: map[uint64]bool{}}
}

func (p *print) add(key string) {
	if i := slices.Index(p.keys, key); i >= 0 {
		for _, sum := range p.sums[i+1:] {
			p.passed[sum] = true
		}
		p.keys, p.sums = p.keys[:i+1], p.sums[:i+1]
		return
	}
	before := p.root
	if n := len(p.sums); n > 0 {
		before = p.sums[n-1]
	}
	p.keys, p.sums = append(p.keys, key), append(p.sums, extend(before, key))
}

// names are the fingerprints up to each step, and those of the steps that were
// left for a loop and not taken again, in no order.
func (p *print) names() (way, passed []string) {
	for _, sum := range p.sums {
		way = append(way, fmt.Sprintf("%016x", sum))
		delete(p.passed, sum)
	}
	for sum := range p.passed {
		passed = append(passed, fmt.Sprintf("%016x", sum))
	}
	return way, passed
}

// fnvOffset begins the hash of hash/fnv.New64a.
var fnvOffset = fnv.New64a().Sum64()

// extend goes on with the hash of hash/fnv.New64a by one line.
func extend(h uint64, line string) uint64 {
	for i := range len(line) {
		h = (h ^ uint64(line[i])) * 1099511628211
	}
	return (h ^ '\n') * 1099511628211
}
