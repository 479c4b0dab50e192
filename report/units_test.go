package report

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestBytes(t *testing.T) {
	for n, want := range map[uint64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 4096: "4.1 kB", 99_949: "99.9 kB", 99_950: "100 kB",
		999_499: "999 kB", 999_500: "1.0 MB", 501_234_567: "501 MB", 1 << 40: "1.1 TB", 1<<64 - 1: "18.4 EB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 2004973: "2,004,973", -1234: "-1,234"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %q, want %q", n, got, want)
		}
	}
	for share, want := range map[float64]string{
		1: "100 %", 0.999999: "over 99.99 %", 0.9998: "99.98 %", 0.5: "50.0 %", 0.0001: "under 0.1 %", 0: "0 %",
	} {
		if got := percent(share); got != want {
			t.Errorf("percent(%v) = %q, want %q", share, got, want)
		}
	}
}

func TestTable(t *testing.T) {
	tab := newTable("type", ">n", "where")
	tab.add("main.T", "7", "here")
	tab.add("main.漢字", "12,345", "")
	tab.add("main.Größer", "1", "there")
	var b strings.Builder
	tab.write(&b, "| ")
	want := `| type              n  where
| main.T            7  here
| main.漢字    12,345
| main.Größer       1  there
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestMiddle(t *testing.T) {
	for text, want := range map[string]string{
		"short": "short", "0123456789": "0123456789", "0123456789a": "0123…789a", "漢字漢字漢字": "漢字…漢字",
	} {
		if got := middle(text, 10); got != want {
			t.Errorf("middle(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "",
		"one two  three four":   "one two|three four",
		"averyverylongword one": "averyverylongword|one",
		"漢字 漢字 漢字":              "漢字 漢字|漢字",
	} {
		if got := strings.Join(wrap(text, 10), "|"); got != want {
			t.Errorf("wrap(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestPictureName(t *testing.T) {
	for _, c := range []struct{ typ, job, want string }{
		{"main.Job", "job-17", "main.Job-job-17"},
		{"map[string]*main.Job", "a b/c", "map_string_main.Job-a_b_c"},
		{"[]*main.Job", "x", "main.Job-x"},
		{"func main.build.func1", "..", "func_main.build.func1-_"},
		{"main.漢字型", "ωμ", "main.漢字型-ωμ"},
		{"\xff\x00", "-x-", "_-x"},
	} {
		if got := PictureName(c.typ, c.job); got != c.want {
			t.Errorf("PictureName(%q, %q) = %q, want %q", c.typ, c.job, got, c.want)
		}
	}
}

// TestPictureNameIsSafe wants names that every file system takes, and
// different ones for different long types.
func TestPictureNameIsSafe(t *testing.T) {
	long := "main.Nested[" + strings.Repeat("漢字.型,", 80) + "int]"
	a, b := PictureName(long+"a", "job"), PictureName(long+"b", "job")
	if a == b {
		t.Errorf("two types have one name: %q", a)
	}
	for _, name := range []string{a, b, PictureName("main.T", strings.Repeat("j", 500)), PictureName(long, long), PictureName("con", "nul")} {
		if len(name)+len(".svg") > 120 || !utf8.ValidString(name) || strings.ContainsAny(name, `/\:*?"<>| `) || name[0] == '.' || name[0] == '-' {
			t.Errorf("not safe: %q (%d bytes)", name, len(name))
		}
	}
}

func TestJobOf(t *testing.T) {
	for path, want := range map[string]string{
		"memdbg/worker/017-job.dump.zst": "017-job", "a.dump": "a", "/x/y.dump.gz": "y", "heap": "heap",
	} {
		if got := JobOf(path); got != want {
			t.Errorf("JobOf(%q) = %q, want %q", path, got, want)
		}
	}
}
