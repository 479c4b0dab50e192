package accuracy

import (
	"fmt"
	"slices"
	"strings"
)

// Section is one part of the document, from its heading to the next: text
// before a table, the table, and text after it.
type Section struct {
	Heading string
	Text    []string
	Table   [][]string // first the heads, then the rows
	After   []string
}

// String is the section in Markdown.
func (s *Section) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n", s.Heading)
	for _, line := range s.Text {
		fmt.Fprintln(&b, line)
	}
	for i, row := range s.Table {
		if i == 0 {
			fmt.Fprintln(&b)
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Fprintf(&b, "|%s\n", strings.Repeat("---|", len(row)))
		}
	}
	for i, line := range s.After {
		if i == 0 {
			fmt.Fprintln(&b)
		}
		fmt.Fprintln(&b, line)
	}
	return b.String()
}

// cut finds a section in a document: what is before, the section, what is
// after. found is false if it has none, and then all is before.
func cut(doc, heading string) (before, section, after string, found bool) {
	head := "## " + heading + "\n"
	i := strings.Index(doc, head)
	if i < 0 {
		return doc, "", "", false
	}
	before, section = doc[:i], doc[i:]
	if end := strings.Index(section[len(head):], "\n## "); end >= 0 {
		end += len(head) + 1
		section, after = section[:end], section[end:]
	}
	return before, section, after, true
}

// Replace puts a section in the place of the one with its heading, or at the
// end.
func Replace(doc string, s *Section) string {
	before, _, after, found := cut(doc, s.Heading)
	if !found {
		return strings.TrimRight(before, "\n") + "\n\n" + s.String()
	}
	if after != "" {
		after = "\n" + after
	}
	return before + s.String() + after
}

// Differences compares the table of a section with that of the document by the
// columns named, and the text below it, and says where they differ.
func Differences(doc string, s *Section, columns ...string) (out []string) {
	_, section, _, found := cut(doc, s.Heading)
	if !found {
		return []string{"there is no section " + s.Heading}
	}
	committed := readTable(section)
	for _, row := range s.Table[1:] {
		i := slices.IndexFunc(committed, func(c []string) bool { return c[0] == row[0] })
		if i < 0 {
			out = append(out, row[0]+" has no row")
			continue
		}
		for _, name := range columns {
			at := slices.Index(s.Table[0], name)
			if at < len(committed[i]) && committed[i][at] != row[at] {
				out = append(out, fmt.Sprintf("%s: %s is %s, and %s in the document", row[0], name, row[at], committed[i][at]))
			}
		}
	}
	if len(committed) != len(s.Table) {
		out = append(out, fmt.Sprintf("%d rows, and %d in the document", len(s.Table)-1, len(committed)-1))
	}
	return out
}

func readTable(section string) (rows [][]string) {
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "| ") {
			rows = append(rows, strings.Split(strings.Trim(line, "| "), " | "))
		}
	}
	return rows
}
