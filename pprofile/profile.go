package pprofile

import (
	"context"
	"io"
	"slices"

	"github.com/google/pprof/profile"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/snapshot"
)

// DefaultMaxStacks is how many stacks a profile has at the most; with more, the
// pages that pprof serves become slow.
const DefaultMaxStacks = 10_000

// Options says what a profile is of. The zero value takes every reachable object,
// by dominators.
type Options struct {
	Paths     bool       // stacks are shortest paths from a root
	Only      *graph.Set // the objects that count, of the reachable ones; nil for all
	MaxStacks int        // 0 for DefaultMaxStacks
}

// Profile is a heap as pprof shows it.
type Profile struct {
	Total  census.Sum // of all samples: what is reachable, and wanted
	Merged census.Sum // of Total: in stacks that are not kept apart
	Stacks int        // samples

	proto *profile.Profile
}

// New makes the profile of a snapshot: the same bytes for the same dump. The error
// is that of a context, or of the dominators' check.
func New(ctx context.Context, s *snapshot.Snapshot, o Options) (*Profile, error) {
	w, err := newWalk(s, o.Paths)
	if err != nil {
		return nil, err
	}
	defer w.mem.Free()
	if err := w.run(ctx); err != nil {
		return nil, err
	}
	w.count(o.Only)
	most := o.MaxStacks
	if most <= 0 {
		most = DefaultMaxStacks
	}
	c := w.trie.choose(most)
	b := newBuilder(s, w.frames.list)
	b.samples(w.trie, c)
	return &Profile{Total: counted(b.total), Merged: counted(c.total), Stacks: len(b.p.Sample), proto: b.p}, nil
}

func counted(s sum) census.Sum { return census.Sum{Count: int(s.objects), Bytes: s.bytes} }

// Comment adds a line to what pprof prints above its reports.
func (p *Profile) Comment(lines ...string) {
	p.proto.Comments = append(p.proto.Comments, lines...)
}

// Write writes the profile as pprof reads it, packed with gzip.
func (p *Profile) Write(w io.Writer) error { return p.proto.Write(w) }

// builder puts the parts of a profile together.
type builder struct {
	p      *profile.Profile
	frames []frame
	at     []*profile.Location // by frame, nil until used
	total  sum
}

func newBuilder(s *snapshot.Snapshot, frames []frame) *builder {
	b := &builder{frames: frames, at: make([]*profile.Location, len(frames)), p: &profile.Profile{
		SampleType:        []*profile.ValueType{{Type: "objects", Unit: "count"}, {Type: "space", Unit: "bytes"}},
		DefaultSampleType: "space",
		PeriodType:        &profile.ValueType{Type: "space", Unit: "bytes"},
		Period:            1,
	}}
	m := &profile.Mapping{ID: 1, HasFunctions: true, HasFilenames: true, HasLineNumbers: true, HasInlineFrames: true} // so pprof looks for nothing in it
	if s.Program != nil {
		m.File, m.BuildID = s.Program.Path, s.Program.BuildID
	}
	b.p.Mapping = []*profile.Mapping{m}
	return b
}

// samples adds a sample for each stack that is kept, and one for what is merged
// below it.
func (b *builder) samples(t *trie, c *chosen) {
	for i := range t.nodes {
		if !c.kept[i] {
			continue
		}
		b.sample(t, stackID(i), false, t.nodes[i].own())
		b.sample(t, stackID(i), true, c.rest[i])
	}
}

func (b *builder) sample(t *trie, at stackID, rest bool, s sum) {
	if s.objects == 0 {
		return
	}
	b.total.add(s)
	var stack []*profile.Location // innermost first
	if rest {
		stack = append(stack, b.location(merged))
	}
	for ; at != 0; at = t.nodes[at].parent {
		stack = append(stack, b.location(t.nodes[at].frame))
	}
	b.p.Sample = append(b.p.Sample, &profile.Sample{Location: slices.Clip(stack), Value: []int64{int64(s.objects), int64(s.bytes)}})
}

// location is the place that stands for a frame. The linker's name is left empty,
// as pprof takes a name that equals it for one of C++ and cuts its brackets.
func (b *builder) location(f frameID) *profile.Location {
	if b.at[f] == nil {
		fn := &profile.Function{ID: uint64(len(b.p.Function) + 1), Name: b.frames[f].name, Filename: b.frames[f].pkg}
		b.at[f] = &profile.Location{ID: fn.ID, Mapping: b.p.Mapping[0], Line: []profile.Line{{Function: fn}}}
		b.p.Function, b.p.Location = append(b.p.Function, fn), append(b.p.Location, b.at[f])
	}
	return b.at[f]
}
