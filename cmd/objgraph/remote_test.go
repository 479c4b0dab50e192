package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// served builds and starts the program that serves dumps, with this objgraph
// to redact them, and returns its address.
func served(t *testing.T, args ...string) string {
	t.Helper()
	objgraph := objgraphCommand(t).Path
	exe := filepath.Join(t.TempDir(), "served")
	if out, err := exec.Command("go", "build", "-o", exe, "../../internal/programs/served").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), "OBJGRAPH_BIN="+objgraph)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return "http://" + strings.TrimSpace(addr)
}

// TestRemoteLeaks asks a running server what leaks there.
func TestRemoteLeaks(t *testing.T) {
	at := served(t)
	t.Chdir(t.TempDir())
	var out, errs bytes.Buffer
	code := run(t.Context(), strings.Fields("objgraph leaks "+at+"/debug/objgraph/dump --jobs 5 --format dot"), &out, &errs)
	if code != 0 || !strings.Contains(out.String(), "main.Order") || !strings.Contains(out.String(), "global main.orders") {
		t.Fatalf("exit code %d\n%s\n%s", code, out.String(), errs.String())
	}
	if !strings.Contains(errs.String(), "waiting until 5 more jobs have ended") || strings.Contains(errs.String(), "no executable") {
		t.Error(errs.String())
	}
	dumps, err := filepath.Glob("memdbg/127.0.0.1_*/0*-fetch.dump")
	if err != nil || len(dumps) != 2 {
		t.Fatalf("%q, %v", dumps, err)
	}
	for _, d := range dumps {
		data, err := os.ReadFile(d)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(d)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", d, info.Mode(), err)
		}
		if bytes.Contains(data, []byte("secret-card")) {
			t.Errorf("%s has a secret", d)
		}
	}
	before := len(mustRun(t, "types", at, "--type", "main.Order"))
	if got := mustRun(t, "leaks", at, "--wait", "200ms", "--json", "--format", "dot"); before == 0 || !bytes.Contains(got, []byte(`"jobsFrom": "manifests"`)) {
		t.Errorf("%s", got)
	}
}

// TestRemoteErrors has everything that can go wrong between two machines.
func TestRemoteErrors(t *testing.T) {
	uncounted := served(t, "-uncounted")
	dump := smallDump(5, 5)
	pages := map[string]http.HandlerFunc{
		"/text/dump": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "hello, this is a page like any other") },
		"/cut/dump": func(w http.ResponseWriter, _ *http.Request) {
			w.Write(dump[:1000])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		},
		"/empty/dump": func(http.ResponseWriter, *http.Request) {},
		"/no/dump": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "no objgraph here", http.StatusNotImplemented)
		},
		"/new/dump":    func(w http.ResponseWriter, r *http.Request) { restarting(w, dump) },
		"/new/memory":  func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"pid": 7, "jobsSoFar": 1}`) },
		"/junk/memory": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") },
	}
	mux := http.NewServeMux()
	for path, page := range pages {
		mux.HandleFunc(path, page)
	}
	srv := httptest.NewServer(mux)
	defer srv.Close()
	t.Chdir(t.TempDir())
	for line, want := range map[string]string{
		"leaks http://127.0.0.1:1/dump":                                     "connection refused: does the program run, and listen at 127.0.0.1:1?",
		"leaks " + srv.URL + "/":                                            "not found (404): does the program import github.com/objgraph/objgraph/jobtrace/http",
		"types " + srv.URL + "/text/dump":                                   "what is served there is no heap dump",
		"info " + srv.URL + "/empty/dump":                                   "what is served there is no heap dump",
		"leaks " + srv.URL + "/cut/dump":                                    "the dump was cut off after 1000 bytes",
		"info --header " + srv.URL + "/no/dump":                             "501 Not Implemented: no objgraph here",
		"leaks --wait 1ms " + srv.URL + "/new/dump":                         "started anew meanwhile",
		"leaks --jobs 1 " + srv.URL + "/new/dump":                           "started anew meanwhile",
		"leaks --jobs 1 " + srv.URL + "/junk/dump":                          "this is no page of jobtrace/http",
		"leaks --jobs 1 " + uncounted:                                       "the program does not count jobs",
		"leaks --wait soon " + uncounted:                                    "--wait soon: want a time",
		"leaks --jobs 1,2 " + uncounted:                                     "2 numbers for 1 interval",
		"leaks " + uncounted + " x.dump":                                    "a URL stands alone",
		"leaks --wait 1s x.dump y.dump":                                     "--wait is for a URL",
		"leaks http://":                                                     "is no URL that can be asked",
		"leaks https" + strings.TrimPrefix(srv.URL, "http") + "/empty/dump": "the program answers without TLS; begin the address with http://",
	} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), strings.Fields("objgraph "+line), &out, &errs); code != 2 || !strings.Contains(errs.String(), want) || out.Len() > 0 {
			t.Errorf("objgraph %s: exit code %d, %q, want %q; %s", line, code, errs.String(), want, out.String())
		}
	}
	if parts, err := filepath.Glob("memdbg/*/.part-*"); err != nil || len(parts) > 0 {
		t.Errorf("left: %q, %v", parts, err)
	}
	if nobody := "memdbg/127.0.0.1_1"; exists(nobody) { // it would be a worker of the dashboard
		t.Errorf("a program that did not answer left the folder %s", nobody)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

var restarts int

// restarting serves each dump as another process.
func restarting(w http.ResponseWriter, dump []byte) {
	restarts++
	w.Header().Set("X-Objgraph-Pid", fmt.Sprint(1000+restarts))
	w.Header().Set("X-Objgraph-Jobs", "0")
	w.Write(dump)
}
