package jobtrace

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSafeName(t *testing.T) {
	for in, want := range map[string]string{
		"import-17":   "import-17",
		"größe_2.csv": "größe_2.csv",
		"v1.2.3":      "v1.2.3",
	} {
		if got := SafeName(in); got != want {
			t.Errorf("%q: %q, want it as it is", in, got)
		}
	}
	if got := SafeName(NoName); !strings.HasPrefix(got, "no_name_") {
		t.Errorf("%q: %q, want it to be read as no name", NoName, got)
	}
	seen := map[string]string{}
	for _, in := range []string{
		NoName, "no_name", "", ".", "..", "_", "../../x", "..\\..\\x", ".hidden", "_hidden", "a/b", "a_b", "a:b", "a b", "a\x00b", "end.", "end_",
		"\xff", "\xfe", "NUL", "com1.txt", strings.Repeat("x", 300), strings.Repeat("x", 301), strings.Repeat("ü", 51), "report\n",
	} {
		got := SafeName(in)
		if got == "" || len(got) > maxSafe || strings.ContainsAny(got, "/\\:\x00\n ") || got[0] == '.' || strings.HasSuffix(got, ".") || !utf8.ValidString(got) {
			t.Errorf("%q: %q is not safe", in, got)
		}
		if other, ok := seen[got]; ok {
			t.Errorf("%q and %q are both %q", in, other, got)
		}
		seen[got] = in
	}
}

func FuzzSafeName(f *testing.F) {
	f.Add("../../x")
	f.Fuzz(func(t *testing.T, in string) {
		got := SafeName(in)
		if got == "" || len(got) > maxSafe || strings.ContainsAny(got, "/\\\x00") || got[0] == '.' || !utf8.ValidString(got) {
			t.Errorf("%q: %q", in, got)
		}
	})
}
