package typefilter

// HolderIntervals is how many intervals have to tell of growth before a holder
// counts against what its type did as a whole: what moves from one holder to
// another grows in one of them by chance.
const HolderIntervals = 3

// judge says how many objects leaked and in which shape they grew: all of the
// type if the type grows, else those of the holders that do. No more leaked
// than there are more of: an object whose slot came to hold one of unknown type
// is not known to be gone.
func (s *Series) judge(c *Candidate) (leaked int, shape Shape, grown []int) {
	leaked, shape = c.Flow.leaked(), s.ShapeOf(c.Deltas)
	if c.Deltas != nil {
		leaked = max(0, min(leaked, int(sum(c.Deltas))))
	}
	grown = s.GrownHolders(c)
	if len(grown) == 0 {
		return leaked, shape, nil
	}
	leaked, shape = 0, ShapeUnknown
	for _, i := range grown {
		h := &c.Holders[i]
		leaked += h.leaked()
		if shape != Steps {
			shape = s.ShapeOf(h.Deltas)
		}
	}
	return leaked, shape, grown
}

// GrownHolders are the indexes of those holders that leaked while the type as
// a whole did not: that it loses elsewhere what they gain, or comes and goes
// there, does not make up for them. Such a holder loses nothing, and grows as
// a type must that leaks.
func (s *Series) GrownHolders(c *Candidate) (grown []int) {
	if c.Flow.leaked() > 0 && s.ShapeOf(c.Deltas).Growing() {
		return nil
	}
	for i := range c.Holders {
		h := &c.Holders[i]
		if h.Gone > 0 || h.leaked() == 0 {
			continue
		}
		known := len(s.telling(h.Deltas)) >= HolderIntervals && s.ShapeOf(h.Deltas).Growing()
		if known || h.Deltas == nil && s.Dumps < 3 {
			grown = append(grown, i)
		}
	}
	return grown
}
