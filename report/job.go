package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/objgraph/objgraph/census"
)

// Job is what a watcher says of a dump when it has read it.
type Job struct {
	Worker  string // "" where one is watched alone
	Job     string
	Seq     int             // 0: none
	Foreign bool            // it is no job's dump that a tracer wrote
	Note    string          // what is special about the dump, "" for nothing
	Leaks   *Leaks          // nil where there was nothing to compare
	Early   string          // why it is too early to judge, "" if it is not
	Rows    []census.Growth // against the dump before
	Error   string          // why there is no answer, "" if there is one
}

// Found reports whether the job is part of a leak.
func (j *Job) Found() bool { return j.Early == "" && j.Leaks != nil && j.Leaks.Found() }

// Verdict is what is said of the series up to the job, in one paragraph.
func (j *Job) Verdict() string {
	var parts []string
	if j.Note != "" {
		parts = append(parts, j.Note)
	}
	switch {
	case j.Error != "":
		parts = append(parts, j.Error)
	case j.Leaks != nil && j.Early != "" && j.Leaks.Found():
		parts = append(parts, j.Early+", but much came: "+lowerFirst(j.Leaks.Verdict()))
	case j.Early != "":
		parts = append(parts, sentence(j.Early))
	case j.Leaks != nil:
		parts = append(parts, j.Leaks.Verdict())
	}
	return strings.Join(parts, " ")
}

// Text writes a line with the verdict, the rows if they are wanted, and where the
// pictures are.
func (j *Job) Text(w io.Writer, rows bool) error {
	fmt.Fprintf(w, "%s: %s\n", j.name(), strings.Join(j.clauses(), "; "))
	if rows && len(j.Rows) > 0 {
		tab := newTable("type", ">total", ">delta", ">bytes")
		for _, r := range j.Rows {
			tab.add(r.Type, count(r.Total), signed(r.Delta), Bytes(r.Bytes))
		}
		tab.write(w, "    ")
	}
	if j.Leaks != nil {
		for _, p := range j.Leaks.Pictures {
			fmt.Fprintln(w, "picture "+p)
		}
	}
	return nil
}

// name is "job import-17 (seq 12)".
func (j *Job) name() string {
	text := "job " + oneLine(j.Job)
	if j.Foreign {
		text = "dump " + oneLine(j.Job)
	}
	if j.Worker != "" {
		text = j.Worker + ": " + text
	}
	if j.Seq > 0 {
		text += fmt.Sprintf(" (seq %d)", j.Seq)
	}
	return text
}

// clauses are what grew most, and the verdict.
func (j *Job) clauses() []string {
	var out []string
	if g := j.main(); g != nil {
		out = append(out, fmt.Sprintf("%s %s, %s", signed(g.Delta), g.Type, Bytes(uint64(max(0, g.More)))))
	}
	if v := j.Verdict(); v != "" {
		out = append(out, v)
	}
	if len(out) == 0 {
		out = append(out, "nothing grew")
	}
	return out
}

// main is the row of the type that leaks, else the first.
func (j *Job) main() *census.Growth {
	for i := range j.Rows {
		if j.Leaks != nil && j.Leaks.Picked != nil && j.Rows[i].Type == j.Leaks.Picked.Name {
			return &j.Rows[i]
		}
	}
	if len(j.Rows) == 0 {
		return nil
	}
	return &j.Rows[0]
}

// oneLine keeps a job's name from breaking the line, or a terminal.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '_'
		}
		return r
	}, text)
	return middle(text, maxCell)
}
