package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/objgraph/objgraph/examples"
	"github.com/objgraph/objgraph/report"
)

func demoCommand() *Command {
	out := DefaultOut
	return &Command{
		Name: "demo", Least: 0, Most: 0, NoDump: true,
		Short: "Build a worker that leaks, dump its heap after each of ten jobs, and find the leak",
		Long: `Demo shows the whole way on a worker that leaks one invoice a job: it writes the
worker's source (it is part of this program), builds it with the Go toolchain
on the PATH, runs ten jobs with a heap dump after each, and then runs leaks,
types and paths on the dumps as you would on your own. Pictures, dumps, the
source and the executable stay in the folder, to try other commands on.`,
		Example: `  objgraph demo
  objgraph demo -o try-it`,
		Flags: []Flag{{Name: "out", Short: "o", Value: &out, Arg: "DIR", Help: "folder for pictures, dumps and the worker, made if need be"}},
		Run: func(ctx context.Context, e *Env, args []string) error {
			d := demo{Env: e, out: out, dir: filepath.Join(out, "leakyworker")}
			return d.run(ctx)
		},
	}
}

// demoJobs is how many jobs the worker does.
const demoJobs = 10

// demo is one run. One goroutine.
type demo struct {
	*Env
	out string // pictures
	dir string // dumps, executable and source

	exe   string
	dumps []string
}

func (d *demo) run(ctx context.Context) error {
	if err := makeDir(d.dir); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{d.build, d.work, d.analyse} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	d.closing()
	return nil
}

// build compiles the worker. What a caller's environment says of modules and
// flags is not meant for it.
func (d *demo) build(ctx context.Context) error {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return errors.New("the demo builds its worker with Go, and there is no go command on the PATH; install Go from https://go.dev/dl, or try `objgraph leaks` on dumps of your own")
	}
	src := filepath.Join(d.dir, "source")
	if err := d.source(ctx, src); err != nil {
		return err
	}
	d.step(fmt.Sprintf("cd %s && go build -o ..%cleakyworker", report.Quote(src), filepath.Separator))
	part, err := d.part()
	if err != nil {
		return err
	}
	defer d.Files.end(part)
	built := filepath.Join(part, "leakyworker")
	cmd := exec.CommandContext(ctx, goTool, "build", "-o", built, ".")
	cmd.Dir = src
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOPROXY=off", "GOOS=", "GOARCH=", "GOTMPDIR="+part)
	if out, err := together(cmd).CombinedOutput(); err != nil {
		return failed(ctx, "go build of the demo's worker", err, out)
	}
	d.exe = filepath.Join(d.dir, "leakyworker")
	return os.Rename(built, d.exe)
}

// source writes the worker's source.
func (d *demo) source(ctx context.Context, dir string) error {
	if err := makeDir(dir); err != nil {
		return err
	}
	for name, text := range examples.LeakyWorkerFiles() {
		if err := d.Files.write(ctx, filepath.Join(dir, name), []byte(text)); err != nil {
			return err
		}
	}
	return nil
}

// part is the whole path of a folder for what other programs write.
func (d *demo) part() (string, error) {
	dir, err := filepath.Abs(d.dir)
	if err != nil {
		return "", err
	}
	return d.Files.folder(dir)
}

// work runs the worker, without the dumps of an earlier demo.
func (d *demo) work(ctx context.Context) error {
	for _, old := range dumpsIn(d.dir) {
		if err := os.Remove(old); err != nil {
			return err
		}
	}
	exe, err := filepath.Abs(d.exe)
	if err != nil {
		return err
	}
	part, err := d.part()
	if err != nil {
		return err
	}
	defer d.Files.end(part)
	d.step(fmt.Sprintf("%s -jobs %d -dumps %s", report.Quote(d.exe), demoJobs, report.Quote(d.dir)))
	cmd := exec.CommandContext(ctx, exe, "-jobs", fmt.Sprint(demoJobs), "-dumps", part)
	if out, err := together(cmd).CombinedOutput(); err != nil {
		return failed(ctx, "the demo's worker", err, out)
	}
	for _, dump := range dumpsIn(part) {
		if err := os.Rename(dump, filepath.Join(d.dir, filepath.Base(dump))); err != nil {
			return err
		}
	}
	if d.dumps = dumpsIn(d.dir); len(d.dumps) != demoJobs+1 {
		return fmt.Errorf("the demo's worker wrote %d dumps instead of %d into %s", len(d.dumps), demoJobs+1, d.dir)
	}
	return nil
}

