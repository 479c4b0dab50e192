package report

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// About is what every answer says of the dump that it comes from.
type About struct {
	Dump      string
	GoVersion string
	Exe       string // "" without
	Complete  bool
	Typed     census.Typed
	Warnings  []string
}

// AboutOf sums a snapshot up.
func AboutOf(s *snapshot.Snapshot) About {
	return about(s, census.TypedOf(s))
}

func about(s *snapshot.Snapshot, typed census.Typed) About {
	a := About{
		Dump: s.Path, GoVersion: string(s.Heap.GoVersion), Complete: s.Complete(),
		Typed: typed, Warnings: s.Warnings,
	}
	if s.Program != nil {
		a.Exe = s.Program.Path
	}
	return a
}

// AboutOfLeaks is AboutOf the last of the dumps that were compared.
func AboutOfLeaks(l *census.Leaks) About {
	return about(l.Last, l.Typed)
}

// text writes the closing lines.
func (a *About) text(w io.Writer) {
	fmt.Fprintf(w, "\n%s\n", a.typed())
	if !a.Complete {
		fmt.Fprintln(w, "This dump is DAMAGED: every number is of the part before the damage.")
	}
}

func (a *About) typed() string {
	return fmt.Sprintf("typed: %s of the reachable objects, %s of their bytes",
		percent(a.Typed.ObjectsShare), percent(a.Typed.BytesShare))
}

// aboutJSON is embedded in every answer.
type aboutJSON struct {
	Dump     string    `json:"dump"`
	Complete bool      `json:"complete"`
	Typed    typedJSON `json:"typed"`
	Warnings []string  `json:"warnings"`
}

func (a *About) json() aboutJSON {
	return aboutJSON{a.Dump, a.Complete, newTyped(a.Typed), list(a.Warnings)}
}

type typedJSON struct {
	Objects      int     `json:"objects"`
	Bytes        uint64  `json:"bytes"`
	ObjectsShare float64 `json:"objectsShare"`
	BytesShare   float64 `json:"bytesShare"`
}

func newTyped(t census.Typed) typedJSON {
	return typedJSON{t.Count, t.Bytes, t.ObjectsShare, t.BytesShare}
}

type bytesJSON struct {
	Objects int    `json:"objects"`
	Bytes   uint64 `json:"bytes"`
}

func newBytes(s census.Sum) bytesJSON { return bytesJSON{s.Count, s.Bytes} }

type sumJSON struct {
	Count int    `json:"count"`
	Bytes uint64 `json:"bytes"`
}

// writeJSON prints one answer. Names of types keep their < and &.
func writeJSON(w io.Writer, answer any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(answer)
}

// list makes an empty array of nil, so that JSON has no null where an array
// stands.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func address(a mem.Addr) string { return a.String() }

// cutLine says how many rows a table leaves out.
func cutLine(w io.Writer, cut int, what string) {
	if cut > 0 {
		fmt.Fprintf(w, "… and %s (--limit 0 shows all)\n", plural(cut, "more "+what))
	}
}
