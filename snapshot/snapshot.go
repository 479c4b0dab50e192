// Package snapshot opens a heap dump and puts everything together: from a
// path to a graph of typed objects with named roots, in one call.
//
// In go the paths of a dump and, if there is one, of the executable that wrote
// it; out comes a *Snapshot: objects by dense number with their address, size,
// type and the evidence for it, edges with the names of the fields that hold
// them, roots with the names of variables and goroutines, and what was odd
// about the file. It answers "what is there", not "what leaks".
package snapshot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
	"github.com/objgraph/objgraph/typing"
)

// Options says how to open a dump.
type Options struct {
	// Exe is the path of the executable that wrote the dump. "" takes one that
	// lies beside the dump, if it proves to be the dump's; NoExe takes none.
	Exe string
	// Debug is the path of a file with the symbols and DWARF of Exe, if they were
	// moved out of it (objcopy --only-keep-debug).
	Debug string
	// Program is an executable that is open already, instead of Exe. It must
	// stay open as long as the snapshot; the snapshot does not close it.
	Program *program.Program
	// FullNames gives type names whole import paths.
	FullNames bool
	// Workers is how many goroutines share the work, 0 for one a processor. The
	// answer is the same for any number.
	Workers int
	// Progress is told how far the work is; nil for nobody.
	Progress mem.Progress
	// Ahead has the dominators and the shortest paths computed beside the types, if
	// there is more than one worker: for who will ask for them.
	Ahead bool
	// Verify computes the dominators at once and proves them by a certificate
	// (graph.Dominators.Verify), beyond the check that is always made.
	Verify bool
}

// Snapshot is one dump, read, typed and linked. Safe for concurrent readers;
// Close ends it.
type Snapshot struct {
	Path     string
	Heap     *heap.Heap
	Typing   *typing.Result
	Graph    *graph.Graph
	Reach    *graph.Reach
	Program  *program.Program // nil without an executable
	Image    *program.Image   // nil without an executable
	Warnings []string         // what is not whole or not known, for people

	names     names
	roots     rootTable
	idle      []bool           // by finalizer, see findIdle
	file      *heapdump.File   // nil for a dump in memory
	fileBytes int64            // on disk
	dumpBytes int64            // unpacked
	opened    *program.Program // to be closed
	exeHow    string
	beside    []string // executables beside the dump that are not its own
	doms      func() (*graph.Dominators, error)
	tree      func() (*graph.Tree, error)
	counted   func() *Counted
	workers   int
	users     atomic.Int32   // beyond the first, see Hold
	mem       mem.Scratch    // what is kept of each object
	ahead     sync.WaitGroup // earlier at work
	checking  sync.WaitGroup // of doms
	checked   error          // how that ended
}

// Open reads the dump at path: plain, gzip or zstd. A damaged dump gives what
// lies before the damage, see Complete and Warnings. The error is not nil when
// nothing could be read, when the executable is not the dump's
// (*program.MismatchError), or when ctx is done.
func Open(ctx context.Context, path string, o Options) (*Snapshot, error) {
	o.Progress.Tell(mem.StageRead, 0, 0)
	f, err := heapdump.Open(path)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{Path: path, file: f, fileBytes: f.Size()}
	if err := s.build(ctx, f.Data(), heap.Options{In: f.In(), Touch: f.Populate}, o); err != nil {
		s.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// Read is Open for a plain dump in memory, which must not change while the
// snapshot is in use.
func Read(ctx context.Context, dump []byte, o Options) (*Snapshot, error) {
	s := &Snapshot{fileBytes: int64(len(dump))}
	if err := s.build(ctx, dump, heap.Options{}, o); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Hold adds a user: Close has to be called once more before the snapshot ends.
func (s *Snapshot) Hold() *Snapshot {
	s.users.Add(1)
	return s
}

// Close releases the files. Nothing of the snapshot may be used after, but by
// those who hold it.
func (s *Snapshot) Close() error {
	if s.users.Add(-1) >= 0 {
		return nil
	}
	s.ahead.Wait()
	s.checking.Wait()
	s.mem.Free()
	var err error
	if s.opened != nil {
		err = s.opened.Close()
	}
	if s.file != nil {
		err = errors.Join(err, s.file.Close())
	}
	return err
}

func (s *Snapshot) build(ctx context.Context, dump []byte, from heap.Options, o Options) (err error) {
	o.Progress = o.Progress.Locked()
	o.Progress.Tell(mem.StageRead, 0, 0)
	opened := startOpening(o)
	from.Workers, from.Progress, from.Mem = o.Workers, o.Progress, &s.mem
	if s.Heap, err = heap.Build(ctx, dump, from); err != nil {
		opened.discard()
		return err
	}
	s.dumpBytes = int64(len(dump))
	if err := s.bind(o, opened); err != nil {
		return err
	}
	s.workers = o.Workers
	e, err := s.typeAndLink(ctx, o)
	if err != nil {
		return err
	}
	s.names = newNames(s.Typing, o.FullNames)
	o.Progress.Tell(mem.StageReach, 0, 0)
	if err := e.finish(ctx); err != nil {
		return err
	}
	s.doms = sync.OnceValues(func() (*graph.Dominators, error) {
		o.Progress.Tell(mem.StageDominators, 0, 0)
		d, err := e.dominators(ctx)
		if err == nil {
			s.check(ctx, d, o.Verify)
		}
		return d, err
	})
	s.tree = sync.OnceValues(func() (*graph.Tree, error) { return e.shortest(ctx) })
	s.counted = sync.OnceValue(func() *Counted { return s.count(ctx) })
	if o.Verify {
		if _, err := s.Dominators(); err != nil {
			return err
		}
	}
	s.warn()
	return nil
}

// typeAndLink types the objects and collects their references, which know
// nothing of each other, at the same time. Typing takes longer, so it has a worker
// to itself, and the others go on with the graph.
func (s *Snapshot) typeAndLink(ctx context.Context, o Options) (e *earlier, err error) {
	o.Progress.Tell(mem.StageType, 0, 0)
	var typed error
	link := graph.LinkOptions{Workers: max(1, mem.Workers(o.Workers)-1), Progress: o.Progress, Mem: &s.mem}
	mem.Both(o.Workers,
		func() { s.Typing, typed = typing.Run(ctx, s.Heap, s.Image, &s.mem) },
		func() {
			var edges *graph.Edges
			if edges, err = graph.Link(ctx, s.Heap.NumObjects(), s.Heap.SlotsHint(), s.Heap.Targets, link); err == nil {
				e, err = s.begin(ctx, edges, o)
			}
		})
	return e, cmp.Or(typed, err)
}

// FileBytes is the size of the file on disk.
func (s *Snapshot) FileBytes() int64 { return s.fileBytes }

// Complete reports whether the dump is whole.
func (s *Snapshot) Complete() bool { return s.Heap.Complete() && s.fileDamage() == nil }

// fileDamage is what broke a compressed file.
func (s *Snapshot) fileDamage() error {
	if s.file == nil {
		return nil
	}
	return s.file.Damage()
}

// Size is the object's slot in bytes.
func (s *Snapshot) Size(id mem.ObjID) uint64 { return s.Heap.Size(id) }