// dumpsIn are the worker's dumps in a folder, in order.
func dumpsIn(dir string) (dumps []string) {
	files, _ := os.ReadDir(dir)
	for _, f := range files {
		if ok, _ := filepath.Match("[0-9][0-9][0-9]-*.dump", f.Name()); ok {
			dumps = append(dumps, filepath.Join(dir, f.Name()))
		}
	}
	return dumps
}

// failed is the error of a program that was run.
func failed(ctx context.Context, what string, err error, out []byte) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	text := strings.TrimSpace(string(out))
	if text == "" {
		return fmt.Errorf("%s failed: %w", what, err)
	}
	return fmt.Errorf("%s failed: %w\n%s", what, err, text)
}

// analyse runs the commands that a user would, and shows how they are written.
func (d *demo) analyse(ctx context.Context) error {
	last := d.dumps[len(d.dumps)-1]
	all, exe := report.Quote(d.dir)+"/*.dump", report.Quote(d.exe)
	for _, c := range []struct {
		command *Command
		line    string // after the command's name
		args    []string
		set     map[string]string
	}{
		{leaksCommand(), fmt.Sprintf("%s --exe %s --jobs 1 --style one,merged -o %s", all, exe, report.Quote(d.out)), d.dumps, map[string]string{"jobs": "1", "style": "one,merged", "out": d.out}},
		{typesCommand(), fmt.Sprintf("%s --exe %s --type 'main.*'", report.Quote(last), exe), []string{last}, map[string]string{"type": "main.*"}},
		{pathsCommand(), fmt.Sprintf("%s --exe %s --type %s", report.Quote(last), exe, examples.LeakedType), []string{last},
			map[string]string{"type": examples.LeakedType}},
	} {
		c.command.set(c.set)
		e := &Env{Common: Common{Exe: d.exe, Limit: DefaultLimit, Quiet: d.Quiet}, Out: d.Out, Err: d.Err, Progress: d.Progress,
			Files: d.Files, Line: fmt.Sprintf("objgraph %s %s", c.command.Name, c.line)}
		d.step(e.Line)
		err := c.command.Run(ctx, e, c.args)
		e.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// set gives flags of one string their values.
func (c *Command) set(values map[string]string) {
	for _, f := range c.Flags {
		if v, ok := values[f.Name]; ok {
			*f.Value.(*string) = v
		}
	}
}

func (d *demo) step(line string) {
	fmt.Fprintf(d.Out, "\n$ %s\n", line)
	if f, ok := d.Out.(interface{ Flush() error }); ok {
		f.Flush()
	}
}

// closing says where everything is.
func (d *demo) closing() {
	pictures, _ := filepath.Glob(filepath.Join(d.out, "*.svg"))
	slices.SortFunc(pictures, func(a, b string) int { return len(a) - len(b) }) // of one before that of all
	io.WriteString(d.Out, "\nThe worker's leak is the slice main.leaks, to which every job adds its invoice.\n\n")
	for _, p := range pictures {
		fmt.Fprintf(d.Out, "picture     %s (open it in a browser)\n", p)
	}
	fmt.Fprintf(d.Out, "dumps       %s\nexecutable  %s\nsource      %s\n", filepath.Join(d.dir, "*.dump"), d.exe, filepath.Join(d.dir, "source", "main.go"))
}
