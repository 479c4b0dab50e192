package heapdump

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// text is the text form of data, which must lead back to it.
func text(t testing.TB, data []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteText(&b, data); err != nil {
		t.Fatal(err)
	}
	back, err := ParseText(b.Bytes())
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, b.String())
	}
	if !bytes.Equal(back, data) {
		t.Errorf("the text leads to other %d bytes, want %d", len(back), len(data))
	}
	return b.String()
}

// golden compares got with a file of testdata, or rewrites it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update rewrites it):\n%s", path, got)
	}
}

func TestTextOfEachRecord(t *testing.T) { golden(t, "records.txt", text(t, oneOfEach(t))) }

// TestTextOfDamage has a dump cut in its second object.
func TestTextOfDamage(t *testing.T) {
	data := dumpOf(t, filled(TagParams), filled(TagObject), filled(TagObject), &EOF{})
	golden(t, "damaged.txt", text(t, data[:len(data)-200]))
}

func TestTextOfShortObject(t *testing.T) {
	golden(t, "short.txt", text(t, shortDump(t, 5<<30, 0, 2)))
}

func TestTextOfLists(t *testing.T) {
	var f Fields
	for _, off := range []uint64{0, 8, 24, 32, 40, 48, 48, 40, 56, 72, 88, 200} {
		f = AppendField(f, FieldPtr, off)
	}
	for off := uint64(208); off < 250; off += 8 {
		f = AppendField(f, FieldIface, off)
	}
	words := []byte("abcde\x00abcdef\x00\x00abcccccccccdefghij\xff\xff\xff\xff\xff\xff\xff\xffabc\x01        ")
	data := dumpOf(t,
		&Object{Addr: 1, Size: 1000, Contents: append(words, make([]byte, 1000-len(words))...), Fields: f},
		&Object{Addr: 2, Contents: bytes.Repeat([]byte{1, 2, 3, 0x80}, 100)}, &EOF{})
	golden(t, "lists.txt", text(t, data))
}

func TestTextOfRealDump(t *testing.T) {
	data := smallDump(t)
	if s := text(t, data); len(s) > 2*len(data) {
		t.Errorf("%d bytes of text for %d", len(s), len(data))
	}
	for n := len(Magic); n < len(data); n += 10007 {
		text(t, data[:n])
	}
}

func TestWriteTextOfNoDump(t *testing.T) {
	if err := WriteText(full{}, []byte("no dump")); !errors.Is(err, ErrFormat) {
		t.Errorf("%v, want ErrFormat", err)
	}
	if err := WriteText(full{}, oneOfEach(t)); err != errFull {
		t.Errorf("%v, want %v", err, errFull)
	}
}

func TestParseTextErrors(t *testing.T) {
	for _, c := range []struct{ text, err string }{
		{"", "line 1"},
		{"nonsense", `line 2: unknown record "nonsense"`},
		{"\n\n# comment\nitab addr=0x1", "line 5: column 14: want a word"},
		{"itab addr=0x1 typo=0x2\n", `field "typo", want "type"`},
		{"itab addr=0xxyz type=0x2\n", `"0xxyz" is no number`},
		{"itab addr=0x1 type=0x2 more\n", "column 24: want '\\n'"},
		{"eof =\n", "want '\\n'"},
		{"type addr=0x1 size=1 name=x indirect=0\n", "want a quoted string"},
		{"type addr=0x1 size=1 name=\"x\" indirect=2\n", "flag is 2"},
		{"object addr=0x1 contents=[0", "is no run of bytes"},
		{"object addr=0x1 contents=[00", "list without ]"},
		{"object addr=0x1 contents=[0001*2] fields=[]\n", "is no run of bytes"},
		{"object addr=0x1 contents=[00*99999] fields=[]\n", "too many bytes"},
		{"object addr=0x1 contents=[00*8] fields=[8]\n", "malformed field list"},
		{"object addr=0x1 contents=[00*8] fields=[8..0/8]\n", "no range of offsets"},
		{"object addr=0x1 contents=[00*8] fields=[0..8/0]\n", "no range of offsets"},
		{"object addr=0x1 contents=[00*8] fields=[0..9000000/1]\n", "too many bytes"},
		{"object addr=0x1 contents=[00*8] fields=[x8]\n", "no number"},
		{"bucket id=0x1 size=1 stack=[\"f\" 7] allocs=1 frees=1\n", "want a quoted string"},
		{"rest 00\n", "want '['"},
	} {
		_, err := parseText([]byte(Magic+c.text), 10000)
		if c.text == "" {
			_, err = parseText(nil, 10000)
		}
		if err == nil || !strings.Contains(err.Error(), c.err) {
			t.Errorf("%q: %v, want %q", c.text, err, c.err)
		}
	}
	memstats := "memstats" + strings.Repeat(" x=1", 26)
	if _, err := ParseText([]byte(Magic + memstats)); err == nil {
		t.Error("memstats with fields x were taken")
	}
}
