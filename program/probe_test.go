package program

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// versions are the toolchains of the matrix; "" is the local one.
var versions = []string{"", "go1.21.13", "go1.22.12", "go1.23.12", "go1.24.13", "go1.25.7", "go1.26.8", "go1.27.0"}

// probe is the built test program and what it printed of itself.
type probe struct {
	path  string
	facts map[string][][]string // by the first word of a line
}

var probes sync.Map // build description -> func() (*probe, error)

// buildProbe builds testdata/probe, once per toolchain and flags, and runs it
// unless it is for another machine.
func buildProbe(t *testing.T, toolchain, goarch string, flags ...string) *probe {
	t.Helper()
	key := fmt.Sprint(toolchain, goarch, flags)
	make, _ := probes.LoadOrStore(key, sync.OnceValues(func() (*probe, error) { return newProbe(toolchain, goarch, flags) }))
	p, err := make.(func() (*probe, error))()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var probeDir = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "probe") })

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := probeDir(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

func newProbe(toolchain, goarch string, flags []string) (*probe, error) {
	dir, err := probeDir()
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(dir, "exe")
	if err != nil {
		return nil, err
	}
	f.Close()
	cmd := exec.Command("go", append(append([]string{"build", "-o", f.Name()}, flags...), ".")...)
	cmd.Dir = filepath.Join("testdata", "probe")
	cmd.Env = append(os.Environ(), "GOFLAGS=", "CGO_ENABLED=0", "GOARCH="+goarch)
	if toolchain != "" {
		cmd.Env = append(cmd.Env, "GOTOOLCHAIN="+toolchain)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %v\n%s", err, out)
	}
	p := &probe{path: f.Name(), facts: map[string][][]string{}}
	if goarch != "" {
		return p, nil
	}
	out, err := exec.Command(f.Name()).Output()
	for line := range strings.Lines(string(out)) {
		words := strings.Split(strings.TrimRight(line, "\n"), "\t")
		p.facts[words[0]] = append(p.facts[words[0]], words[1:])
	}
	return p, err
}

func addr(t *testing.T, s string) mem.Addr {
	t.Helper()
	v, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return mem.Addr(v)
}

// open0 opens the probe's executable.
func (p *probe) open0(t *testing.T) *Program {
	t.Helper()
	prog, err := Open(p.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { prog.Close() })
	if prog.HasDWARF && len(prog.Warnings) > 0 {
		t.Errorf("warnings: %q", prog.Warnings)
	}
	return prog
}

// open binds the probe by the address that it printed of one of its functions.
func (p *probe) open(t *testing.T) *Image {
	t.Helper()
	prog := p.open0(t)
	l := p.facts["func"][0]
	slide := addr(t, l[1]) - prog.funcs.entry(prog.funcs.lookup(l[0]))
	m, err := prog.Bind(p.facts1(t, prog, slide))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// facts1 are the facts of a dump of the probe.
func (p *probe) facts1(t *testing.T, prog *Program, slide mem.Addr) Facts {
	f := Facts{
		Arch: prog.Arch, Machine: prog.Machine, GoVersion: prog.GoVersion,
		DataAddr: prog.Data.Start + slide, DataSize: prog.Data.Size(),
		BSSAddr: prog.BSS.Start + slide, BSSSize: prog.BSS.Size(),
	}
	for _, l := range p.facts["type"] {
		size, _ := strconv.ParseUint(l[2], 10, 64)
		fact := TypeFact{Addr: addr(t, l[1]), Size: size}
		if _, name, ok := strings.Cut(l[0], "."); ok && l[8] != "" {
			fact.Name = l[8] + "." + name // as the runtime writes it
		}
		f.Types = append(f.Types, fact)
	}
	for _, l := range p.facts["itab"] {
		f.Itabs = append(f.Itabs, ItabFact{addr(t, l[0]), prog.lookupType(l[1]).Addr + slide})
	}
	for _, l := range p.facts["func"] {
		f.Funcs = append(f.Funcs, FuncFact{Entry: addr(t, l[1]), Name: l[0]})
	}
	return f
}

// eachVersion runs a test with every toolchain.
func eachVersion(t *testing.T, test func(t *testing.T, toolchain string)) {
	for _, v := range versions {
		if v == "" || os.Getenv("OBJGRAPH_MATRIX") != "" {
			t.Run(v, func(t *testing.T) { test(t, v) })
		}
	}
	if os.Getenv("OBJGRAPH_MATRIX") == "" {
		t.Log("only the local toolchain: OBJGRAPH_MATRIX=1 runs all of", versions[1:])
	}
}

// eachBuild runs a test on every build of the probe.
func eachBuild(t *testing.T, test func(t *testing.T, p *probe, m *Image)) {
	eachVersion(t, func(t *testing.T, toolchain string) {
		for _, flags := range [][]string{nil, {"-buildmode=pie"}} {
			t.Run(strings.Join(flags, ""), func(t *testing.T) {
				p := buildProbe(t, toolchain, "", flags...)
				test(t, p, p.open(t))
			})
		}
	})
}
