package typefilter

import (
	"testing"
)

func TestFormAndPackage(t *testing.T) {
	for _, c := range []struct {
		name string
		form Form
		pkg  string
	}{
		{"main.Job", Named, "main"},
		{"github.com/robfig/cron/v3.Entry", Named, "github.com/robfig/cron/v3"},
		{"gopkg.in/yaml%2ev3.Node", Named, "gopkg.in/yaml.v3"},
		{"main.Set[github.com/x/y.Z]", Named, "main"},
		{"main.Pair[string,[]int]", Named, "main"},
		{"func main.build.func1", Closure, "main"},
		{"func main.(*Pool).Get-fm", Closure, "main"},
		{"func github.com/x/y.Map[...].func1", Closure, "github.com/x/y"},
		{"func gopkg.in/yaml%2ev3.f.func1", Closure, "gopkg.in/yaml.v3"},
		{"func(int) string", Composite, ""},
		{"[]main.Job", Composite, ""},
		{"[4]main.Job", Composite, ""},
		{"*main.Job", Composite, ""},
		{"map[string]*main.Job", Composite, ""},
		{"map[string]*main.Job (group)", Composite, ""},
		{"chan main.Job (buf)", Composite, ""},
		{"struct { A main.Job }", Composite, ""},
		{"interface {}", Composite, ""},
		{"noalg.map.group[string]int", Composite, ""},
		{"string", Text, ""},
		{"[]uint8", Text, ""},
		{"[16]uint8", Text, ""},
		{"[]int32", Text, ""},
		{"[]int64", Composite, ""},
		{"int64", Basic, ""},
		{"tiny", Tiny, ""},
		{"?48", Untyped, ""},
		{"?48 (no pointers)", Untyped, ""},
		{"?48[ptr,ptr,-]", Untyped, ""},
		{"type@0x4a1200", Untyped, ""},
		{"", Untyped, ""},
		{"Job", Named, ""},
		{"func nothing", Closure, ""},
	} {
		if got := FormOf(c.name); got != c.form {
			t.Errorf("FormOf(%q) = %d, want %d", c.name, got, c.form)
		}
		if got := PackageOf(c.name); got != c.pkg {
			t.Errorf("PackageOf(%q) = %q, want %q", c.name, got, c.pkg)
		}
	}
}

func TestOrigins(t *testing.T) {
	none := Modules{}
	app := Modules{Main: "example.com/app", MainPath: "example.com/app/cmd/app",
		Deps: []string{"github.com/robfig/cron/v3", "example.com/app/tools", "gopkg.in/yaml.v3", "log"}}
	leaky := Modules{Main: "leaky"}
	for _, c := range []struct {
		mods            *Modules
		name, full, pkg string
		want            Origin
	}{
		{&none, "main.Job", "main.Job", "main", MainModule},
		{&none, "main.Job", "main.Job", "", MainModule},
		{&none, "store.Row", "leaky/store.Row", "", MainModule},
		{&none, "cron.Entry", "github.com/robfig/cron/v3.Entry", "", Dependency},
		{&none, "http.Client", "net/http.Client", "", StandardLibrary},
		{&none, "http.Client", "http.Client", "", StandardLibrary},
		{&none, "rand.Rand", "math/rand/v2.Rand", "", StandardLibrary},
		{&none, "poll.FD", "internal/poll.FD", "", StandardLibrary},
		{&none, "poll.FD", "poll.FD", "", StandardLibrary},
		{&none, "fips140.Hash", "crypto/internal/fips140.Hash", "", StandardLibrary},
		{&none, "gcimporter.T", "go/internal/gcimporter.T", "", StandardLibrary},
		{&none, "hpack.Decoder", "vendor/golang.org/x/net/http2/hpack.Decoder", "", StandardLibrary},
		{&none, "hpack.Decoder", "golang.org/x/net/http2/hpack.Decoder", "", Dependency},
		{&none, "template.Set", "example.org/template.Set", "", Dependency},
		{&none, "secret.T", "leaky/internal/secret.T", "", MainModule},
		{&none, "runtime.g", "runtime.g", "", Runtime},
		{&none, "maps.Map", "internal/runtime/maps.Map", "", Runtime},
		{&none, "debug.T", "runtime/debug.T", "", Runtime},
		{&none, "go.shape.*uint8", "go.shape.*uint8", "", Runtime},
		{&none, "[]*main.Record", "[]*main.Record", "", Container},
		{&none, "map[string]*main.Job", "map[string]*main.Job", "", Container},
		{&none, "map[string]*main.Job (table)", "map[string]*main.Job (table)", "", Container},
		{&none, "chan int", "chan int", "", Container},
		{&none, "*main.Job", "*main.Job", "", Container},
		{&none, "string", "string", "", Storage},
		{&none, "[]uint8", "[]uint8", "", Storage},
		{&none, "tiny", "tiny", "", Storage},
		{&none, "int", "int", "", Storage},
		{&none, "?48", "?48", "", Unknown},
		{&none, "type@0x4a1200", "", "", Unknown},
		{&none, "func main.build.func1", "func main.build.func1", "", MainModule},
		{&none, "func http.(*Client).do.func1", "func net/http.(*Client).do.func1", "", StandardLibrary},
		{&app, "store.Row", "example.com/app/store.Row", "", MainModule},
		{&app, "app.T", "example.com/app/cmd/app.T", "", MainModule},
		{&app, "appendix.T", "example.com/appendix.T", "", Dependency},
		{&app, "tools.T", "example.com/app/tools/x.T", "", Dependency},
		{&app, "cron.Entry", "cron.Entry", "", Dependency},
		{&app, "yaml.Node", "yaml.Node", "", Dependency},
		{&app, "yaml.Node", "gopkg.in/yaml%2ev3.Node", "", Dependency},
		{&app, "log.Line", "log.Line", "", Dependency},
		{&app, "http.Client", "net/http.Client", "net/http", StandardLibrary},
		{&leaky, "leaky.T", "leaky.T", "leaky", MainModule},
		{&leaky, "store.Row", "leaky/store.Row", "leaky/store", MainModule},
		{&leaky, "Row", "Row", "", Unknown},
	} {
		if got := c.mods.OriginOf(c.name, c.full, c.pkg); got != c.want {
			t.Errorf("%q, %q, %q with main module %q: %v, want %v", c.name, c.full, c.pkg, c.mods.Main, got, c.want)
		}
	}
}

