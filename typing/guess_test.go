package typing_test

import (
	"context"
	"testing"

	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// guessStats counts guesses of objects whose type is known.
type guessStats struct{ objects, guessed, right int }

func measure(s *snapshot.Snapshot, blind bool, wrong map[string]int) (st guessStats) {
	typing.GuessAll(s.Heap, s.Image, s.Typing, blind, func(id mem.ObjID, name string) {
		if !s.Reach.Has(id) || !s.Typing.Known(id) || s.Typing.Evidence[id] == typing.Layout {
			return
		}
		st.objects++
		if name == "" {
			return
		}
		st.guessed++
		if name == s.Typing.Type(id).Name {
			st.right++
		} else {
			wrong[s.Typing.Type(id).Name+" as "+name]++
		}
	})
	return st
}

// TestGuesses takes the types of known objects away, one at a time and all at
// once, and compares what is guessed instead.
func TestGuesses(t *testing.T) {
	for _, v := range testprog.Versions() {
		t.Run(v, func(t *testing.T) {
			exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "zoo", Go: v})
			s, err := snapshot.Open(context.Background(), dump, snapshot.Options{Exe: exe})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for _, blind := range []bool{false, true} {
				wrong := map[string]int{}
				st := measure(s, blind, wrong)
				t.Logf("blind %v: %d of %d objects guessed, %d right", blind, st.guessed, st.objects, st.right)
				if st.right*10 < st.guessed*9 {
					t.Errorf("too many wrong: %v", wrong)
				}
			}
		})
	}
}
