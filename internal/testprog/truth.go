package testprog

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/objgraph/objgraph/mem"
)

// A Truth is what a program knows about one of its dumps. Types are named as
// reflect prints them, with the additions of testdata/programs/truth.
type Truth struct {
	Dump      string // path
	GoVersion mem.GoVersion
	Count     map[string]int // reachable objects of each type, exactly
	Made      map[string]int // since the dump before
	Dropped   map[string]int // since the dump before
	Objects   []Object
}

// An Object is one live object, reachable unless its kind says otherwise. Addr is the address of its value, in a
// slot with a malloc header 8 bytes above the slot's.
type Object struct {
	Type string
	Addr mem.Addr
	Kind ObjectKind
}

// ObjectKind says what is known of an object besides its type and address.
type ObjectKind uint8

const (
	Counted   ObjectKind = iota // one of Truth.Count
	Some                        // of a type whose number is not known
	Hidden                      // nothing in the dump need say its type
	Unreached                   // alive, but by nothing that the dump lists
)

// ParseTruth reads what a program printed, one Truth for each of its dumps.
func ParseTruth(lines []string) ([]*Truth, error) {
	var truths []*Truth
	for n, line := range lines {
		if path, ok := strings.CutPrefix(line, "dump "); ok {
			truths = append(truths, newTruth(path))
			continue
		}
		if len(truths) == 0 {
			return nil, fmt.Errorf("line %d of the truth, %q, comes before any dump", n+1, line)
		}
		if err := truths[len(truths)-1].parse(line); err != nil {
			return nil, fmt.Errorf("line %d of the truth, %q: %w", n+1, line, err)
		}
	}
	return truths, nil
}

func newTruth(path string) *Truth {
	return &Truth{Dump: path, Count: map[string]int{}, Made: map[string]int{}, Dropped: map[string]int{}}
}

func (t *Truth) parse(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	if word == "go" {
		t.GoVersion = mem.GoVersion(rest)
		return nil
	}
	cut := strings.LastIndexByte(rest, ' ') // names of types have spaces
	if cut < 0 {
		return fmt.Errorf("want a word, a type and a number")
	}
	n, err := strconv.ParseUint(rest[cut+1:], 0, 64)
	if err != nil {
		return err
	}
	return t.add(word, rest[:cut], n)
}

func (t *Truth) add(word, typ string, n uint64) error {
	switch word {
	case "count":
		t.Count[typ] = int(n)
	case "made":
		t.Made[typ] = int(n)
	case "dropped":
		t.Dropped[typ] = int(n)
	case "object":
		t.Objects = append(t.Objects, Object{typ, mem.Addr(n), Counted})
	case "some":
		t.Objects = append(t.Objects, Object{typ, mem.Addr(n), Some})
	case "hidden":
		t.Objects = append(t.Objects, Object{typ, mem.Addr(n), Hidden})
	case "unreached":
		t.Objects = append(t.Objects, Object{typ, mem.Addr(n), Unreached})
	default:
		return fmt.Errorf("unknown word %q", word)
	}
	return nil
}
