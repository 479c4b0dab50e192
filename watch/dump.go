package watch

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/objgraph/objgraph/jobtrace"
)

// State is how far a dump is.
type State uint8

// The states.
const (
	Growing State = iota
	Ready
	Reported
)

// Dump is a dump in a watched folder.
type Dump struct {
	Path     string // as it lies there, packed or not
	Size     int64
	ModTime  time.Time
	State    State
	Manifest *Manifest // what there is beside it; nil if nothing, or nothing that can be read
}

// Key is what a dump and its files have in common: their path without .dump and
// what follows.
func (d *Dump) Key() string { return Key(d.Path) }

// Key is a path of a dump without .dump and the extension of a packed one.
func Key(path string) string {
	return strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(path, ".zst"), ".gz"), ".dump")
}

// Packed reports whether the dump's name is that of a packed one.
func (d *Dump) Packed() bool { return !strings.HasSuffix(d.Path, ".dump") }

// Folder is the folder that it lies in.
func (d *Dump) Folder() string { return filepath.Dir(d.Path) }

// Traced reports whether package jobtrace wrote it, as its manifest says.
func (d *Dump) Traced() bool { return d.Manifest != nil && d.Manifest.PID > 0 }

// Job is the job that the dump belongs to: of one without a manifest its name.
func (d *Dump) Job() string {
	if d.Manifest != nil && d.Manifest.Job != "" {
		return d.Manifest.Job
	}
	return filepath.Base(d.Key())
}

// Seq is the dump's number in its folder: 0 if it has none.
func (d *Dump) Seq() int {
	if d.Manifest != nil && d.Manifest.Seq > 0 {
		return d.Manifest.Seq
	}
	return sequence(filepath.Base(d.Path))
}

// Process names the process that wrote the dump; "" if nothing tells.
func (d *Dump) Process() string {
	if !d.Traced() {
		return ""
	}
	return strconv.Itoa(d.Manifest.PID) + " " + d.Manifest.Started.UTC().Format(time.RFC3339Nano)
}

// InJob reports whether the dump may have been written in the middle of a job,
// whose own objects are in it then.
func (d *Dump) InJob() bool {
	return d.Manifest != nil && slices.Contains([]string{jobtrace.KindMemory, jobtrace.KindPanic, jobtrace.KindManual}, d.Manifest.Kind)
}

// numbered are the names that jobtrace gives, with the number.
var numbered = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([0-9]{6,})-`) })

// sequence is the number in a name, 0 if it has none.
func sequence(name string) (n int) {
	if m := numbered().FindStringSubmatch(name); m != nil {
		n, _ = strconv.Atoi(m[1])
	}
	return n
}

// compare puts dumps in the order in which they were written, folder by folder.
func compare(a, b *Dump) int {
	return cmp.Or(cmp.Compare(a.Folder(), b.Folder()), cmp.Compare(a.Seq(), b.Seq()),
		a.ModTime.Compare(b.ModTime), cmp.Compare(a.Path, b.Path))
}

// isDump reports whether a name is that of a dump; temporary ones begin with a
// dot.
func isDump(name string) bool {
	return !strings.HasPrefix(name, ".") && (strings.HasSuffix(name, ".dump") ||
		strings.HasSuffix(name, ".dump.zst") || strings.HasSuffix(name, ".dump.gz"))
}

// mark is what shows that a file has changed.
type mark struct {
	size int64
	mod  time.Time
}

func markOf(info os.FileInfo) mark { return mark{info.Size(), info.ModTime()} }
