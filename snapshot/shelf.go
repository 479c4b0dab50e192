package snapshot

import (
	"context"
	"errors"
	"strings"

	"github.com/objgraph/objgraph/program"
)

// Shelf opens the dumps of one process and keeps some of them open, so that a
// series that grows by a dump at a time is not read again each time. The
// executable is opened once. For one goroutine.
type Shelf struct {
	Options Options
	// Room is how much memory kept dumps may take, in bytes, see Memory; what is
	// beyond it is opened again whenever it is asked for.
	Room uint64

	program *program.Program // of the first dump that found one
	kept    map[string]*Snapshot
}

// Open opens a dump, or gives one that is kept. The caller closes it.
func (s *Shelf) Open(ctx context.Context, path string) (*Snapshot, error) {
	if snap := s.kept[unpacked(path)]; snap != nil {
		return snap.Hold(), nil
	}
	snap, err := s.open(ctx, path)
	if err != nil {
		return nil, err
	}
	if s.program == nil {
		s.program, snap.opened = snap.opened, nil
	}
	if s.kept == nil {
		s.kept = map[string]*Snapshot{}
	}
	s.kept[unpacked(path)] = snap
	return snap.Hold(), nil
}

// open tries the executable of the dumps before, then whatever else may be the
// dump's.
func (s *Shelf) open(ctx context.Context, path string) (*Snapshot, error) {
	o := s.Options
	if s.program != nil {
		o.Program = s.program
	}
	snap, err := Open(ctx, path, o)
	var mismatch *program.MismatchError
	if s.program != nil && errors.As(err, &mismatch) {
		return Open(ctx, path, s.Options)
	}
	return snap, err
}

// Keep closes all dumps but those at some paths, the last of which are kept
// first as long as there is room.
func (s *Shelf) Keep(paths ...string) {
	keep := map[string]bool{}
	room := s.Room
	for i := len(paths) - 1; i >= 0; i-- {
		key := unpacked(paths[i])
		snap := s.kept[key]
		if snap == nil {
			continue
		}
		if n := snap.takes(); n <= room {
			keep[key], room = true, room-n
		}
	}
	for key, snap := range s.kept {
		if !keep[key] {
			snap.Close()
			delete(s.kept, key)
		}
	}
}

// Keeps reports whether a dump is open.
func (s *Shelf) Keeps(path string) bool { return s.kept[unpacked(path)] != nil }

// Close closes everything.
func (s *Shelf) Close() error {
	s.Keep()
	if s.program == nil {
		return nil
	}
	err := s.program.Close()
	s.program = nil
	return err
}

// takes is the memory of an open dump, in bytes.
func (s *Snapshot) takes() uint64 {
	return Memory(int64(s.Heap.NumObjects()), int64(s.Graph.NumEdges())) - baseMemory
}

// unpacked is the path of a dump before it was packed.
func unpacked(path string) string {
	return strings.TrimSuffix(strings.TrimSuffix(path, ".zst"), ".gz")
}
