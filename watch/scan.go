package watch

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/objgraph/objgraph/heapdump"
)

const (
	// DefaultSettle is how long a file has to stay as it is to be taken for all
	// that will come.
	DefaultSettle = 4 * time.Second
	// forManifest is how long a whole dump of jobtrace waits for its manifest.
	forManifest = 2 * time.Second
)

// Scanner looks at a folder again and again. One goroutine; set the fields
// before the first look.
type Scanner struct {
	Dir    string           // memdbg/, or a folder of one worker
	Settle time.Duration    // 0: DefaultSettle
	Now    func() time.Time // nil: time.Now

	seen    map[string]*sight // by path of the dump
	crashes map[string]bool   // by path
}

// sight is what was seen of a file.
type sight struct {
	mark
	since time.Time // that it has been like this
	first time.Time // that it was seen first
	whole bool      // it ends as a whole dump does, or need not be looked at for another reason
	tried bool      // whole was looked for since it has been like this
	dump  Dump
}

// Look reads the folder, and those in it, once. It gives the dumps that are new
// since the last look, or in another state, in the order in which they are to be
// read, and how many are Growing. The error is that of the folder.
func (s *Scanner) Look(ctx context.Context) (changed []*Dump, growing int, err error) {
	paths, err := s.files()
	if err != nil {
		return nil, 0, err
	}
	s.forget(paths)
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		sg, news := s.look(ctx, path)
		switch {
		case sg == nil:
		case sg.dump.State == Growing:
			growing++
		case news:
			d := sg.dump
			changed = append(changed, &d)
		}
	}
	slices.SortFunc(changed, compare)
	return changed, growing, nil
}

// files are the paths of what may be dumps. Of a dump that lies there plain and
// packed, which a watcher leaves that is killed in between, the plain one counts.
func (s *Scanner) files() (paths []string, err error) {
	entries, err := os.ReadDir(s.Dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		path := filepath.Join(s.Dir, e.Name())
		switch {
		case isDump(e.Name()) && !e.IsDir():
			paths = append(paths, path)
		case e.IsDir() && !strings.HasPrefix(e.Name(), "."):
			inside, err := os.ReadDir(path)
			if err != nil {
				continue // gone, or somebody else's
			}
			for _, e := range inside {
				if isDump(e.Name()) && !e.IsDir() {
					paths = append(paths, filepath.Join(path, e.Name()))
				}
			}
		}
	}
	plain := map[string]bool{}
	for _, p := range paths {
		plain[p] = strings.HasSuffix(p, ".dump")
	}
	return slices.DeleteFunc(paths, func(p string) bool { return !plain[p] && plain[Key(p)+".dump"] }), nil
}

// forget drops what was seen of files that went.
func (s *Scanner) forget(paths []string) {
	there := map[string]bool{}
	for _, p := range paths {
		there[p] = true
	}
	for p := range s.seen {
		if !there[p] {
			delete(s.seen, p)
		}
	}
}

// look looks at one file; news says that it came into its state now. A file that
// is done is not looked at again, unless it was damaged: then it may still grow.
func (s *Scanner) look(ctx context.Context, path string) (sg *sight, news bool) {
	sg = s.seen[path]
	if sg != nil && sg.dump.State != Growing && sg.whole {
		return sg, false
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	now := s.now()
	if sg == nil {
		sg = &sight{first: now, dump: Dump{Path: path}}
		if s.seen == nil {
			s.seen = map[string]*sight{}
		}
		s.seen[path] = sg
	}
	if m := markOf(info); m != sg.mark {
		sg.mark, sg.since, sg.dump.State, sg.whole, sg.tried = m, now, Growing, false, false
		sg.dump.Size, sg.dump.ModTime = info.Size(), info.ModTime()
	} else if sg.dump.State != Growing {
		return sg, false
	}
	if sg.dump.Manifest == nil {
		sg.dump.Manifest = s.manifest(&sg.dump)
	}
	sg.dump.State = s.state(ctx, sg, now)
	return sg, sg.dump.State != Growing
}

func (s *Scanner) manifest(d *Dump) *Manifest {
	m, err := ReadManifest(d.Key() + ".json")
	if err != nil {
		return nil // not there yet, or of no use
	}
	return m
}

// state decides how far a file is that was looked at now.
func (s *Scanner) state(ctx context.Context, sg *sight, now time.Time) State {
	d := &sg.dump
	still := now.Sub(sg.since)
	settled := still >= s.settle() || now.Sub(d.ModTime) >= s.settle()
	stated := d.Manifest != nil && (d.Packed() || d.Manifest.DumpBytes == d.Size)
	switch {
	case d.Manifest.HasReport() && (stated || d.Traced()):
		sg.whole = d.Traced()
		return Reported
	case d.Traced() && stated: // jobtrace has checked it
		sg.whole = true
		return Ready
	case !settled && still == 0 && sg.first != now:
		return Growing
	case !sg.tried:
		sg.whole, sg.tried = endsWhole(ctx, d.Path), true
	}
	waits := d.Manifest == nil && d.Seq() > 0 && now.Sub(sg.first) < forManifest && now.Sub(d.ModTime) < forManifest
	switch {
	case sg.whole && !waits, settled:
		return Ready
	}
	return Growing
}

// endsWhole reports whether a dump goes up to its end record. A plain one whose
// last byte is none is not read.
func endsWhole(ctx context.Context, path string) bool {
	if strings.HasSuffix(path, ".dump") && !lastIs(path, byte(heapdump.TagEOF)) {
		return false
	}
	s, err := heapdump.Look(ctx, path, heapdump.SurveyOptions{})
	return err == nil && s.Complete()
}

func lastIs(path string, b byte) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return false
	}
	var last [1]byte
	_, err = f.ReadAt(last[:], info.Size()-1)
	return err == nil && last[0] == b
}

func (s *Scanner) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

func (s *Scanner) settle() time.Duration {
	if s.Settle > 0 {
		return s.Settle
	}
	return DefaultSettle
}

// Gone reports whether an error is that of a file which is there no more.
func Gone(err error) bool { return errors.Is(err, fs.ErrNotExist) }
