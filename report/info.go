package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/typing"
)

// Info is the answer of `info`.
type Info struct {
	Dump string
	*census.Info
	// Header is what the file alone says. If it is not nil no graph was made:
	// what is reachable and typed is not known.
	Header *Header
	// Untyped is what has no known type, nil unless it was asked for.
	Untyped    []census.UntypedRow
	UntypedCut int
}

type infoJSON struct {
	Dump          string         `json:"dump"`
	GoVersion     string         `json:"goVersion"`
	Arch          string         `json:"arch"`
	Complete      bool           `json:"complete"`
	FileBytes     int64          `json:"fileBytes"`
	Objects       int            `json:"objects"`
	ObjectBytes   uint64         `json:"objectBytes"`
	SpanTailSlots int            `json:"spanTailSlots"`
	MemStats      *memStatsJSON  `json:"memStats"`
	Goroutines    int            `json:"goroutines"`
	Roots         *int           `json:"roots"`
	Edges         *int           `json:"edges"`
	Reachable     *reachableJSON `json:"reachable"`
	Unreached     *bytesJSON     `json:"unreached"`
	Typed         *typedJSON     `json:"typed"`
	Evidence      map[string]int `json:"evidence"`
	Conflicts     *conflictsJSON `json:"conflicts"`
	Exe           *exeJSON       `json:"exe"`
	headerJSON
	Untyped    []untypedJSON `json:"untyped,omitempty"`
	UntypedCut int           `json:"untypedCut,omitempty"`
	Warnings   []string      `json:"warnings"`
}

type memStatsJSON struct {
	HeapObjects uint64 `json:"heapObjects"`
	HeapAlloc   uint64 `json:"heapAlloc"`
}

type reachableJSON struct {
	bytesJSON
	Conservative int `json:"conservative"`
}

type conflictsJSON struct {
	Types  int `json:"types"`
	Mask   int `json:"mask"`
	Beyond int `json:"beyond"`
}

type exeJSON struct {
	Path string `json:"path"`
	How  string `json:"how"`
}

// JSON writes what is known; the rest is null.
func (in *Info) JSON(w io.Writer) error {
	out := infoJSON{
		Dump: in.Dump, GoVersion: in.GoVersion, Arch: in.Arch, Complete: in.Complete, FileBytes: in.FileBytes,
		Objects: in.Objects.Count, ObjectBytes: in.Objects.Bytes, SpanTailSlots: in.SpanTailSlots,
		Goroutines: in.Goroutines, Warnings: list(in.Warnings),
	}
	if in.HasMemStats {
		out.MemStats = &memStatsJSON{in.HeapObjects, in.HeapAlloc}
	}
	if in.Exe != "" {
		out.Exe = &exeJSON{in.Exe, in.ExeHow}
	}
	if in.Header == nil {
		in.graphJSON(&out)
	} else {
		out.headerJSON = in.Header.json()
	}
	out.Untyped, out.UntypedCut = newUntyped(in.Untyped), in.UntypedCut
	return writeJSON(w, out)
}

func (in *Info) graphJSON(out *infoJSON) {
	out.Roots, out.Edges = &in.Roots, &in.Edges
	out.Reachable = &reachableJSON{newBytes(in.Reachable), in.Conservative.Count}
	unreached, typed := newBytes(in.Unreached), newTyped(in.Typed)
	out.Unreached, out.Typed = &unreached, &typed
	out.Conflicts = &conflictsJSON{in.Conflicts.Types, in.Conflicts.Mask, in.Conflicts.Beyond}
	out.Evidence = map[string]int{}
	for _, r := range in.Evidence {
		out.Evidence[r.Evidence.String()] = r.Objects
	}
}

