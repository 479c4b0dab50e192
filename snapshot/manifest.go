package snapshot

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// maxManifest bounds the manifest that is read, in bytes.
const maxManifest = 1 << 20

// Manifest is what a file beside a dump says of it: x.json beside x.dump, packed or
// not. What it does not say is empty.
type Manifest struct {
	Executable string `json:"executable"` // a path, absolute here
	Job        string `json:"job"`
	JobsSoFar  *int   `json:"jobsSoFar"` // jobs that the process had done; nil if not known
}

// ManifestOf reads the manifest of a dump; one that is not there or cannot be read
// says nothing.
func ManifestOf(dump string) (m Manifest) {
	base := dump
	for _, ext := range []string{".zst", ".gz", ".dump"} {
		base = strings.TrimSuffix(base, ext)
	}
	f, err := os.Open(base + ".json")
	if err != nil {
		return m
	}
	defer f.Close()
	if json.NewDecoder(io.LimitReader(f, maxManifest)).Decode(&m) != nil {
		return Manifest{}
	}
	if m.Executable != "" && !filepath.IsAbs(m.Executable) {
		m.Executable = filepath.Join(filepath.Dir(dump), m.Executable)
	}
	if m.JobsSoFar != nil && *m.JobsSoFar < 0 {
		m.JobsSoFar = nil
	}
	return m
}
