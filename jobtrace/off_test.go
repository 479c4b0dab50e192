package jobtrace_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/jobtrace"
)

// off are the tracers that do nothing.
func off(t testing.TB) map[string]*jobtrace.Tracer {
	closed, err := jobtrace.New(jobtrace.Options{Dir: t.TempDir(), NoReport: true, SampleEvery: -1})
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	return map[string]*jobtrace.Tracer{"nil": nil, "zero": {}, "closed": closed}
}

func TestOff(t *testing.T) {
	for name, tr := range off(t) {
		ran := false
		if err := tr.Do(context.Background(), "a", func(context.Context) error { ran = true; return os.ErrExist }); err != os.ErrExist || !ran {
			t.Errorf("%s: ran %v, error %v", name, ran, err)
		}
		j, err := tr.Begin(context.Background(), "a")
		j.End(nil)
		if j != nil || err != nil || tr.OnCrash() != nil || tr.Close() != nil {
			t.Errorf("%s: it does something", name)
		}
		if _, err := tr.Dump(""); err == nil {
			t.Errorf("%s: it dumps", name)
		}
	}
}

func TestOffAllocates(t *testing.T) {
	ctx, f := context.Background(), func(context.Context) error { return nil }
	for name, tr := range off(t) {
		if n := testing.AllocsPerRun(100, func() { tr.Do(ctx, "a", f) }); n != 0 {
			t.Errorf("%s: %v allocations in a job, want none", name, n)
		}
	}
}

func BenchmarkOff(b *testing.B) {
	ctx, f := context.Background(), func(context.Context) error { return nil }
	for name, tr := range off(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				tr.Do(ctx, "a", f)
			}
		})
	}
}

// parse gives the flags to AddFlags and what FromFlags makes of them.
func parse(t *testing.T, args []string, o ...jobtrace.Options) (*jobtrace.Tracer, error) {
	t.Helper()
	fs := flag.NewFlagSet("worker", flag.ContinueOnError)
	jobtrace.AddFlags(fs)
	if err := fs.Parse(args); err != nil {
		t.Fatal(err)
	}
	tr, err := jobtrace.FromFlags(o...)
	t.Cleanup(func() { tr.Close() })
	return tr, err
}

func TestFlags(t *testing.T) {
	t.Chdir(t.TempDir())
	quiet := jobtrace.Options{Worker: "w", NoReport: true, Logger: func(string) {}}
	if tr, err := parse(t, nil, quiet); tr != nil || err != nil {
		t.Errorf("without flags: %v, %v, want nothing", tr, err)
	}
	t.Setenv("TRACE_MEMORY", "1")
	t.Setenv("TRACE_MEMORY_OUTPUT_DIR", "fromenv")
	t.Setenv("TRACE_MEMORY_AT", "1, 2")
	if tr, err := parse(t, []string{"--trace_memory=false"}, quiet); tr != nil || err != nil {
		t.Errorf("a flag does not win over the environment: %v, %v", tr, err)
	}
	for dir, args := range map[string][]string{
		"fromenv":  {"--trace_memory_type", "main.T"},
		"fromflag": {"--trace_memory", "--trace_memory_type", "main.T", "--trace_memory_output_dir=fromflag"},
	} {
		tr, err := parse(t, args, quiet)
		if err != nil || tr == nil {
			t.Fatalf("%q: %v, %v", args, tr, err)
		}
		do(t, tr, "a")
		list := wantShape(t, filepath.Join(dir, "w"), "1 after a ok 1")
		if len(list) == 1 && list[0].TraceType != "main.T" {
			t.Errorf("%q: the type is %q", args, list[0].TraceType)
		}
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("TRACE_MEMORY", "0")
	if tr, err := jobtrace.New(jobtrace.Options{}); tr != nil || err != nil {
		t.Errorf("TRACE_MEMORY=0: got %v, %v", tr, err)
	}
	for name, value := range map[string]string{"TRACE_MEMORY": "perhaps", "TRACE_MEMORY_AT": "1,x"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TRACE_MEMORY", "1")
			t.Setenv(name, value)
			tr, err := jobtrace.New(jobtrace.Options{})
			if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), value) {
				t.Errorf("got %v", err)
			}
			do(t, tr, "a")
		})
	}
}

func TestBadOptions(t *testing.T) {
	for _, o := range []jobtrace.Options{{Every: -1}, {MinInterval: -1}, {MemoryShare: 2}, {At: []int{3, -1}}} {
		if tr, err := jobtrace.New(o); err == nil || tr != nil {
			t.Errorf("%+v: no error", o)
		}
	}
}
