package snapshot

import (
	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/program"
)

// bind opens the executable and proves that it is the dump's.
func (s *Snapshot) bind(exe string) error {
	if exe == "" {
		return nil
	}
	p, err := program.Open(exe)
	if err != nil {
		return err
	}
	img, err := p.Bind(facts(s.Heap))
	if err != nil {
		p.Close()
		return err
	}
	s.Program, s.Image = p, img
	return nil
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
