package report

import (
	"fmt"
	"hash/fnv"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/objgraph/objgraph/snapshot"
)

// maxName is the longest name of a picture in bytes, extension excluded: file
// systems allow 255, some encrypted ones 140.
const maxName = 112

// PictureName is the name of a picture without extension: <type>-<job>, with
// what some file system refuses replaced, and at most 112 bytes. Names that
// lost something to that end in a hash, so that two do not become one.
func PictureName(typ, job string) string { return pictureName(typ, job, "") }

// MergedName is that of the picture of all objects: <type>-<job>-merged.
func MergedName(typ, job string) string { return pictureName(typ, job, "-merged") }

func pictureName(typ, job, end string) string {
	maxName := maxName - len(end)
	job = safe(job)
	if len(job) > maxName/2 {
		job = shorten(job, job, maxName/2)
	}
	name := safe(typ)
	if room := maxName - 1 - len(job); len(name) > room {
		name = shorten(name, typ, room)
	}
	return name + "-" + job + end
}

// JobOf is the job that a dump belongs to: what its manifest says, else the file's
// base name.
func JobOf(dump string) string {
	if job := snapshot.ManifestOf(dump).Job; job != "" {
		return job
	}
	base := filepath.Base(dump)
	for _, ext := range []string{".zst", ".gz", ".dump"} {
		base = strings.TrimSuffix(base, ext)
	}
	return base
}

// safe keeps letters and digits of any script and "._-", and joins what lies
// between by one underscore.
func safe(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range name {
		if r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('_')
		}
		gap = false
		b.WriteRune(r)
	}
	out := strings.Trim(b.String(), ".-")
	if out == "" {
		return "_"
	}
	return out
}

// shorten cuts a name to n bytes, the last nine of which tell apart what was
// cut.
func shorten(name, whole string, n int) string {
	h := fnv.New32a()
	h.Write([]byte(whole))
	cut := n - 9
	for cut > 0 && !utf8.RuneStart(name[cut]) {
		cut--
	}
	return fmt.Sprintf("%s_%08x", name[:cut], h.Sum32())
}
