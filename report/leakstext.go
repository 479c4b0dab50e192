package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/typefilter"
)

// textWidth is where paragraphs break.
const textWidth = 100

// Text writes the answer for people: the verdict, the table, who holds what
// leaked, what was not picked, the pictures, and what is not known.
func (l *Leaks) Text(w io.Writer) error {
	paragraph(w, l.Verdict())
	l.table(w)
	l.chains(w)
	l.allocated(w)
	l.known(w)
	l.lost(w)
	for _, p := range l.Pictures {
		fmt.Fprintf(w, "\npicture: %s", p)
	}
	if l.File != "" {
		fmt.Fprintf(w, "\nreport:  %s", l.File)
	}
	if len(l.Pictures) > 0 || l.File != "" {
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, "\nWhat the evidence cannot say:")
	for _, u := range l.unknowns() {
		item(w, u)
	}
	return nil
}

// Brief writes the verdict and who holds what leaked.
func (l *Leaks) Brief(w io.Writer) error {
	paragraph(w, l.Verdict())
	l.chains(w)
	_, err := fmt.Fprintln(w)
	paragraph(w, l.unknowns()[0])
	return err
}

// table writes the leaked types, the picked one first.
func (l *Leaks) table(w io.Writer) {
	if l.Picked == nil {
		return // what grew is all noise
	}
	fmt.Fprintln(w)
	t := l.leakedTable(l.Limit)
	tab := newTable(t.Head...)
	for _, r := range t.Rows {
		tab.add(r...)
	}
	tab.write(w, "")
	cutLine(w, t.Cut, "type")
}

func perJob(n float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", n), "0"), ".")
}

// chains draws who holds the picked type's objects.
func (l *Leaks) chains(w io.Writer) {
	if l.Picked == nil {
		return
	}
	n := len(l.Objects)
	shown, cut := head(l.Chains, l.Ways)
	for i := range shown {
		c := &shown[i]
		fmt.Fprintf(w, "\n%s%s, held by\n", l.part(c.Count, n), l.flowOf(c, n))
		writeChain(w, c, placesOf(l.Places.Chains, i, c), "  ")
		fmt.Fprintf(w, "  fingerprint %s\n", c.Fingerprint)
		if i == 0 {
			l.also(w)
		}
	}
	if cut += l.Cut; cut > 0 {
		fmt.Fprintf(w, "\n… and %s: objgraph paths %s%s --type %s --limit 0\n", plural(cut, "other way to hold them", "other ways to hold them"),
			Quote(l.Dumps[len(l.Dumps)-1]), l.exeFlag(), Quote(l.Picked.Name))
	}
	if l.Lost > 0 {
		fmt.Fprintf(w, "\n%s of %s have no chain from a root.\n", count(l.Lost), count(n))
	}
}

// also draws who else holds what the first chain does.
func (l *Leaks) also(w io.Writer) {
	for i := range l.Also {
		if i == 0 {
			fmt.Fprintln(w, "\nheld as well, so that cutting the above alone frees none of them, by")
		}
		writeChain(w, &l.Also[i], placesOf(nil, 0, &l.Also[i]), "  ")
	}
}

// flowOf says how fast a part of the objects came and what they keep, where it is
// not all of them, of which the verdict speaks.
func (l *Leaks) flowOf(c *census.Chain, n int) string {
	if c.Flow == nil || c.Count == n {
		return ""
	}
	text := fmt.Sprintf(", %s retained", Bytes(c.Flow.Retained))
	if !l.JobsAssumed {
		text = fmt.Sprintf(", %s a job", perJob(c.Flow.PerJob)) + text
	}
	return text
}

// exeFlag is the flag that gives another command the same executable.
func (l *Leaks) exeFlag() string {
	if l.Last == nil || l.Last.Program == nil {
		return ""
	}
	return " --exe " + Quote(l.Last.Program.Path)
}

// known lists what is held in accepted ways.
func (l *Leaks) known(w io.Writer) {
	if len(l.Accepted) == 0 {
		return
	}
	fmt.Fprintln(w, "\nAccepted, and not counted (--ignore-file):")
	for _, line := range l.acceptedLines() {
		item(w, line)
	}
}