// Text writes the answer for people.
func (in *Info) Text(w io.Writer) error {
	tab := newTable("", "")
	tab.add("dump", fmt.Sprintf("%s, %s, %s", in.Dump, Bytes(uint64(in.FileBytes)), in.wholeness()))
	tab.add("written by", fmt.Sprintf("%s on %s", in.GoVersion, in.Arch))
	if in.Exe != "" {
		tab.add("executable", in.Exe)
		for how := range strings.SplitSeq(in.ExeHow, "; ") {
			tab.add("", how)
		}
	}
	tab.add("objects", fmt.Sprintf("%s, %s%s", count(in.Objects.Count), Bytes(in.Objects.Bytes), in.memStats()))
	if in.SpanTailSlots > 0 {
		tab.add("", fmt.Sprintf("%s in the file that are no objects were left out (span tails)", plural(in.SpanTailSlots, "slot")))
	}
	if in.Header == nil {
		in.graphText(tab)
	} else {
		in.Header.text(tab)
	}
	tab.write(w, "")
	if in.Header == nil {
		in.evidence(w)
	}
	if in.Untyped != nil {
		in.untyped(w)
	}
	if !in.Complete {
		fmt.Fprintln(w, "\nThis dump is DAMAGED: every number is of the part before the damage.")
	}
	return nil
}

func (in *Info) wholeness() string {
	if in.Complete {
		return "whole"
	}
	return "DAMAGED"
}

func (in *Info) memStats() string {
	if !in.HasMemStats {
		return "; the dump has no MemStats to compare with"
	}
	return fmt.Sprintf("; the dump's own MemStats says %s, %s", count(int(in.HeapObjects)), Bytes(in.HeapAlloc))
}

func (in *Info) graphText(tab *table) {
	tab.add("references", fmt.Sprintf("%s between objects, %s", count(in.Edges), plural(in.Roots, "root")))
	tab.add("goroutines", count(in.Goroutines))
	tab.add("reachable", sum(in.Reachable))
	if in.Conservative.Count > 0 {
		tab.add("", fmt.Sprintf("of these %s only by words on stacks that look like pointers (conservative)", sum(in.Conservative)))
	}
	tab.add("unreached", sum(in.Unreached))
	tab.add("typed", fmt.Sprintf("%s of the reachable objects, %s of their bytes", percent(in.Typed.ObjectsShare), percent(in.Typed.BytesShare)))
	if c := in.Conflicts; c != (typing.Conflicts{}) {
		tab.add("conflicts", fmt.Sprintf("%s by two types, %s by the pointer mask, %s beyond an object", plural(c.Types, "object claimed", "objects claimed"),
			plural(c.Mask, "claim refused", "claims refused"), count(c.Beyond)))
	}
}

func sum(s census.Sum) string {
	return fmt.Sprintf("%s, %s", plural(s.Count, "object"), Bytes(s.Bytes))
}

// evidence writes how the types are known, strongest first.
func (in *Info) evidence(w io.Writer) {
	fmt.Fprintln(w, "\nhow the types of the reachable objects are known")
	tab := newTable("", ">", "")
	for _, r := range in.Evidence {
		if r.Objects > 0 {
			tab.add(r.Evidence.String(), count(r.Objects), meaning(r.Evidence))
		}
	}
	tab.write(w, "  ")
}

// meaning explains an evidence in a few words.
func meaning(e typing.Evidence) string {
	switch e {
	case typing.Header:
		return "the allocation's own header names it"
	case typing.Finalizer:
		return "given to runtime.SetFinalizer"
	case typing.Interface:
		return "the type word of an interface"
	case typing.Global:
		return "a global variable's type"
	case typing.Local:
		return "a local variable's or argument's type"
	case typing.Closure:
		return "a function value, or what it captured"
	case typing.Map:
		return "a part of a map"
	case typing.Channel:
		return "a channel's buffer or a waiting goroutine"
	case typing.Pointer:
		return "a pointer in an object of known type"
	case typing.Layout:
		return "a guess: size and pointers match one type"
	}
	return "not known"
}
