package layouts_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/objgraph/objgraph/layouts"
)

// TestLook writes the samples into the folder OBJGRAPH_PICTURES, for people to
// look at.
func TestLook(t *testing.T) {
	dir := os.Getenv("OBJGRAPH_PICTURES")
	if dir == "" {
		t.Skip("OBJGRAPH_PICTURES names no folder to write to")
	}
	for _, s := range samples() {
		start := time.Now()
		d, err := layouts.Draw(context.Background(), s.picture, unhurried)
		if err != nil {
			t.Fatal(err)
		}
		laidOut := time.Now()
		write(t, filepath.Join(dir, s.name+".dot"), layouts.DOT(s.picture))
		write(t, filepath.Join(dir, s.name+".svg"), d.SVG())
		f, err := os.Create(filepath.Join(dir, s.name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.PNG(f); err != nil {
			t.Fatal(err)
		}
		f.Close()
		d.Close()
		t.Logf("%s: layout %v, painting %v", s.name, laidOut.Sub(start).Round(time.Millisecond), time.Since(laidOut).Round(time.Millisecond))
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
