package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/session"
)

// TestCommandsAreComplete wants help, an example and help for every flag of
// every command, and examples that use flags which exist.
func TestCommandsAreComplete(t *testing.T) {
	names := map[string]bool{}
	for _, c := range commands() {
		t.Run(c.Name, func(t *testing.T) {
			if names[c.Name] {
				t.Errorf("two commands are named %s", c.Name)
			}
			names[c.Name] = true
			if c.Short == "" || strings.HasSuffix(c.Short, ".") || strings.Contains(c.Short, "\n") {
				t.Errorf("short help %q: want one line without a full stop", c.Short)
			}
			if len(c.Long) < 2*len(c.Short) || !strings.HasPrefix(strings.ToLower(c.Long), c.Name) || !strings.HasSuffix(c.Long, ".") {
				t.Errorf("long help %q: want sentences that begin with the command", c.Long)
			}
			if c.Run == nil || c.Least > 0 && c.Args == "" {
				t.Error("it does nothing, or does not name its arguments")
			}
			checkLines(t, c.Long)
			checkFlags(t, allFlags(c))
			checkExample(t, c)
		})
	}
}

func allFlags(c *session.Command) []session.Flag {
	if c.NoDump {
		return slices.Concat(c.Flags, session.QuietFlags(new(session.Common)))
	}
	return slices.Concat(c.Flags, session.CommonFlags(new(session.Common)), session.QuietFlags(new(session.Common)))
}

func checkLines(t *testing.T, help string) {
	t.Helper()
	for _, line := range strings.Split(help, "\n") {
		if len(line) > 80 {
			t.Errorf("a line of help is longer than a terminal is wide: %q", line)
		}
	}
}

func checkFlags(t *testing.T, flags []session.Flag) {
	t.Helper()
	seen := map[string]bool{"help": true, "h": true}
	for _, f := range flags {
		if seen[f.Name] || f.Short != "" && seen[f.Short] {
			t.Errorf("two flags are named --%s or -%s", f.Name, f.Short)
		}
		seen[f.Name], seen[f.Short] = true, true
		if f.Help == "" || strings.HasSuffix(f.Help, ".") {
			t.Errorf("--%s: help %q: want words without a full stop", f.Name, f.Help)
		}
		if _, isBool := f.Value.(*bool); isBool != (f.Arg == "") {
			t.Errorf("--%s: a flag with a value names it, and only such a one", f.Name)
		}
	}
}

var flagWord = regexp.MustCompile(`(^|\s)--?([a-z][a-z-]*)`)

func checkExample(t *testing.T, c *session.Command) {
	t.Helper()
	known := map[string]bool{}
	for _, f := range allFlags(c) {
		known[f.Name], known[f.Short] = true, true
	}
	if c.Example == "" {
		t.Error("it has no example")
	}
	for _, line := range strings.Split(c.Example, "\n") {
		if line != "  objgraph "+c.Name && !strings.HasPrefix(line, "  objgraph "+c.Name+" ") {
			t.Errorf("example %q: want one command a line", line)
		}
		line, _, _ = strings.Cut(line, "|")
		line, _, _ = strings.Cut(line, " -- ") // another program's
		for _, m := range flagWord.FindAllStringSubmatch(line, -1) {
			if !known[m[2]] {
				t.Errorf("example %q: there is no flag --%s", line, m[2])
			}
		}
	}
}

// TestCommandsAreFresh wants a table whose flags nobody else has set.
func TestCommandsAreFresh(t *testing.T) {
	a, b := commands(), commands()
	for i := range a {
		for j := range a[i].Flags {
			if a[i].Flags[j].Value == b[i].Flags[j].Value {
				t.Errorf("%s --%s: two tables share a value", a[i].Name, a[i].Flags[j].Name)
			}
		}
	}
}
