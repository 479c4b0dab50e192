package snapshot

import (
	"context"
	"errors"
	"testing"

	"github.com/objgraph/objgraph/internal/testprog"
)

// Who asks for checked dominators gets none whose check did not end well, and who
// goes on without it does.
func TestUnchecked(t *testing.T) {
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "4000")
	for _, workers := range []int{1, 2} {
		s, err := Open(context.Background(), dump, Options{Exe: exe, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if _, err := s.Dominators(); err != nil {
			t.Fatal(err)
		}
		d, _ := s.Unchecked()
		ended, end := context.WithCancel(context.Background())
		end()
		s.check(ended, d, false)
		if d, err := s.Dominators(); d != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("%d workers: dominators after a check that was ended: %v, %v", workers, d != nil, err)
		}
		if d, err := s.Unchecked(); d == nil || err != nil {
			t.Errorf("%d workers: no unchecked dominators: %v", workers, err)
		}
	}
}
