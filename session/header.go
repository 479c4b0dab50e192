package session

import (
	"context"
	"fmt"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/snapshot"
)

// look makes one pass over a dump. A file of which nothing is known is an error.
func (e *Env) look(ctx context.Context, path string, o heapdump.SurveyOptions) (*heapdump.Survey, error) {
	path, err := e.local(ctx, path)
	if err != nil {
		return nil, err
	}
	o.Progress = e.Progress
	s, err := heapdump.Look(ctx, path, o)
	if err != nil {
		return nil, explain(err, path, "")
	}
	if s.HasParams {
		return s, nil
	}
	if s.Damage != nil {
		return nil, fmt.Errorf("%s: %w: %w", path, heap.ErrNothing, s.Damage)
	}
	return nil, fmt.Errorf("%s: %w: the dump has no params record", path, heap.ErrNothing)
}

// damages are the warnings of a dump that is not whole.
func damages(s *heapdump.Survey) (out []string) {
	for _, damage := range []error{s.FileDamage, s.Damage} {
		if damage != nil {
			out = append(out, fmt.Sprintf("the dump is damaged: %v", damage))
		}
	}
	return out
}

// header answers info from the records alone.
func (e *Env) header(ctx context.Context, path string) error {
	s, err := e.look(ctx, path, heapdump.SurveyOptions{})
	if err != nil {
		return err
	}
	in := &census.Info{
		GoVersion: s.Params.GoVersion, Arch: s.Params.Arch, FileBytes: s.FileBytes, Complete: s.Complete(),
		Objects: census.Sum{Count: s.Objects, Bytes: s.ObjectBytes}, SpanTailSlots: s.SpanTailSlots,
		Goroutines: s.Count(heapdump.TagGoroutine), Warnings: damages(s),
	}
	if m := s.MemStats; m != nil {
		in.HasMemStats, in.HeapObjects, in.HeapAlloc = true, m.HeapObjects, m.HeapAlloc
	}
	e.warn(in.Warnings)
	return e.print(&report.Info{Dump: path, Info: in, Header: headerOf(s)})
}

func headerOf(s *heapdump.Survey) *report.Header {
	p := &s.Params
	h := &report.Header{
		DumpBytes: s.Bytes, Compression: s.Compression, PtrSize: int(p.PtrSize), BigEndian: p.BigEndian,
		HeapStart: p.HeapStart.String(), HeapEnd: p.HeapEnd.String(), CPUs: int(p.NCPU), Pointers: s.Pointers,
		Memory: snapshot.Memory(int64(s.Objects), int64(s.Pointers)),
	}
	for _, tag := range heapdump.Tags() {
		if tag != heapdump.TagEOF {
			h.Records = append(h.Records, report.RecordCount{Kind: tag.String(), Count: s.Count(tag)})
		}
	}
	return h
}

// archOf is how a dump stores words; of a dump that states nonsense, as most do.
func archOf(p *heapdump.Params) mem.Arch {
	a, err := p.MemArch()
	if err != nil {
		return mem.LE64
	}
	return a
}
