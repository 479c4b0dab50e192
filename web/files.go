package web

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// isPicture reports whether a file's name is that of a picture.
func isPicture(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return (ext == ".svg" || ext == ".png") && !strings.HasPrefix(name, ".")
}

// pictureFile is a picture that lies at the folder's top. It may have scripts in
// it, if somebody put it there: nothing in it is run.
func (s *Server) pictureFile(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	kind := "image/svg+xml"
	if strings.HasSuffix(strings.ToLower(name), ".png") {
		kind = "image/png"
	}
	if !isPicture(name) || filepath.Base(name) != name {
		s.fail(w, r, notFound("there is no such picture"))
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	s.sendFile(w, r, filepath.Join(s.store.Dir, name), kind)
}

// crashFile is the text of a crash.
func (s *Server) crashFile(w http.ResponseWriter, r *http.Request) {
	worker, name := r.PathValue("worker"), r.PathValue("name")
	if filepath.Base(name) != name || filepath.Base(worker) != worker || worker == ".." || !strings.HasPrefix(name, "crash-") || !strings.HasSuffix(name, ".txt") {
		s.fail(w, r, notFound("there is no such text"))
		return
	}
	s.sendFile(w, r, filepath.Join(s.store.Folder(worker), name), "text/plain; charset=utf-8")
}

// sendFile sends a regular file.
func (s *Server) sendFile(w http.ResponseWriter, r *http.Request, path, kind string) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		s.fail(w, r, notFound(fmt.Sprintf("%s is not there, or no longer", filepath.Base(path))))
		return
	}
	f, err := os.Open(path)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer f.Close()
	w.Header().Set("Content-Type", kind)
	io.Copy(w, f)
}
