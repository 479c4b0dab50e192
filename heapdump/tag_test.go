package heapdump

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// TestPackageComment holds the table of tags in the package comment against
// the code's.
func TestPackageComment(t *testing.T) {
	src, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^//\t *(\d+ [a-z]+(?: +[a-zA-Z]+:.*)?)$`)
	var doc []string
	for _, m := range row.FindAllSubmatch(src, -1) {
		doc = append(doc, strings.Join(strings.Fields(string(m[1])), " "))
	}
	if len(doc) != int(numTags) {
		t.Fatalf("%d tags in the package comment, want %d: %q", len(doc), numTags, doc)
	}
	for tag := range numTags {
		if want := describe(tag); doc[tag] != want {
			t.Errorf("package comment has\n\t%s\nwant\n\t%s", doc[tag], want)
		}
	}
}

// describe is a tag's row as the package comment writes it.
func describe(tag Tag) string {
	words := []string{fmt.Sprint(int(tag)), tag.String()}
	for _, s := range table[tag].empty().slots() {
		words = append(words, s.name+":"+letter(s.at))
	}
	return strings.Join(words, " ")
}

func letter(at any) string {
	switch at.(type) {
	case *mem.Addr, *uint64:
		return "v"
	case *bool:
		return "f"
	case *string:
		return "s"
	case *[]byte, contents:
		return "b"
	case *Fields:
		return "l"
	case *[256]uint64:
		return "v*256"
	case *[]StackLine:
		return "k"
	}
	return fmt.Sprintf("%T", at)
}

// TestTable checks that each record knows its tag, and that tags, names and
// fields are told apart.
func TestTable(t *testing.T) {
	names := map[string]Tag{}
	for tag := range numTags {
		rec := table[tag].empty()
		if rec.Tag() != tag {
			t.Errorf("tag %d: record %T has tag %d", tag, rec, rec.Tag())
		}
		if other, ok := names[tag.String()]; ok {
			t.Errorf("tags %d and %d are both named %v", other, tag, tag)
		}
		names[tag.String()] = tag
		fields := map[string]bool{}
		for _, s := range rec.slots() {
			if fields[s.name] || letter(s.at)[0] == '*' {
				t.Errorf("%v: field %s twice, or of unknown type %T", tag, s.name, s.at)
			}
			fields[s.name] = true
		}
	}
	if got := Tag(99).String(); got != "tag 99" {
		t.Errorf("Tag(99) = %q", got)
	}
}
