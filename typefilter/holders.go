package typefilter

// HolderIntervals is how many intervals have to tell of growth before a holder
// counts against what its type did as a whole: what moves from one holder to
// another grows in one of them by chance.
const HolderIntervals = 3

// Judgement is what is said of the growth of one type.
type Judgement struct {
	Leaked     int   // objects
	More       int64 // of a Store that leaks: what was written into it, beyond the background
	Shape      Shape
	Grown      []int // of Holders: those that leaked, if not all objects of the type together did
	Since      int   // interval from which it is told: 0, or after the type was cleared
	Background Background
}

// Judge says how many objects leaked and in which shape they grew: all of the
// type if the type grows, else those of the holders that do. No more leaked
// than there are more of: an object whose slot came to hold one of unknown type
// is not known to be gone.
func (s *Series) Judge(c *Candidate) (j Judgement) {
	if c.Store != nil {
		return s.judgeStore(c)
	}
	rest, b := s.beyondBackground(c.Deltas)
	j = Judgement{Leaked: c.Flow.leaked(), Shape: s.ShapeOf(rest), Background: b}
	if rest != nil {
		j.Leaked = max(0, min(j.Leaked, int(sum(rest))))
	}
	if whole := j.Leaked > 0 && j.Shape.Growing(); !whole || b.Subtracted > 0 {
		s.byHolder(c, whole, &j)
	}
	if j.Leaked > 0 && j.Shape.Growing() || b.Subtracted > 0 {
		return j
	}
	if from, ok := s.cleared(c); ok {
		j.Leaked, j.Shape, j.Since = int(sum(s.telling(c.Deltas[from:]))), Sawtooth, from
	}
	return j
}

// byHolder judges by the holders that leaked, if there are any.
func (s *Series) byHolder(c *Candidate, whole bool, j *Judgement) {
	grown := s.grownHolders(c, whole)
	if len(grown) == 0 {
		return
	}
	j.Grown, j.Leaked, j.Shape = grown, 0, ShapeUnknown
	for _, i := range grown {
		h := &c.Holders[i]
		rest, _ := s.beyondBackground(h.Deltas)
		leaked := h.leaked()
		if rest != nil {
			leaked = min(leaked, int(sum(rest)))
		}
		j.Leaked += leaked
		if j.Shape != Steps {
			j.Shape = s.ShapeOf(rest)
		}
	}
}

// grownHolders are the indexes of those holders that leaked while the type as
// a whole did not: that it loses elsewhere what they gain, or comes and goes
// there, does not make up for them. Such a holder loses nothing, and grows as
// a type must that leaks. Of a type that leaks as a whole, beyond what comes in
// the background, they are those that grow beyond it.
func (s *Series) grownHolders(c *Candidate, whole bool) (grown []int) {
	for i := range c.Holders {
		h := &c.Holders[i]
		if h.Gone > 0 || h.leaked() == 0 {
			continue
		}
		rest, _ := s.beyondBackground(h.Deltas)
		long := whole || len(s.telling(h.Deltas)) >= HolderIntervals
		known := long && sum(rest) > 0 && s.ShapeOf(rest).Growing()
		if known || h.Deltas == nil && s.Dumps < 3 {
			grown = append(grown, i)
		}
	}
	return grown
}