func TestOriginNames(t *testing.T) {
	for o := range Origin(len(originNames)) {
		if o.String() == "" {
			t.Errorf("origin %d has no name", o)
		}
	}
	if Origin(99).String() != "unknown" {
		t.Error("no name for a wrong origin")
	}
}

// One case for every row of the table.
func TestDefaultRules(t *testing.T) {
	rules, err := NewRules(DefaultRules())
	if err != nil {
		t.Fatal(err)
	}
	tested := map[string]bool{}
	var mods Modules
	for _, c := range []struct {
		name  string
		rule  string // "": no noise
		noise Noise
	}{
		{"github.com/objgraph/objgraph/jobtrace.Tracer", "the tracer", Tracing},
		{"func github.com/objgraph/objgraph/jobtrace/http.serve.func1", "the tracer", Tracing},
		{"github.com/objgraph/objgraph/jobtracer.Mine", "", NotNoise},
		{"runtime.sudog", "runtime", Internals},
		{"[]runtime.timerWhen", "runtime", Internals},
		{"[]*runtime.m", "runtime", Internals},
		{"noalg.main.T", "compiler's shape", Internals},
		{"net/http.persistConn", "standard library", Internals},
		{"func net/http.(*Server).Serve.func1", "standard library", Internals},
		{"[]*main.Job", "builtin container", Parts},
		{"map[string]int (group)", "builtin container", Parts},
		{"string", "byte and string storage", Parts},
		{"tiny", "byte and string storage", Parts},
		{"?64", "unknown type", Opaque},
		{"main.Job", "", NotNoise},
		{"github.com/robfig/cron/v3.Entry", "", NotNoise},
		{"func main.build.func1", "", NotNoise},
	} {
		o := mods.OriginOf(c.name, c.name, "")
		if c.rule == "compiler's shape" {
			o = MainModule // by the pattern alone
		}
		rule, ok := rules.Of(c.name, c.name, o)
		if ok != (c.rule != "") || ok && (rule.Name != c.rule || rule.Noise != c.noise) {
			t.Errorf("%q: rule %q (%d), want %q (%d)", c.name, rule.Name, rule.Noise, c.rule, c.noise)
		}
		tested[c.rule] = true
	}
	for _, rule := range DefaultRules() {
		if !tested[rule.Name] {
			t.Errorf("rule %q has no test", rule.Name)
		}
	}
}

func TestUserRules(t *testing.T) {
	own := append([]Rule{
		{Name: "our cache", Noise: Internals, Patterns: []string{"main.*Cache"}},
		{Name: "wanted", Noise: NotNoise, Patterns: []string{"pkg:net/http"}},
	}, DefaultRules()...)
	rules, err := NewRules(own)
	if err != nil {
		t.Fatal(err)
	}
	if rule, ok := rules.Of("main.PageCache", "main.PageCache", MainModule); !ok || rule.Name != "our cache" {
		t.Errorf("main.PageCache falls under %q", rule.Name)
	}
	if rule, ok := rules.Of("http.Client", "net/http.Client", StandardLibrary); ok {
		t.Errorf("http.Client falls under %q", rule.Name)
	}
	if _, err := NewRules([]Rule{{Patterns: []string{"/("}}}); err == nil {
		t.Error("a bad pattern in a rule gives no error")
	}
	if _, ok := (*Rules)(nil).Of("string", "string", Storage); ok {
		t.Error("no table has noise")
	}
}
