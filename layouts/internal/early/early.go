// Package early runs before go-graphviz is initialised, and keeps what that
// does away from processes that do not draw.
//
// go-graphviz compiles its WebAssembly in a package init: 0.5 to 1.2 s the
// first time, 20 to 50 ms after, in every process that links it; and it keeps
// native code, which it will run, in the folder $TMPDIR/go-graphviz, which
// another user may have put there first.
//
// Go initialises, of the packages whose imports are ready, the one whose path
// is first in the alphabet. This package imports nothing that go-graphviz's
// runtime (github.com/tetratelabs/wazero) does not import too, and its path
// comes before that one's, so its init comes before go-graphviz's.
//
// What it does depends on the process:
//   - a layout child (see package engine) has its TMPDIR from its parent:
//     nothing is left to do;
//   - the commands and tests of this module use go-graphviz in such children
//     only: its initialisation is skipped;
//   - another program may use go-graphviz for itself, so it is initialised, but
//     with a TMPDIR of the user's own, which package engine then takes back.
package early

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
)

// ChildEnv is the environment variable that makes a process a layout child;
// its value is the time that the child may take, as time.ParseDuration reads it.
const ChildEnv = "OBJGRAPH_LAYOUT_CHILD"

// module is the module whose commands never call go-graphviz themselves.
const module = "github.com/objgraph/objgraph"

// saved is the environment before init changed it: written by init, read once
// by Restore while packages are still initialised.
var saved []setting

type setting struct {
	name, value string
	was         bool
}

func init() {
	switch {
	case os.Getenv(ChildEnv) != "":
	case ownProgram():
		skipGraphviz()
	default:
		divert()
	}
}

func ownProgram() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && info.Main.Path == module
}

// divert points the temporary folder at a private one. Where there is none,
// at one that does not exist, so that no code is loaded from anywhere.
func divert() {
	dir, err := CacheDir()
	if err != nil {
		dir = filepath.Join(os.TempDir(), "none", "none")
	}
	name := TempVar()
	value, was := os.LookupEnv(name)
	saved = append(saved, setting{name, value, was})
	os.Setenv(name, dir)
}

// Restore undoes what init did to the environment.
func Restore() {
	for _, s := range saved {
		if s.was {
			os.Setenv(s.name, s.value)
		} else {
			os.Unsetenv(s.name)
		}
	}
	saved = nil
}

// TempVar is the environment variable that os.TempDir heeds first.
func TempVar() string {
	if runtime.GOOS == "windows" {
		return "TMP"
	}
	return "TMPDIR"
}
