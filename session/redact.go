package session

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/snapshot"
)

func redactCommand() *Command {
	return &Command{
		Name: "redact", Args: "IN OUT", Least: 2, Most: 2,
		Short: "Write a dump without contents, which still gives the same types and holders",
		Long: `Redact writes a heap dump without the contents of objects, stacks and variables:
what is left is which objects there are and who refers to whom. Every word
becomes zero unless it is a pointer, an address, a type, code, or a length; the
answer says how many stay for which reason. Names of functions, types and source
files stay, as they are the program's.

IN may be plain or packed, and - is standard input; OUT is plain, and - is
standard output (the answer then goes to standard error). It is one pass that
takes 64 MB of memory for any dump. OUT appears under its name when it is whole,
readable by its owner alone. Of a damaged dump nothing is left, or through a
pipe what came before the damage, and the exit code is 2.

With --exe FILE it reads the dump twice, so IN must be a file, and takes the
memory that other commands do: each object then loses all but what its type says
to be pointers, lengths and the like.`,
		Example: `  objgraph redact job-17.dump job-17-redacted.dump
  objgraph redact job-17.dump job-17-redacted.dump --exe ./worker
  objgraph redact - - < job-17.dump | zstd > job-17-redacted.dump.zst`,
		Run: func(ctx context.Context, e *Env, args []string) error { return e.redact(ctx, args[0], args[1]) },
	}
}

// redact writes the dump in to out without contents.
func (e *Env) redact(ctx context.Context, in, out string) error {
	if sameFile(in, out) {
		return usage("%s would be written over itself; name another file", in)
	}
	if out == "-" && e.Terminal {
		return usage("a dump is not for a terminal: name a file, or redirect standard output into one")
	}
	if err := e.checkOutput("OUT", out); err != nil {
		return err
	}
	o := heapdump.RedactOptions{Progress: e.Progress}
	if e.Exe == snapshot.NoExe {
		e.Exe = ""
	}
	if e.Exe != "" {
		if info, err := os.Stat(in); in == "-" || err == nil && !info.Mode().IsRegular() && !info.IsDir() {
			return usage("with --exe the dump is read twice, so IN must be a file")
		}
		s, err := e.snapshot(ctx, in)
		if err != nil {
			return err
		}
		o.Knows = s.Knowledge()
	}
	done, err := e.redactTo(ctx, in, out, o)
	if err != nil {
		return explain(err, in, e.Exe)
	}
	if out != "-" {
		return e.print(redactionOf(done, in, out, e.Exe))
	}
	if e.Quiet {
		return nil
	}
	return redactionOf(done, "standard input", "standard output", e.Exe).Text(e.Err)
}

func (e *Env) redactTo(ctx context.Context, in, out string, o heapdump.RedactOptions) (done *heapdump.Redaction, err error) {
	copyTo := func(w io.Writer) error {
		done, err = heapdump.Redact(ctx, in, w, o)
		return err
	}
	if out == "-" {
		err = copyTo(e.Out)
	} else {
		err = e.Files.stream(ctx, out, copyTo)
	}
	return done, err
}

// sameFile reports whether two paths are of one file.
func sameFile(a, b string) bool {
	if a == "-" || b == "-" {
		return false
	}
	if filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

func redactionOf(r *heapdump.Redaction, in, out, exe string) *report.Redaction {
	answer := &report.Redaction{In: in, Out: out, Exe: exe, Bytes: r.Bytes, Objects: r.Objects, Zeroed: r.Words[heapdump.Zeroed], Whole: r.Whole}
	for _, why := range heapdump.Reasons() {
		answer.Kept = append(answer.Kept, report.KeptRow{Why: why.String(), Words: r.Words[why]})
	}
	return answer
}
