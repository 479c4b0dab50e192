package session

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/snapshot"
)

// sizes answers types --by size in one pass over the file.
func (e *Env) sizes(ctx context.Context, path string) error {
	if err := e.checkDebug(); err != nil {
		return err
	}
	s, err := e.look(ctx, path, heapdump.SurveyOptions{Headers: true, Facts: true})
	if err != nil {
		return err
	}
	n := headerNames{full: e.FullNames, records: map[mem.Addr]string{}}
	if e.Exe != "" && e.Exe != snapshot.NoExe {
		p, err := openProgram(e.Exe, e.Debug)
		if err != nil {
			return explain(err, path, e.Exe)
		}
		defer p.Close()
		if n.image, err = p.Bind(factsOf(s)); err != nil {
			return explain(err, path, e.Exe)
		}
	}
	for _, t := range s.Facts.Types {
		n.records[t.Addr] = t.Name
	}
	answer := &report.Sizes{Dump: path, Complete: s.Complete(), Total: census.Sum{Count: s.Objects, Bytes: s.ObjectBytes},
		SpanTailSlots: s.SpanTailSlots, Rows: n.rows(s.Classes), Warnings: damages(s)}
	if limit := e.rows(20); limit > 0 && len(answer.Rows) > limit {
		answer.Rows, answer.Cut = answer.Rows[:limit], len(answer.Rows)-limit
	}
	e.warn(answer.Warnings)
	return e.print(answer)
}

func openProgram(exe, debug string) (*program.Program, error) {
	if debug != "" {
		return program.OpenSplit(exe, debug)
	}
	return program.Open(exe)
}

// factsOf is what a pass over a dump shows of the program that wrote it.
func factsOf(s *heapdump.Survey) program.Facts {
	f := program.Facts{Arch: archOf(&s.Params), Machine: s.Params.Arch, GoVersion: mem.GoVersion(s.Params.GoVersion)}
	for _, seg := range s.Facts.Segments {
		if seg.BSS {
			f.BSSAddr, f.BSSSize = seg.Addr, seg.Size
		} else {
			f.DataAddr, f.DataSize = seg.Addr, seg.Size
		}
	}
	for _, t := range s.Facts.Types {
		f.Types = append(f.Types, program.TypeFact{Addr: t.Addr, Size: t.Size, Name: t.Name})
	}
	for _, it := range s.Facts.Itabs {
		f.Itabs = append(f.Itabs, program.ItabFact{Addr: it.Addr, Type: it.Type})
	}
	for _, fr := range s.Facts.Frames {
		f.Funcs = append(f.Funcs, program.FuncFact{Entry: fr.Entry, Name: fr.Func})
	}
	return f
}

// headerNames names the types in malloc headers.
type headerNames struct {
	image   *program.Image // nil without an executable
	records map[mem.Addr]string
	full    bool
}

// rows are the classes under the names of their headers, most bytes first, then
// by size, those without pointers first, then by name.
func (n *headerNames) rows(classes []heapdump.Class) (out []report.SizeRow) {
	for _, c := range classes {
		out = append(out, report.SizeRow{Size: c.Size, Above: c.Above, Pointers: c.Pointers, Header: n.of(c.Header), Sum: census.Sum{Count: c.Count, Bytes: c.Bytes}})
	}
	slices.SortStableFunc(out, func(a, b report.SizeRow) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Size, b.Size), compareBool(a.Pointers, b.Pointers), strings.Compare(a.Header, b.Header))
	})
	return out
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// of is the name of the type whose descriptor is at an address: by the
// executable, by the dump's own records, or none.
func (n *headerNames) of(a mem.Addr) string {
	if a == 0 {
		return ""
	}
	if n.image != nil {
		if t := n.image.TypeAt(a); t != nil && n.full {
			return t.FullName
		} else if t != nil {
			return t.Name
		}
	}
	if name := n.records[a]; name != "" && !strings.HasSuffix(name, ".") {
		if slash := strings.LastIndexByte(name, '/'); slash >= 0 && !n.full {
			name = name[slash+1:]
		}
		return name
	}
	return "type@" + a.String()
}
