package accuracy

import "fmt"

// LeakSection is the table of the leaks among the rows, with the figures of
// all rows and what is known of the misses.
func LeakSection(heading string, text []string, rows []Row, known []Miss) *Section {
	sum := Summarize(rows)
	s := &Section{Heading: heading, Text: text, Table: [][]string{{"leak", "cause", "picked", "rank", "holder", "jobs"}}}
	for _, r := range rows {
		if r.Case.Leaks() {
			s.Table = append(s.Table, []string{r.Case.Name, r.Case.Cause, code(r.Picked), rankWord(r.Rank), holderWord(&r), fmt.Sprint(r.Jobs)})
		}
	}
	s.After = sum.lines()
	for i, m := range known {
		if i == 0 {
			s.After = append(s.After, "", "What is missed:", "")
		}
		s.After = append(s.After, fmt.Sprintf("- **%s**: %s", m.Case, m.Why))
	}
	return s
}

// ControlSection is the table of the controls among the rows, each of which
// may be there several times.
func ControlSection(heading string, text []string, rows []Row) *Section {
	s := &Section{Heading: heading, Text: text, Table: [][]string{{"control", "why it is none", "called leaking", "jobs"}}}
	at := map[string]int{}
	runs, called := map[string]int{}, map[string]int{}
	for _, r := range rows {
		name := r.Case.Name
		if r.Case.Leaks() {
			continue
		}
		if runs[name] == 0 {
			at[name] = len(s.Table)
			s.Table = append(s.Table, nil)
		}
		runs[name]++
		called[name] += min(1, len(r.Called))
		s.Table[at[name]] = []string{name, r.Case.Cause, fmt.Sprintf("%d of %d", called[name], runs[name]), fmt.Sprint(r.Jobs)}
	}
	return s
}

func code(name string) string {
	if name == "" {
		return "nothing"
	}
	return "`" + name + "`"
}

func rankWord(rank int) string {
	if rank == 0 {
		return "none"
	}
	return fmt.Sprint(rank)
}

func holderWord(r *Row) string {
	if r.Holder {
		return "`" + r.Case.Root + "`"
	}
	return "not found"
}
