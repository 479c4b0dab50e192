package snapshot

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// NoExe as Options.Exe forbids looking for an executable.
const NoExe = "none"

// bind takes the executable that was given, or one that lies beside the dump
// and proves to be the dump's.
func (s *Snapshot) bind(o Options, opened *opening) error {
	switch {
	case o.Program != nil:
		return s.bindTo(o.Program, "as for the other dumps")
	case o.Exe == NoExe:
		return nil
	case o.Exe != "":
		p, err := opened.wait()
		if err != nil {
			return err
		}
		s.opened = p
		return s.bindTo(p, "given")
	}
	s.lookBeside(o)
	return nil
}

// opening is an executable that is being opened while the dump is read.
type opening struct {
	done chan struct{}
	p    *program.Program
	err  error
}

// startOpening opens the executable that was given; nil if none was.
func startOpening(o Options) *opening {
	if o.Program != nil || o.Exe == NoExe || o.Exe == "" {
		return nil
	}
	op := &opening{done: make(chan struct{})}
	open := func() {
		defer close(op.done)
		op.p, op.err = openProgram(o)
	}
	if mem.Workers(o.Workers) < 2 {
		open()
	} else {
		go open()
	}
	return op
}

func (op *opening) wait() (*program.Program, error) {
	<-op.done
	return op.p, op.err
}

// discard closes what nobody waits for.
func (op *opening) discard() {
	if op == nil {
		return
	}
	if p, err := op.wait(); err == nil {
		p.Close()
	}
}

func openProgram(o Options) (*program.Program, error) {
	p, err := program.OpenWith(o.Exe, program.Options{Debug: o.Debug, Workers: o.Workers})
	if err == nil {
		p.Preload()
	}
	return p, err
}

func (s *Snapshot) bindTo(p *program.Program, how string) error {
	img, err := p.Bind(facts(s.Heap))
	if err != nil {
		return err
	}
	s.Program, s.Image, s.exeHow = p, img, how+"; "+img.How()
	return nil
}

// ExeHow says how the executable was found and what proves that it is the
// dump's; "" without one.
func (s *Snapshot) ExeHow() string { return s.exeHow }

// maxBeside is how many files beside a dump are tried.
const maxBeside = 16

// lookBeside tries the executable that the dump's manifest names, then those in
// the dump's folder, by name.
func (s *Snapshot) lookBeside(o Options) {
	for _, path := range s.candidates() {
		p, err := program.OpenWith(path, program.Options{Workers: o.Workers})
		if err != nil {
			continue
		}
		if err = s.bindTo(p, "found beside the dump"); err == nil {
			s.opened = p
			return
		}
		p.Close()
		s.beside = append(s.beside, fmt.Sprintf("%s is not this dump's (%v)", path, err))
	}
}

// candidates are the paths of executables that may be the dump's.
func (s *Snapshot) candidates() (paths []string) {
	if exe := ManifestOf(s.Path).Executable; exe != "" {
		paths = append(paths, exe)
	}
	return append(paths, executables(filepath.Dir(s.Path), s.Path)...)
}

// executables lists the files in a folder that may be executed.
func executables(dir, dump string) (paths []string) {
	if dump == "" || dump == "-" {
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		info, err := os.Stat(path) // through symbolic links
		if err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0 && len(paths) < maxBeside {
			paths = append(paths, path)
		}
	}
	return paths
}

// warnExe says that there is no executable, and why those that lie beside the
// dump are of no use.
func (s *Snapshot) warnExe() {
	if s.Image != nil {
		return
	}
	w := "no executable was given (--exe FILE): types are the few that the dump itself names"
	if len(s.beside) > 0 {
		w += "; " + strings.Join(s.beside, "; ")
	}
	s.warnf("%s", w)
}

// facts is what a dump shows of the program that wrote it.
func facts(h *heap.Heap) program.Facts {
	f := program.Facts{Arch: h.Arch, Machine: h.Params.Arch, GoVersion: h.GoVersion}
	for i := range h.Segments {
		s := &h.Segments[i]
		if s.BSS {
			f.BSSAddr, f.BSSSize = s.Addr, uint64(len(s.Contents))
		} else {
			f.DataAddr, f.DataSize = s.Addr, uint64(len(s.Contents))
		}
	}
	for _, t := range h.Types {
		f.Types = append(f.Types, program.TypeFact{Addr: t.Addr, Size: t.Size, Name: t.Name})
	}
	for _, it := range h.Itabs {
		f.Itabs = append(f.Itabs, program.ItabFact{Addr: it.Addr, Type: it.Type})
	}
	for i := range h.Goroutines {
		for j := range h.Goroutines[i].Frames {
			fr := &h.Goroutines[i].Frames[j]
			f.Funcs = append(f.Funcs, program.FuncFact{Entry: fr.Entry, Name: fr.Func})
		}
	}
	return f
}
