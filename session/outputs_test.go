package session

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Who may write where cannot be tried by a test that root runs.
func TestExplainWriting(t *testing.T) {
	dir := t.TempDir()
	denied := &fs.PathError{Op: "open", Path: filepath.Join(dir, ".part-123"), Err: fs.ErrPermission}
	path := filepath.Join(dir, "x.svg")
	for want, err := range map[string]error{
		path + ": this user may not write into the folder " + dir + "; name another, or run as its owner":  explainCreate(denied, path),
		path + ": nothing can be written into the folder " + dir + ": file already exists; name another":   explainCreate(&fs.PathError{Op: "open", Path: ".part-123", Err: fs.ErrExist}, path),
		dir + ": this is a folder; name a file in it":                                                      explainPut(&os.LinkError{Op: "rename", Old: ".part-1", New: dir, Err: fs.ErrExist}, dir),
		dir + ": this user may not write into the folder, where reports and pictures go; run as its owner": explainLock(denied, dir),
	} {
		if got := err.Error(); got != want || strings.Contains(got, ".part") {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
