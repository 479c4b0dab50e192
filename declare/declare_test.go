package declare_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/objgraph/objgraph/declare"
	"github.com/objgraph/objgraph/program"
)

// source is a module of two packages, one of which does not compile.
var source = map[string]string{
	"go.mod": "module example.com/app\n\ngo 1.21\n",
	"main.go": `package main

import "example.com/app/store"

var cache, other *store.Cache[int]

type Invoice struct {
	Lines []Line
	store.Base
	next *Invoice
}

type Line struct{ text string }

func main() {
	type local struct{ a *Line }
	func() { type twice struct{} }()
	cache = oops
}

func again() { type twice int }
`,
	"store/store.go": `package store

type (
	Base         struct{ id *int }
	Cache[T any] struct {
		entries map[string]*T
	}
)

func (c *Cache[T]) Get() func() { return func() {} }
`,
}

func load(t *testing.T, o declare.Options) *declare.Source {
	t.Helper()
	s, err := declare.Load(context.Background(), write(t, source), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t *testing.T, files map[string]string) string {
	t.Helper()
	t.Setenv("GOWORK", "off")
	t.Setenv("GOFLAGS", "")
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(path), 0o700)
		if err == nil {
			err = os.WriteFile(path, []byte(text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// typ is a named type as package program gives it.
func typ(pkg, name string, fields ...program.Field) *program.Type {
	return &program.Type{Name: name, PkgPath: pkg, Kind: program.Struct, Fields: fields}
}

func TestType(t *testing.T) {
	s := load(t, declare.Options{MainPath: "example.com/app"})
	for _, c := range []struct{ pkg, name, want string }{
		{"main", "main.Invoice", "main.go:7"},
		{"main", "main.Line", "main.go:13"},
		{"main", "main.local", "main.go:16"},
		{"main", "main.twice", ""},
		{"main", "main.Absent", ""},
		{"example.com/app/store", "store.Base", "store/store.go:4"},
		{"example.com/app/store", "store.Cache[int]", "store/store.go:5"},
		{"example.com/other", "other.T", ""},
		{"", "[]*main.Line", ""},
	} {
		if got, ok := s.Type(typ(c.pkg, c.name)); ok != (c.want != "") || ok && got.String() != c.want {
			t.Errorf("%s is declared at %v, %v; want %q", c.name, got, ok, c.want)
		}
	}
}

func TestField(t *testing.T) {
	s := load(t, declare.Options{})
	pointer := &program.Type{Kind: program.Pointer}
	base := typ("example.com/app/store", "store.Base", program.Field{Name: "id", Type: pointer})
	line := typ("main", "main.Line", program.Field{Name: "text", Type: &program.Type{Kind: program.String}})
	lines := &program.Type{Kind: program.Array, Elem: line}
	inner := typ("", "struct { x *int }", program.Field{Name: "x", Type: pointer})
	invoice := typ("main", "main.Invoice", program.Field{Name: "Lines", Type: lines}, program.Field{Name: "Base", Type: base},
		program.Field{Name: "next", Type: inner})
	for _, c := range []struct{ label, name, want string }{
		{".Lines", "main.Invoice.Lines", "main.go:8"},
		{".Lines[3].text", "main.Line.text", "main.go:13"},
		{".Base", "main.Invoice.Base", "main.go:9"},
		{".Base.id", "store.Base.id", "store/store.go:4"},
		{".next.x", "main.Invoice.next", "main.go:10"}, // the inner struct has no name
		{".gone", "", ""},
		{"[key]", "", ""},
		{"captured x", "", ""},
		{"", "", ""},
	} {
		at, name, ok := s.Field(invoice, c.label)
		if ok != (c.want != "") || ok && (at.String() != c.want || name != c.name) {
			t.Errorf("%q is %s, declared at %v, %v; want %s, %q", c.label, name, at, ok, c.name, c.want)
		}
	}
	if _, name, _ := s.Field(&program.Type{Kind: program.Pointer, Elem: line}, ".text"); name != "main.Line.text" {
		t.Errorf("through a pointer it is %q", name)
	}
	if _, _, ok := s.Field(nil, ".x"); ok {
		t.Error("a field of no type is declared")
	}
}

func TestGlobalAndFunc(t *testing.T) {
	s := load(t, declare.Options{MainPath: "command-line-arguments"})
	for name, want := range map[string]string{"main.other": "main.go:5", "main..stmp_3": "", "main.absent": ""} {
		got, ok := s.Global(&program.Global{Name: name, PkgPath: "main"})
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("%s is declared at %v, %v; want %q", name, got, ok, want)
		}
	}
	for name, want := range map[string]string{
		"main.main.func1": "main.go:15", "main.again": "main.go:21", "main.absent.func1": "", "nodot": "",
		"example.com/app/store.(*Cache[...]).Get.func1": "store/store.go:10",
	} {
		got, ok := s.Func(&program.Func{FullName: name})
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("%s is declared at %v, %v; want %q", name, got, ok, want)
		}
	}
}

// TestOtherMain wants the whole folder when the program's package is not there.
func TestOtherMain(t *testing.T) {
	s := load(t, declare.Options{MainPath: "example.com/gone"})
	if _, ok := s.Type(typ("main", "main.Invoice")); !ok {
		t.Error("main.Invoice is not found")
	}
}

func TestLoadFails(t *testing.T) {
	empty := t.TempDir()
	file := filepath.Join(write(t, source), "main.go")
	for _, c := range []struct{ dir, want string }{
		{filepath.Join(empty, "gone"), "no such file"},
		{file, "is a file; give the folder"},
		{empty, "."},
	} {
		_, err := declare.Load(context.Background(), c.dir, declare.Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q in one line", c.dir, err, c.want)
		}
	}
	dir := write(t, source)
	if _, err := declare.Load(context.Background(), dir, declare.Options{Time: time.Nanosecond}); err == nil || !strings.Contains(err.Error(), "took longer than 1ns") {
		t.Errorf("after the time: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := declare.Load(ctx, dir, declare.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of the context: %v", err)
	}
	t.Setenv("PATH", empty)
	if _, err := declare.Load(context.Background(), dir, declare.Options{}); err == nil || !strings.Contains(err.Error(), "none on the PATH") {
		t.Errorf("without a go command: %v", err)
	}
}
