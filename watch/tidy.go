package watch

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// abandoned is the age from which on an unfinished file is nobody's.
const abandoned = time.Minute

// Tidy removes what a watcher left unfinished that was killed. The folder must be
// the caller's, see Locks; what tracers leave is theirs.
func Tidy(dir string, now time.Time) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		name := e.Name()
		packing := strings.HasPrefix(name, ".") && strings.Contains(name, ".dump.zst.") && strings.HasSuffix(name, ".tmp")
		if !packing && !strings.HasPrefix(name, ".part-") {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && now.Sub(info.ModTime()) > abandoned {
			os.Remove(filepath.Join(dir, name))
		}
	}
}
