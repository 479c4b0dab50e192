package typefilter

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// full gives the full form of the short names in the tests.
var fullNames = map[string]string{
	"cron.Entry":                   "github.com/robfig/cron/v3.Entry",
	"http.Client":                  "net/http.Client",
	"*http.Client":                 "*net/http.Client",
	"httptest.Server":              "net/http/httptest.Server",
	"func http.(*Client).do.func1": "func net/http.(*Client).do.func1",
	"yaml.Node":                    "gopkg.in/yaml%2ev3.Node",
}

func fullOf(name string) string {
	if full, ok := fullNames[name]; ok {
		return full
	}
	return name
}

func TestPatterns(t *testing.T) {
	names := []string{
		"main.Job", "*main.Job", "[]main.Job", "[]*main.Job", "map[string]*main.Job", "main.JobCache",
		"main.Set[string]", "func main.build.func1", "string", "?48", "cron.Entry", "http.Client", "*http.Client",
		"httptest.Server", "func http.(*Client).do.func1", "yaml.Node", "main.Задача",
	}
	for _, c := range []struct {
		pattern string
		want    string // comma-separated
	}{
		{"main.Job", "main.Job"},
		{"*main.Job", "*main.Job"},
		{"[]main.Job", "[]main.Job"},
		{"[]*main.Job", "[]*main.Job"},
		{"map[string]*main.Job", "map[string]*main.Job"},
		{"map[string]*", "map[string]*main.Job"},
		{"[]*", "[]main.Job,[]*main.Job"},
		{"main.*", "main.Job,main.JobCache,main.Set[string],main.Задача"},
		{"main.Задача", "main.Задача"},
		{"*Cache*", "main.JobCache"},
		{"*Cache", "main.JobCache"},
		{"*.Entry", "cron.Entry"},
		{"main*main*", ""},
		{"*Job*Cache", "main.JobCache"},
		{"*Cache*Cache", ""},
		{"main.Set[*]", "main.Set[string]"},
		{"?48", "?48"},
		{"?*", "?48"},
		{"cron.Entry", "cron.Entry"},
		{"github.com/robfig/cron/v3.Entry", "cron.Entry"},
		{"net/http.*", "http.Client"},
		{"*net/http.Client", "*http.Client"},
		{"pkg:net/http", "http.Client,func http.(*Client).do.func1"},
		{"pkg:http", "http.Client,func http.(*Client).do.func1"},
		{"pkg:net/...", "http.Client,httptest.Server,func http.(*Client).do.func1"},
		{"pkg:net/…", "http.Client,httptest.Server,func http.(*Client).do.func1"},
		{"pkg:main", "main.Job,main.JobCache,main.Set[string],func main.build.func1,main.Задача"},
		{"pkg:gopkg.in/yaml.v3", "yaml.Node"},
		{`/^main\.Job$/`, "main.Job"},
		{`/cron/v3\./`, "cron.Entry"},
		{"gopkg.in/yaml.v3.Node", "yaml.Node"},
		{"gopkg.in/yaml%2ev3.Node", "yaml.Node"},
		{`/^\*/`, "*main.Job,*http.Client"},
		{"string", "string"},
		{"func main.*", "func main.build.func1"},
		{"Job", ""},
	} {
		p, err := Parse(c.pattern)
		if err != nil {
			t.Errorf("Parse(%q): %v", c.pattern, err)
			continue
		}
		var got []string
		for _, name := range names {
			if p.Match(name, fullOf(name)) {
				got = append(got, name)
			}
		}
		if strings.Join(got, ",") != c.want {
			t.Errorf("%q selects %q, want %q", c.pattern, strings.Join(got, ","), c.want)
		}
	}
}

func TestBadPatterns(t *testing.T) {
	for pattern, says := range map[string]string{
		"":           "empty",
		"  ":         "empty",
		"/main":      "two slashes",
		"//":         "two slashes",
		"/":          "two slashes",
		"/main(/":    "missing closing )",
		"pkg:":       "net/http",
		"pkg:/...":   "net/http",
		"pkg:main.*": "net/http",
	} {
		_, err := Parse(pattern)
		if !errors.Is(err, ErrPattern) || !strings.Contains(err.Error(), says) {
			t.Errorf("Parse(%q): %v, want an error that says %q", pattern, err, says)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"main.*", "*Cache*", "pkg:a/...", "/^x/", "[]*T", "map[a]*b.C", "**", "*[", "func *("} {
		f.Add(s, "main.Job")
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		p, err := Parse(pattern)
		if err != nil {
			return
		}
		p.Match(name, name)
		exact := !strings.ContainsAny(pattern, "*/:")
		if exact && !p.Match(pattern, pattern) {
			t.Errorf("%q does not match itself", pattern)
		}
	})
}

func TestClosest(t *testing.T) {
	all := []string{"main.Record", "main.Job", "main.JobContext", "main.Job", "cron.Entry", "http.Client", "string", "[]*main.Record"}
	for _, c := range []struct {
		name string
		want []string
	}{
		{"main.Recrd", []string{"main.Record", "[]*main.Record"}},
		{"MAIN.JOB", []string{"main.Job", "main.JobContext"}},
		{"Job", []string{"main.Job", "main.JobContext"}},
		{"v3.Entry", []string{"cron.Entry"}},
		{"record", []string{"[]*main.Record", "main.Record"}},
		{"zzzzqqqq", []string{}},
		{"other.X", []string{}},
		{"f", []string{}},
		{"main.X", []string{"main.Job"}},
	} {
		got := Closest(c.name, all, 2)
		if !slices.Equal(got, c.want) {
			t.Errorf("Closest(%q) = %q, want %q", c.name, got, c.want)
		}
	}
	if got := Closest("main.Job", all, 0); len(got) != 0 {
		t.Errorf("none asked for, %q given", got)
	}
}