// listed names a few of many.
func listed(names []string, n int) string {
	shown, cut := head(names, n)
	text := strings.Join(shown, ", ")
	if cut > 0 {
		text += fmt.Sprintf(" and %s more", count(cut))
	}
	return text
}

// part names some of n leaked objects: "3 of the 10 new main.Job".
func (l *Leaks) part(some, n int) string {
	name := l.Picked.Name
	if !l.Single && l.Picked.Store == nil {
		name = "new " + name
	}
	switch {
	case l.Picked.Store != nil:
		return "the " + name + " that grows"
	case n == 1:
		return "the one " + name
	case some == n:
		return fmt.Sprintf("all %s %s", count(n), name)
	}
	return fmt.Sprintf("%s of the %s %s", count(some), count(n), name)
}

// maxLost is how many types that were not picked are named.
const maxLost = 4

// lost says what was not picked, and why.
func (l *Leaks) lost(w io.Writer) {
	if len(l.RunnersUp) > 0 {
		switch {
		case l.Picked == nil && l.Single:
			fmt.Fprintln(w, "\nLarge, and put aside:")
		case l.Picked == nil:
			fmt.Fprintln(w, "\nGrew, and was put aside:")
		default:
			fmt.Fprintln(w, "\nNot picked:")
		}
		shown, cut := head(l.RunnersUp, maxLost)
		for _, r := range shown {
			item(w, fmt.Sprintf("%s: %s", r.Name, r.Why))
		}
		if cut > 0 {
			item(w, fmt.Sprintf("… and %s (--json names all)", plural(cut, "more type", "more types")))
		}
	}
	others(w, "Replaced, as many gone as new (a cache at its bound does that)", l.Replaced)
	stopped, uneven := l.notGrowing()
	others(w, "Grew and stopped", stopped)
	others(w, "Grew now and then, or went up and down", uneven)
	others(w, "Background: came without jobs, too, and with them no more than that", l.Leaks.Background)
}

// notGrowing splits what grew without leaking by how it went.
func (l *Leaks) notGrowing() (stopped, uneven []typefilter.Leak) {
	for _, r := range l.GrewOnce {
		if r.Shape == typefilter.Uneven {
			uneven = append(uneven, r)
		} else {
			stopped = append(stopped, r)
		}
	}
	return stopped, uneven
}

func others(w io.Writer, what string, rows []typefilter.Leak) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintln(w)
	paragraph(w, what+": "+flows(rows, maxLost, 0))
}

// flows lists types with what came and went, n of them, names cut to so many
// columns; 0 for whole.
func flows(rows []typefilter.Leak, n, columns int) string {
	shown, cut := head(rows, n)
	var names []string
	for _, r := range shown {
		name := r.Name
		if columns > 0 {
			name = middle(name, columns)
		}
		names = append(names, fmt.Sprintf("%s (%s)", name, flow(&r)))
	}
	if cut > 0 {
		names = append(names, fmt.Sprintf("%s more", count(cut)))
	}
	return strings.Join(names, ", ") + "."
}

// flow is how many came and went; of those in a slot used before nobody knows.
func flow(r *typefilter.Leak) string {
	text := fmt.Sprintf("%s new, %s gone", count(r.New), count(r.Gone))
	if r.Ambiguous > 0 {
		text += fmt.Sprintf(", perhaps %s more of each", count(r.Ambiguous))
	}
	return text
}

// head is the first n rows, 0 for all, and how many were cut.
func head[T any](rows []T, n int) (shown []T, cut int) {
	if n <= 0 || len(rows) <= n {
		return rows, 0
	}
	return rows[:n], len(rows) - n
}

func paragraph(w io.Writer, text string) {
	for _, line := range wrap(text, textWidth) {
		fmt.Fprintln(w, line)
	}
}

func item(w io.Writer, text string) {
	for i, line := range wrap(text, textWidth-4) {
		if i == 0 {
			fmt.Fprintln(w, "  - "+line)
		} else {
			fmt.Fprintln(w, "    "+line)
		}
	}
}

// wrap breaks a text at spaces into lines of at most width columns, where its
// words allow.
func wrap(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && cells(line)+1+cells(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
