package report

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/objgraph/objgraph/census"
)

// Pprof is the answer of `pprof`: what is in the profile.
type Pprof struct {
	About
	File      string // "" for standard output
	By        string // dominators or paths
	Since     string // the first dump, if only what is new since then counts; "" for all
	Ambiguous int    // objects that may be new
	Redacted  bool   // nothing is known of them, as contents were taken out
	Total     census.Sum
	Merged    census.Sum // of Total
	Stacks    int
	MaxStacks int
	Unreached census.Sum // left out
	Guessed   int        // reachable objects whose type is a guess
}

type pprofJSON struct {
	aboutJSON
	File      string  `json:"file"`
	By        string  `json:"by"`
	Since     *string `json:"since"`
	Ambiguous *int    `json:"ambiguous"`
	Stacks    int     `json:"stacks"`
	Total     sumJSON `json:"total"`
	Merged    sumJSON `json:"merged"`
	Unreached sumJSON `json:"unreached"`
	Guessed   int     `json:"guessed"`
}

// JSON writes what is in the profile.
func (p *Pprof) JSON(w io.Writer) error {
	out := pprofJSON{aboutJSON: p.About.json(), File: p.File, By: p.By, Stacks: p.Stacks,
		Total: sumJSON(p.Total), Merged: sumJSON(p.Merged), Unreached: sumJSON(p.Unreached), Guessed: p.Guessed}
	if p.Since != "" {
		if out.Since = &p.Since; !p.Redacted {
			out.Ambiguous = &p.Ambiguous
		}
	}
	return writeJSON(w, out)
}

// Text says what was written, and what to do with it.
func (p *Pprof) Text(w io.Writer) error {
	file := p.File
	if file == "" {
		file = "the profile"
	}
	fmt.Fprintf(w, "wrote %s: %s in %s\n", file, sumWords(p.Total), plural(p.Stacks, "stack"))
	for _, line := range p.Notes()[1:] {
		fmt.Fprintln(w, line)
	}
	if p.File != "" {
		fmt.Fprintf(w, "go tool pprof -http=: %s shows it\n", Quote(p.File))
	}
	return nil
}

// Notes are what a reader of the profile should know: what it is of, and what is
// not in it. They stand above pprof's reports.
func (p *Pprof) Notes() []string {
	what := "objgraph: what is reachable in " + filepath.Base(p.Dump)
	if p.Since != "" {
		what = fmt.Sprintf("objgraph: what is new in %s since %s", filepath.Base(p.Dump), filepath.Base(p.Since))
	}
	notes := []string{fmt.Sprintf("%s (%s), by %s", what, p.GoVersion, p.stacks())}
	add := func(n int, format string, args ...any) {
		if n > 0 {
			notes = append(notes, fmt.Sprintf(format, args...))
		}
	}
	add(p.Merged.Count, "merged: %s in stacks below \"(merged)\", too small to be kept among %s or too deep",
		sumWords(p.Merged), plural(p.MaxStacks, "stack"))
	add(p.Unreached.Count, "left out: %s that no root reaches", sumWords(p.Unreached))
	add(p.Ambiguous, "ambiguous: %s may be new, in slots used again for the same type", plural(p.Ambiguous, "more object"))
	if p.Redacted {
		notes = append(notes, "contents were redacted and not compared: more objects may be new, in slots used again for the same type")
	}
	add(p.Guessed, "guessed: %s that are reachable; the type is one whose size and pointers match", plural(p.Guessed, "object"))
	notes = append(notes, p.typed())
	if !p.Complete {
		notes = append(notes, "This dump is DAMAGED: every number is of the part before the damage.")
	}
	return notes
}

func (p *Pprof) stacks() string {
	if p.By == "paths" {
		return "shortest paths from a root"
	}
	return "dominators: a frame's cumulated value is what it retains"
}

func sumWords(s census.Sum) string {
	return fmt.Sprintf("%s, %s", plural(s.Count, "object"), Bytes(s.Bytes))
}
