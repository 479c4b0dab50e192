package witness

import (
	"cmp"
	"fmt"
	"go/types"
	"maps"
	"slices"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// Report is what the witness says of one dump. Every reachable object is
// counted once: agreed, converted, disagreed, misguessed, abstained or not
// typed.
type Report struct {
	Objects    int // reachable
	Agreed     int
	Certain    int // of Agreed: only one type was possible
	Converted  int // typed as what a pointer conversion makes of the type
	Disagreed  int
	Disagree   []Row // most objects first
	Misguessed int   // disagreed, and objgraph says that it is a guess
	Misguess   []Row
	Abstained  int
	Abstain    []Row
	NotTyped   int // objgraph knows no type
	NotTypedBy []Row
}

// Row is a number of objects with one thing to say of them.
type Row struct {
	Count   int
	What    string
	Example mem.Addr
}

// Share is the part of the typed reachable objects that were witnessed.
func (r *Report) Share() float64 {
	return float64(r.Agreed+r.Converted+r.Disagreed+r.Misguessed) / float64(max(r.Objects-r.NotTyped, 1))
}

// Compare asks the witness for every reachable object of a snapshot that was
// opened with full names. dump is the dump's bytes.
func Compare(s *snapshot.Snapshot, dump []byte, src *Source) (*Report, error) {
	by, err := sites(dump)
	if err != nil {
		return nil, err
	}
	c := &comparer{s: s, src: src, by: by, rule: newSlotRule(s.Heap.GoVersion, s.Heap.Arch), wants: map[wantKey][]Want{}}
	for i := range c.rows {
		c.rows[i] = map[string]*Row{}
	}
	s.Heap.Each(func(o *heap.Object) bool {
		if s.Reach.Has(o.ID) {
			c.object(o)
		}
		return true
	})
	c.Disagree, c.Misguess = sorted(c.rows[disagree]), sorted(c.rows[misguess])
	c.Abstain, c.NotTypedBy = sorted(c.rows[abstain]), sorted(c.rows[untyped])
	return &c.Report, nil
}

type comparer struct {
	Report
	s     *snapshot.Snapshot
	src   *Source
	by    map[mem.Addr]Site // by bucket
	rule  slotRule
	wants map[wantKey][]Want
	rows  [4]map[string]*Row
}

// What rows say.
const (
	disagree = iota
	misguess
	abstain
	untyped
)

// wantKey is what the wants for an object depend on.
type wantKey struct {
	site Site
	slot uint64
	ptrs bool
}

func (c *comparer) object(o *heap.Object) {
	c.Objects++
	bucket, ok := c.s.Heap.Sample(o.ID)
	site, known := c.by[mem.Addr(bucket)]
	switch t := c.s.Typing.Type(o.ID); {
	case !t.Known():
		c.NotTyped++
		c.row(untyped, o, fmt.Sprintf("%s: %s of %d bytes", site, describe(c.wantsOf(o, site)), o.Size))
	case !ok || !known:
		c.abstain(o, "no allocation sample")
	case site.File == "":
		c.abstain(o, "allocated by the runtime for itself: "+site.Via)
	case site.How == ByRuntime:
		c.abstain(o, "allocated through "+site.Via)
	default:
		c.judge(o, t, site)
	}
}

func (c *comparer) abstain(o *heap.Object, why string) {
	c.Abstained++
	c.row(abstain, o, why)
}

func (c *comparer) row(kind int, o *heap.Object, what string) {
	r := c.rows[kind][what]
	if r == nil {
		r = &Row{What: what, Example: o.Addr}
		c.rows[kind][what] = r
	}
	r.Count++
}

func sorted(rows map[string]*Row) (out []Row) {
	for r := range maps.Values(rows) {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.What, b.What))
	})
	return out
}

// judge compares an object's type with what its site can allocate.
func (c *comparer) judge(o *heap.Object, t *typing.Type, site Site) {
	want := c.wantsOf(o, site)
	matches := func(m func(Want, *typing.Type) bool) bool {
		return slices.ContainsFunc(want, func(w Want) bool { return m(w, t) })
	}
	switch {
	case len(want) == 0 && !c.src.Has(site.File):
		c.abstain(o, "no source of "+site.File)
	case len(want) == 0:
		c.abstain(o, "nothing found for "+site.Via+" at "+site.String())
	case slices.ContainsFunc(want, Want.anything):
		c.abstain(o, "a type parameter's value at "+site.String())
	case c.maybeTiny(o, want):
		c.abstain(o, "of unknown length, in a block of the tiny allocator or not")
	case matches(agrees):
		c.Agreed++
		if len(want) == 1 {
			c.Certain++
		}
	case matches(converted):
		c.Converted++
	default:
		c.contradict(o, t, fmt.Sprintf("%s: want %s, got %s", site, describe(want), describeGot(t)))
	}
}

// maybeTiny reports whether what the site makes may be smaller than the slot
// of a pointer-free object of 16 bytes, or not.
func (c *comparer) maybeTiny(o *heap.Object, want []Want) bool {
	return c.rule.tiny(o.Size, !o.Slots.Empty()) && slices.ContainsFunc(want, func(w Want) bool { return w.Size < 0 })
}

func (c *comparer) contradict(o *heap.Object, t *typing.Type, what string) {
	ev := c.s.Typing.Evidence[o.ID]
	what += fmt.Sprintf(" (%v)", ev)
	if ev == typing.Layout {
		c.Misguessed++
		c.row(misguess, o, what)
		return
	}
	c.Disagreed++
	c.row(disagree, o, what)
}

// wantsOf is what a site allocates in the object's size class.
func (c *comparer) wantsOf(o *heap.Object, site Site) []Want {
	k := wantKey{site, o.Size, !o.Slots.Empty()}
	if w, ok := c.wants[k]; ok {
		return w
	}
	var out []Want
	for _, w := range c.candidates(site) {
		if !c.rule.holds(w, k.slot, k.ptrs) {
			continue
		}
		if c.rule.tiny(k.slot, k.ptrs) && w.Size >= 0 && uint64(w.Size) < k.slot {
			w.Form = typing.Tiny
		}
		if !slices.ContainsFunc(out, w.equal) {
			out = append(out, w)
		}
	}
	c.wants[k] = out
	return out
}

// candidates is what a site can allocate; bytes need no source.
func (c *comparer) candidates(site Site) (out []Want) {
	bytes := Want{How: site.How, Form: typing.Array, Type: types.Typ[types.Uint8], Size: -1}
	str := Want{How: site.How, Form: typing.String, Size: -1}
	switch site.How {
	case StringBytes:
		return []Want{str}
	case ByteSlice:
		return []Want{bytes}
	case AnyBytes:
		return []Want{bytes, str}
	case RuneSlice:
		return []Want{{How: site.How, Form: typing.Array, Type: types.Typ[types.Int32], Size: -1}}
	}
	for _, w := range c.src.At(site.File, site.Line) {
		if w.How == site.How || w.How == MapHead && site.How >= MapHead {
			w.How = site.How
			out = append(out, w)
		}
	}
	return out
}
