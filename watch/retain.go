package watch

import (
	"cmp"
	"slices"
)

// Retention says which dumps stay once they are reported.
type Retention struct {
	Keep     int   // of the last so many jobs of each worker; negative: all
	Leaks    int   // of the last so many jobs of each worker that leaked; negative: all
	MaxBytes int64 // that all files together may take; 0: no limit
	Foreign  bool  // dumps that jobtrace did not write go, too
}

// Kept is a dump that lies in a folder, with what Retention has to know of it.
type Kept struct {
	Dump
	Whole  bool // it was read to its end and reported
	Needed bool // later dumps are compared with it
	Leaked bool // its job was reported to leak
}

// Surplus are the indexes of the dumps that are to go, of all that lie in the
// watched folders, which are in the order of Scanner.Look. total is the size of
// all files. What could not be read, is needed, or was written in the middle of
// a job never goes by its number, and what could not be read or is needed does not go
// at all.
func (r *Retention) Surplus(dumps []Kept, total int64) (remove []int) {
	gone := make([]bool, len(dumps))
	take := func(i int) {
		gone[i] = true
		total -= dumps[i].Size
		remove = append(remove, i)
	}
	for _, folder := range byFolder(dumps) {
		stays := r.stays(dumps, folder)
		for _, i := range folder {
			if !stays[i] && r.may(&dumps[i]) && !dumps[i].InJob() {
				take(i)
			}
		}
	}
	if r.MaxBytes <= 0 {
		return remove
	}
	age := make([]int, len(dumps))
	for i := range age {
		age[i] = i
	}
	slices.SortStableFunc(age, func(a, b int) int { return dumps[a].ModTime.Compare(dumps[b].ModTime) })
	for _, i := range age {
		if total > r.MaxBytes && !gone[i] && r.may(&dumps[i]) {
			take(i)
		}
	}
	return remove
}

// may reports whether a dump may go at all.
func (r *Retention) may(k *Kept) bool {
	return k.Whole && !k.Needed && (k.Traced() || r.Foreign)
}

// stays are the dumps of a folder, oldest first, that stay for their jobs' sake:
// the last ones, and those around jobs that leaked.
func (r *Retention) stays(dumps []Kept, folder []int) map[int]bool {
	stays := map[int]bool{}
	jobs, leaks, job := 0, 0, ""
	for n := len(folder) - 1; n >= 0; n-- {
		d := &dumps[folder[n]]
		if name := d.Job() + "\x00" + d.Process(); name != job || jobs == 0 {
			job = name
			jobs++
		}
		if r.Keep < 0 || jobs <= r.Keep {
			stays[folder[n]] = true
		}
		if !d.Leaked {
			continue
		}
		if leaks++; r.Leaks < 0 || leaks <= r.Leaks {
			stays[folder[n]] = true
			if n > 0 {
				stays[folder[n-1]] = true
			}
		}
	}
	return stays
}

// byFolder are the indexes of each folder's dumps.
func byFolder(dumps []Kept) (out [][]int) {
	at := map[string]int{}
	for i := range dumps {
		dir := dumps[i].Folder()
		n, ok := at[dir]
		if !ok {
			n = len(out)
			at[dir] = n
			out = append(out, nil)
		}
		out[n] = append(out[n], i)
	}
	for _, folder := range out {
		slices.SortFunc(folder, func(a, b int) int { return cmp.Or(compare(&dumps[a].Dump, &dumps[b].Dump), cmp.Compare(a, b)) })
	}
	return out
}
