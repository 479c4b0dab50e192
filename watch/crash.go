package watch

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// owner is what became of the process that has a text of a crash open.
type owner int

const (
	unknown owner = iota // this system or the file's does not say
	living
	gone
)

// Crashes are the texts of crashes that came since the last call, by path, and how
// many may still be written. jobtrace makes the file when a process starts: an empty
// one says nothing, and is removed when its process is no more.
func (s *Scanner) Crashes() (news []string, open int) {
	for _, pattern := range []string{"crash-*.txt", "*/crash-*.txt"} {
		paths, _ := filepath.Glob(filepath.Join(escape(s.Dir), pattern))
		for _, p := range paths {
			if s.crashes[p] || CrashOf(p) == 0 {
				continue
			}
			switch s.crash(p) {
			case toCome:
				open++
			case whole:
				news = append(news, p)
			}
		}
	}
	return news, open
}

// text is the state of the text of a crash.
type text int

const (
	none text = iota
	toCome
	whole
)

// crash looks at one text. Where nothing says whether its process lives, it is whole
// when a second has passed.
func (s *Scanner) crash(path string) text {
	o, info := ownerOf(path)
	switch {
	case info == nil || info.Size() == 0 && o != living:
		return none
	case info.Size() == 0 || o != gone && s.now().Sub(info.ModTime()) < time.Second:
		return toCome
	}
	if s.crashes == nil {
		s.crashes = map[string]bool{}
	}
	s.crashes[path] = true
	return whole
}

// ownerOf is what became of the process of a text, and what the file is: nil if it is
// no file, or was removed since it is empty and its process has gone.
func ownerOf(path string) (o owner, info os.FileInfo) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return unknown, nil
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return unknown, info
	}
	defer f.Close() // and the lock with it
	o = ownerOfFile(f)
	if info, err = f.Stat(); err != nil {
		return unknown, nil
	}
	if o == gone && info.Size() == 0 && os.Remove(path) == nil {
		return gone, nil
	}
	return o, info
}

// escape keeps a folder's name from being a pattern.
func escape(dir string) string {
	if filepath.Separator == '\\' {
		return dir // where nothing escapes
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

// CrashOf is the process that a text of a crash is of, crash-<pid>-<unix time>.txt;
// 0 if its name does not say.
func CrashOf(path string) (pid int) {
	name, ok := strings.CutPrefix(filepath.Base(path), "crash-")
	word, rest, _ := strings.Cut(name, "-")
	when, isText := strings.CutSuffix(rest, ".txt")
	if _, err := strconv.ParseUint(when, 10, 63); err != nil || !ok || !isText {
		return 0
	}
	pid, _ = strconv.Atoi(word)
	return max(pid, 0)
}
