package repl

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/session"
)

// newSession opens a session on the dumps of a program that has something for each
// question.
func newSession(t *testing.T) (*Session, *bytes.Buffer) {
	t.Helper()
	exe, truths := testprog.Series(t, testprog.Spec{Dir: "keyed", Flags: []string{"-trimpath"}})
	out := new(bytes.Buffer)
	env := session.NewEnv(out, out)
	env.Exe = exe
	t.Cleanup(env.Close)
	var dumps []string
	for _, truth := range truths {
		dumps = append(dumps, truth.Dump)
	}
	s, err := open(t.Context(), env, dumps, false)
	if err != nil {
		t.Fatal(err)
	}
	s.conversing = true
	return s, out
}

func (s *Session) eval(text string) (starlark.Value, error) {
	file, err := grammar.Parse(inputName, text+"\n", 0)
	if err != nil {
		return nil, s.explain(err)
	}
	var v starlark.Value
	err = s.bounded(func() error {
		v, err = s.run(file)
		return err
	})
	return v, err
}

// must is the value of an expression.
func (s *Session) must(t *testing.T, text string) starlark.Value {
	t.Helper()
	v, err := s.eval(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// The algebra of sets is compared with that of maps, by expressions that are made
// at random.
func TestAlgebraAgainstNaive(t *testing.T) {
	s, _ := newSession(t)
	all := slices.Collect(s.last().mustOpen(t, s).set.All())
	r := rand.New(rand.NewPCG(1, 8))
	naive := map[string]map[mem.ObjID]bool{}
	for _, name := range []string{"a", "b", "c", "e"} {
		set, m := graph.NewSet(s.last().space.Heap.NumObjects()), map[mem.ObjID]bool{}
		for _, id := range all {
			if r.IntN(3) == 0 {
				set.Add(id)
				m[id] = true
			}
		}
		s.names[name], naive[name] = s.objects(s.last(), set), m
	}
	for range 300 {
		text, want := randomExpression(r, naive, all, 4)
		got := s.must(t, text).(*Objects)
		for _, id := range all {
			if got.set.Has(id) != want[id] {
				t.Fatalf("%s: object %d is in: %v", text, id, !want[id])
			}
		}
		if n := s.must(t, "("+text+").count"); n.String() != fmt.Sprint(len(want)) {
			t.Errorf("%s: %v objects, want %d", text, n, len(want))
		}
	}
}

func (d *dump) mustOpen(t *testing.T, s *Session) *Objects {
	t.Helper()
	o, err := s.all(d)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// randomExpression makes an expression, and its value of maps.
func randomExpression(r *rand.Rand, sets map[string]map[mem.ObjID]bool, all []mem.ObjID, depth int) (string, map[mem.ObjID]bool) {
	if depth == 0 || r.IntN(6) == 0 {
		name := []string{"a", "b", "c", "e"}[r.IntN(4)]
		return name, sets[name]
	}
	x, a := randomExpression(r, sets, all, depth-1)
	op := "&|-^~"[r.IntN(5)]
	y, b := "", map[mem.ObjID]bool{}
	if op != '~' {
		y, b = randomExpression(r, sets, all, depth-1)
	}
	out := map[mem.ObjID]bool{}
	for _, id := range all {
		in := false
		switch op {
		case '&':
			in = a[id] && b[id]
		case '|':
			in = a[id] || b[id]
		case '-':
			in = a[id] && !b[id]
		case '^':
			in = a[id] != b[id]
		case '~':
			in = !a[id]
		}
		if in {
			out[id] = true
		}
	}
	if op == '~' {
		return "~(" + x + ")", out
	}
	return "(" + x + " " + string(op) + " " + y + ")", out
}

// A condition that looks at type, size and evidence alone is asked once for each of
// those, one that looks at what is retained once for each of these, any other for each
// object; the set is the same.
func TestConditionsAreAskedPerKind(t *testing.T) {
	s, _ := newSession(t)
	asked := 0
	s.names["note"] = starlark.NewBuiltin("note", func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
		asked++
		return starlark.True, nil
	})
	objects := s.must(t, "h").(*Objects).set.Count()
	kinds, held := countKinds(t, s)
	for text, want := range map[string]int{
		`lambda o: note() and o.size > 40 and o.type.startswith("main.")`: kinds,
		`lambda o: note() and o.package == "main" and o.size > 40`:        kinds,
		`lambda o: note() and o.evidence == "map"`:                        kinds,
		`lambda o: note() and o.retained > 100 and o.evidence == "map"`:   held,
		`lambda o: note() and o.type == "main.Item" and o in h`:           kinds + 99,
		`lambda o: note() and o.addr and True`:                            objects,
		`lambda o: note() and str(o) and True`:                            objects,
		`lambda o: note() and o == o`:                                     objects,
	} {
		asked = 0
		if s.must(t, "h.where("+text+")"); asked != want {
			t.Errorf("%s: asked %d times, want %d", text, asked, want)
		}
	}
}

// countKinds counts what differs in type, size and evidence, and what does so in them
// or in what it retains.
func countKinds(t *testing.T, s *Session) (kinds, held int) {
	t.Helper()
	all := s.must(t, "h").(*Objects)
	snap := all.dump.space.Snapshot
	d, err := snap.Dominators()
	if err != nil {
		t.Fatal(err)
	}
	k, h := map[string]bool{}, map[string]bool{}
	for id := range all.set.All() {
		of := fmt.Sprint(snap.TypeName(id), snap.Size(id), snap.Typing.Evidence[id])
		k[of], h[fmt.Sprint(of, d.Retained(id))] = true, true
	}
	return len(k), len(h)
}

// Neither a loop without an end nor what follows Ctrl-C loses the session.
func TestEndlessLoopsEnd(t *testing.T) {
	s, _ := newSession(t)
	s.must(t, "x = 3")
	if _, err := s.eval("while True:\n  x += 1"); err == nil || !strings.Contains(err.Error(), "steps") {
		t.Errorf("an endless loop: error %v", err)
	}
	go func() {
		for !s.env.Interrupt() {
			time.Sleep(time.Millisecond)
		}
	}()
	start := time.Now()
	if _, err := s.eval("h.where(lambda o: [i for i in range(10000000)])"); err != errInterrupted || time.Since(start) > 30*time.Second {
		t.Errorf("after Ctrl-C: error %v after %v", err, time.Since(start))
	}
	if v := s.must(t, "x > 3 and h.count > 100"); v != starlark.True {
		t.Error("the session lost its names")
	}
	if s.env.Interrupt() {
		t.Error("Ctrl-C is taken while nothing is answered")
	}
}

// Tables are made when they are shown, so that is ended as well.
func TestShowingEnds(t *testing.T) {
	s, out := newSession(t)
	s.names["x"] = &waits{s: s}
	go func() {
		for !s.env.Interrupt() {
			time.Sleep(time.Millisecond)
		}
	}()
	if err := s.answer("x", false); err != errInterrupted {
		t.Errorf("error %v, output %q", err, out)
	}
}

// waits is a value that takes until Ctrl-C to be shown.
type waits struct {
	text
	s *Session
}

func (w *waits) String() string {
	<-w.s.now.Done()
	w.s.fail(w.s.now.Err())
	return ""
}

// A session that is over ends what it is at.
func TestContextEnds(t *testing.T) {
	s, _ := newSession(t)
	ctx, cancel := context.WithCancel(t.Context())
	s.ctx = ctx
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := s.eval("while True: pass"); err == nil {
		t.Error("no error")
	}
}

func TestCompletion(t *testing.T) {
	s, _ := newSession(t)
	s.must(t, "mine = h.where(package=\"main\")")
	for line, want := range map[string]string{
		"h.byv":                         "byvia",
		"h[0].byvia[0].refere":          "referents",
		"mine.any.fi":                   "field|fields",
		"h.any.field(\"x\").of":         "offset",
		"(h - mine)[0].refere":          "referents",
		"print(h.paths.obj":             "objects",
		"d[0].domi":                     "dominated",
		"mi":                            "mine",
		"se":                            "setref",
		`h.where(type="main.Ta`:         "main.Task",
		`cut("map[string]*main.It`:      "map[string]*main.Item|map[string]*main.Item (directory)|map[string]*main.Item (group)|map[string]*main.Item (table)",
		"x.by":                          "",
		"h.count.":                      "",
		"h.pattern.gr":                  "graph",
		"h.where(lambda o: o.size).byr": "byrcs|byretained|byroot",
	} {
		head, offers, tail := s.complete(line, len(line))
		slices.Sort(offers)
		wanted := strings.FieldsFunc(want, func(r rune) bool { return r == '|' })
		slices.Sort(wanted)
		if !slices.Equal(offers, wanted) || tail != "" || !strings.HasPrefix(line, head) {
			t.Errorf("%s: offers %q, want %q", line, offers, wanted)
		}
	}
}

// Conditions give what they give when each object is looked at, whatever they look at.
func TestConditionsAgainstEach(t *testing.T) {
	s, _ := newSession(t)
	all := s.must(t, "h").(*Objects)
	for _, text := range []string{
		"lambda o: o.retained > 100", "lambda o: o.evidence == 'map'", "lambda o: o.size > 64 and o.retained > 200",
		"lambda o: o.retained > 100 and o.referrers.count > 1", "lambda o: o.evidence == 'map' or o.retained < 40 or o in gone",
		"lambda o: o.retained > 60 and str(o.addr)[-2] == '0'", "lambda o: o.package == 'main' and o.retained != o.size",
	} {
		test := s.must(t, text).(starlark.Callable)
		want := graph.NewSet(all.dump.space.Heap.NumObjects())
		for id := range all.set.All() {
			v, err := starlark.Call(&starlark.Thread{}, test, starlark.Tuple{&Object{s, all.dump, id, nil}}, nil)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if v.Truth() {
				want.Add(id)
			}
		}
		if got := s.must(t, "h.where("+text+")").(*Objects).set; !got.Equal(want) || got.Empty() {
			t.Errorf("%s: %d objects, want %d", text, got.Count(), want.Count())
		}
	}
}

// A condition may keep what it is given.
func TestConditionsKeepObjects(t *testing.T) {
	s, _ := newSession(t)
	v := s.must(t, "[h.where(type='main.Item').where(lambda o: [kept.append(o), o.addr][1]) for kept in [[]]][0].count")
	if n, _ := starlark.AsInt32(v); n != 100 {
		t.Fatalf("%v objects, want 100", v)
	}
	v = s.must(t, "[[h.where(type='main.Item').where(lambda o: [kept.append(o), o.addr][1]), len([o for o in kept if o.type == 'main.Item']), len({o.addr: 0 for o in kept})][1:] for kept in [[]]][0]")
	if v.String() != "[100, 100]" {
		t.Errorf("%v: items and addresses, want 100 of each", v)
	}
}

// The bound of steps is for each object: a condition on many is no loop without an end.
func TestConditionsOnMany(t *testing.T) {
	s, _ := newSession(t)
	all := s.must(t, "h").(*Objects)
	thread := &starlark.Thread{}
	thread.SetMaxExecutionSteps(100)
	got, err := all.selected(thread, all.set, s.must(t, "lambda o: o.addr != 0").(starlark.Callable))
	if err != nil || !got.Equal(all.set) {
		t.Errorf("%d of %d objects: %v", got.Count(), all.set.Count(), err)
	}
	thread = &starlark.Thread{}
	thread.SetMaxExecutionSteps(100)
	if _, err := all.selected(thread, all.set, s.must(t, "lambda o: len([i for i in range(1000)])").(starlark.Callable)); err == nil {
		t.Error("no end to the steps of one object")
	}
}

// What objects say is shown with --show-values alone.
func TestValues(t *testing.T) {
	s, _ := newSession(t)
	const key, label = "the key of an item", "shelf shelf"
	questions := []string{"h.where(type=\"string\").strings.all", "h.where(type=\"main.Item\").any", "h.where(type=\"string\").any"}
	for _, values := range []bool{false, true} {
		s.values = values
		text := ""
		for _, q := range questions {
			text += s.must(t, "str("+q+")").String()
		}
		for _, secret := range []string{key, label} {
			if strings.Contains(text, secret) != values {
				t.Errorf("with values %v the answers are\n%s", values, text)
			}
		}
	}
	if v := s.must(t, `h.where(type="main.Item").where(lambda o: o.retained > 100).any.field("Price").value`); v.Type() != "string" {
		t.Errorf("value %v", v)
	}
}

// Errors of answers that have no place for one are told.
func TestErrorsAreTold(t *testing.T) {
	s, _ := newSession(t)
	if _, err := s.eval("len(bad)"); err == nil {
		t.Error("no error for a name that is not there")
	}
	o := s.must(t, "h").(*Objects)
	s.names["bad"] = o.divided("nonsense", false)
	for _, text := range []string{"len(bad)", "bad[0:1]", "str(bad)", "[r for r in bad]"} {
		if _, err := s.eval(text); err == nil || !strings.Contains(err.Error(), "nonsense") {
			t.Errorf("%s: error %v", text, err)
		}
	}
}

func TestHistoryIsItsOwnersAlone(t *testing.T) {
	s, _ := newSession(t)
	term := &terminal{s, nil, t.TempDir() + "/sub/heap-history"}
	term.keep("h.byvia")
	term.keep("h.bysize")
	info, err := os.Stat(term.file)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(term.file)
	if info.Mode().Perm() != 0o600 || string(text) != "h.byvia\nh.bysize\n" {
		t.Errorf("mode %v, text %q", info.Mode(), text)
	}
}

// Any input that is no Starlark has an error of one line, and completion takes
// nothing from a line.
func FuzzInput(f *testing.F) {
	for _, seed := range []string{"h", "h[0].byvia.", "h.where(lambda o: o.size > 64).", "(d[0] - h).", "h[", "'", "x = h\nx", ")].", "h.where(type='ma"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := &Session{words: newLexicon(), names: starlark.StringDict{}, dumps: []*dump{{}}}
		if _, err := grammar.Parse(inputName, text, 0); err != nil {
			if says := s.explain(err).Error(); strings.Contains(says, "\n") {
				t.Errorf("%q: an error of several lines: %q", text, says)
			}
		}
		n := len([]rune(text))
		if head, _, tail := s.complete(text, n); utf8.ValidString(text) && (!strings.HasPrefix(text, head) || tail != "") {
			t.Errorf("%q becomes %q … %q", text, head, tail)
		}
	})
}
