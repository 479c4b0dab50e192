package report

import (
	"fmt"
	"io"
)

// Redaction is the answer of `redact`: what became of a dump's words.
type Redaction struct {
	In, Out string
	Exe     string // of which types were known, "" without one
	Bytes   int64
	Objects int
	Zeroed  int64 // words that were not zero before
	Kept    []KeptRow
	Whole   int64 // records judged by their words alone
}

// KeptRow is how many words that are not zero stay for a reason.
type KeptRow struct {
	Why   string // as heapdump.Reason has it
	Words int64
}

// whyKept says what a reason is and what else may pass for it.
var whyKept = map[string]string{
	"pointer": "words that the collector takes for pointers",
	"address": "other words whose value is an address of the heap; a number may happen to be one",
	"header":  "types that the allocator puts before values",
	"type":    "types where interfaces and channels have them; a number that looks like one may be among them",
	"code":    "words that look like the code of a function; a number may happen to",
	"length":  "integers where strings and slices have their length; a small number behind a pointer may be among them",
	"count":   "entries of maps and channels",
	"flag":    "ones where a library tells kinds of nodes by it",
}

// staysAsWell is what redaction does not touch.
const staysAsWell = "names of functions, types and source files, wait reasons, sizes, addresses and counters stay as well"

type redactionJSON struct {
	In     string    `json:"in"`
	Out    string    `json:"out"`
	Exe    *string   `json:"exe"`
	Bytes  int64     `json:"bytes"`
	Object int       `json:"objectRecords"`
	Zeroed int64     `json:"zeroedWords"`
	Kept   []keptRow `json:"kept"`
	Whole  int64     `json:"recordsWithoutList"`
}

type keptRow struct {
	Why   string `json:"why"`
	Words int64  `json:"words"`
	Means string `json:"means"`
}

// JSON writes the reasons in their order, those without words too.
func (r *Redaction) JSON(w io.Writer) error {
	out := redactionJSON{In: r.In, Out: r.Out, Bytes: r.Bytes, Object: r.Objects, Zeroed: r.Zeroed, Whole: r.Whole, Kept: []keptRow{}}
	if r.Exe != "" {
		out.Exe = &r.Exe
	}
	for _, k := range r.Kept {
		out.Kept = append(out.Kept, keptRow{k.Why, k.Words, whyKept[k.Why]})
	}
	return writeJSON(w, out)
}

// Text writes what stays, for people.
func (r *Redaction) Text(w io.Writer) error {
	fmt.Fprintf(w, "redacted %s to %s, %s, %s\n", r.In, r.Out, Bytes(uint64(r.Bytes)), plural(r.Objects, "object record"))
	how := "types are not known, so words are judged by their values (--exe FILE judges them by their types)"
	if r.Exe != "" {
		how = "words are judged by the types of " + r.Exe
	}
	fmt.Fprintf(w, "%s were zeroed; %s\n\nwords that stay:\n", plural(int(r.Zeroed), "word"), how)
	tab := newTable(">", "", "")
	for _, k := range r.Kept {
		tab.add(count(int(k.Words)), k.Why, whyKept[k.Why])
	}
	tab.write(w, "  ")
	fmt.Fprintf(w, "\n%s\n", staysAsWell)
	if r.Whole > 0 {
		fmt.Fprintf(w, "%s of more than 16 MiB had to be judged without the list of pointers that follows\n", plural(int(r.Whole), "record"))
	}
	return nil
}
