package session

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/report"
)

// leaksOptions are the flags of `leaks`.
type leaksOptions struct {
	out, format, typ, jobs string
	src                    string
	warmup                 int
	peak                   bool
	ignoreFile             string
	gates                  gates
	view                   report.PictureOptions
	wait                   string // between two dumps of a program, a duration
	style, report          string
	look                   look

	formats  []string
	styles   []string
	jobCount []int
	accepted []census.Accept
}

// DefaultOut is the folder that pictures go to.
const DefaultOut = "memdbg"

func leaksCommand() *Command {
	o := leaksOptions{out: DefaultOut, format: "svg", style: "one", wait: defaultWait}
	return &Command{
		Name: "leaks", Args: "DUMP [DUMP…] | URL", Least: 1, Most: -1,
		Short: "Find what leaked, pick the type to look at, and draw who holds it",
		Long: `Leaks compares heap dumps of one process, oldest first, and says which types
leaked: objects that came since the first dump and are still reachable in the
last, in so far as more came than went. Of these it picks one, the rarest that
grows with the jobs, and shows who holds its objects: as text, and as a picture
of one of them in the folder memdbg (--style merged: of all). Three dumps or
more tell a leak from what grew once.

With a single dump nothing is known of growth; it then picks the type under
which memory accumulates, and says so.

Say with --jobs how many jobs ran between neighbouring dumps, so that growth a
job can be told, and with --warmup how many of the first to leave out: growth is
then told from the first dump written after them.

Two dumps without a job between them, which a 0 says (--jobs 0,10,10), show what
comes without jobs: as much is taken from the growth in the other intervals.

In a pipeline, --fail-on-leak and --fail-over make leaks a gate, and --junit
writes what most of them can show. Below each chain stands a fingerprint, the
same in every run as long as the variable, the types and the fields on the way
are the same. A line that begins with one, in the file of --ignore-file, accepts
what is held that way and all that it holds.

A URL is asked for two dumps of a running program, which imports package
jobtrace/http: --wait says how long to wait between them, or --jobs until how
many more jobs have ended. They stay in a folder below that for pictures. A
token, if the program wants one, is taken from OBJGRAPH_TOKEN.`,
		Example: `  objgraph leaks start.dump job-5.dump job-10.dump --exe ./worker --jobs 5
  objgraph leaks memdbg/worker/*.dump --exe ./worker --warmup 3 --src .
  objgraph leaks memdbg/worker/*.dump --exe ./worker --fail-on-leak --json
  objgraph leaks memdbg/worker/*.dump --fail-over 10MB --ignore-file leaks.txt --junit leaks.xml
  objgraph leaks memdbg/worker/*.dump --exe ./worker --report leaks.html
  objgraph leaks start.dump end.dump --exe ./worker --type main.Job --format svg,png
  objgraph leaks http://localhost:6060/debug/objgraph/dump --wait 1m`,
		Flags: append([]Flag{
			{Name: "jobs", Value: &o.jobs, Arg: "LIST", Help: "jobs that ran between neighbouring dumps, or one number for each interval (10,10,5), 0 where none ran (default: from the manifests beside the dumps, else 1)"},
			{Name: "wait", Value: &o.wait, Arg: "TIME", Help: "with a URL: time between the two dumps (90s, 5m), if --jobs does not say when"},
			{Name: "warmup", Value: &o.warmup, Arg: "N", NoDefault: true, Help: "leave out the first N jobs: growth is told from the first dump after them"},
		}, o.answerFlags()...),
		Run: func(ctx context.Context, e *Env, args []string) error {
			if len(args) == 1 && isRemote(args[0]) {
				return o.runRemote(ctx, e, args[0])
			}
			if err := o.checkFiles(args); err != nil {
				return err
			}
			if err := o.checkOutputs(e, args); err != nil {
				return err
			}
			return o.run(ctx, e, args)
		},
	}
}

// defaultWait is the --wait that nobody gave.
const defaultWait = "30s"

// runRemote answers of a running program, by two dumps.
func (o *leaksOptions) runRemote(ctx context.Context, e *Env, arg string) error {
	if err := o.check(2); err != nil {
		return err
	}
	if err := o.checkOutputs(e, nil); err != nil {
		return err
	}
	b := between{}
	var err error
	if b.wait, err = time.ParseDuration(o.wait); err != nil || b.wait < 0 {
		return usage("--wait %s: want a time: 30s, 5m", o.wait)
	}
	if len(o.jobCount) > 0 {
		b.jobs = o.jobCount[0]
	}
	dumps, err := e.fetchTwice(ctx, arg, o.out, b)
	if err != nil {
		return err
	}
	if b.jobs > 0 {
		o.jobCount = nil // the manifests know how many there were
	}
	return o.run(ctx, e, dumps)
}

// checkFiles is check for dumps that are files.
func (o *leaksOptions) checkFiles(args []string) error {
	if slices.ContainsFunc(args, isRemote) {
		return usage("a URL stands alone, as it is asked for two dumps")
	}
	if o.wait != defaultWait {
		return usage("--wait is for a URL: between files time has passed already")
	}
	return o.check(len(args))
}

// checkOutputs refuses, before the work, what would fail after it. Where nobody
// named a folder the answer may go without its pictures.
func (o *leaksOptions) checkOutputs(e *Env, dumps []string) error {
	if o.out != DefaultOut {
		if err := e.checkFolder(o.out); err != nil {
			return err
		}
	}
	return cmp.Or(e.checkDebug(), e.checkOutput("--report", o.report, dumps...), e.checkOutput("--junit", o.gates.junit, dumps...))
}

// answerFlags are those of every command that answers as leaks does.
func (o *leaksOptions) answerFlags() []Flag {
	return slices.Concat([]Flag{
		{Name: "out", Short: "o", Value: &o.out, Arg: "DIR", Help: "folder for the pictures, made if need be"},
		{Name: "format", Value: &o.format, Arg: "LIST", Help: "formats of the pictures: svg, png, dot, tree (text), or several with commas"},
		{Name: "style", Value: &o.style, Arg: "LIST", Help: "pictures: one (of the leaked objects, as <type>-<job>), merged (all of them, what is held alike as one box: <type>-<job>-merged), or one,merged"},
		{Name: "report", Value: &o.report, Arg: "FILE", Help: "write the answer as one file of HTML, with charts and the merged picture"},
		{Name: "type", Value: &o.typ, Arg: "NAME", Help: "look at this type (main.Job, main.*) instead of the picked one"},
		{Name: "peak", Value: &o.peak, Help: "growth is what exceeds the highest count of the dumps before: what shrank and came back is none"},
		{Name: "src", Value: &o.src, Arg: "DIR", Help: "folder of the program's source: say where types, fields and variables are declared"},
		{Name: "ignore-file", Value: &o.ignoreFile, Arg: "FILE", Help: "accepted leaks: a fingerprint a line, then a comment; what they hold does not count"},
	}, o.gates.flags(), viewFlags(&o.view), o.look.themeFlags())
}

func (o *leaksOptions) check(dumps int) (err error) {
	if o.formats, err = oneOrMore("format", o.format, formats); err != nil {
		return err
	}
	if o.styles, err = oneOrMore("style", o.style, []string{"one", "merged"}); err != nil {
		return err
	}
	if err := o.look.check(&o.view); err != nil {
		return err
	}
	if err := o.gates.check(dumps); err != nil {
		return err
	}
	if o.ignoreFile != "" {
		if o.accepted, err = readAccepted(o.ignoreFile); err != nil {
			return err
		}
	}
	if o.jobCount, err = parseJobs(o.jobs, dumps-1); err != nil {
		return err
	}
	if err := o.checkWarmup(dumps - 1); err != nil {
		return err
	}
	return checkView(&o.view)
}

// oneOrMore reads a list with commas of words that there are.
func oneOrMore(flag, given string, words []string) (out []string, err error) {
	for _, w := range strings.Split(given, ",") {
		w = strings.ToLower(strings.TrimSpace(w))
		if !slices.Contains(words, w) {
			return nil, usage("--%s %s: want %s, or several with commas", flag, given, strings.Join(words, ", "))
		}
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out, nil
}

// checkWarmup wants a warm-up that leaves an interval to look at.
func (o *leaksOptions) checkWarmup(intervals int) error {
	all := 0
	for i := range intervals {
		all += o.jobsOf(i)
	}
	switch {
	case o.warmup < 0:
		return usage("--warmup %d: want a number of jobs, 0 or more", o.warmup)
	case o.warmup > 0 && intervals == 0:
		return usage("--warmup %d: with one dump there is no growth to leave out; give two dumps or more", o.warmup)
	case len(o.jobCount) == 0: // the manifests beside the dumps may say
	case o.warmup > 0 && o.warmup > all-o.jobsOf(intervals-1):
		return usage("--warmup %d: of the %d jobs between the dumps it leaves no interval to look at; give more dumps, or a smaller number", o.warmup, all)
	}
	return nil
}

// jobsOf is the number of jobs in an interval.
func (o *leaksOptions) jobsOf(interval int) int {
	switch len(o.jobCount) {
	case 0:
		return 1
	case 1:
		return o.jobCount[0]
	}
	return o.jobCount[interval]
}

// parseJobs reads --jobs for so many intervals.
func parseJobs(text string, intervals int) (out []int, err error) {
	if text == "" {
		return nil, nil
	}
	all := 0
	for _, word := range strings.Split(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || n < 0 {
			return nil, usage("--jobs %s: want a number, or several with commas (10,10,5); 0 is for dumps between which no job ran", text)
		}
		out = append(out, n)
		all += n
	}
	switch {
	case all == 0:
		return nil, usage("--jobs %s: no job ran between any of the dumps; 0 is for some of the intervals, to tell what the background does in them", text)
	case intervals == 0:
		return nil, usage("--jobs %s: with one dump there is no interval in which jobs ran; give two dumps or more", text)
	case len(out) != 1 && len(out) != intervals:
		return nil, usage("--jobs %s: %d numbers for %s between dumps; give one, or one for each interval", text, len(out), numbered(intervals, "interval"))
	}
	return out, nil
}

func numbered(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func (o *leaksOptions) run(ctx context.Context, e *Env, dumps []string) error {
	if err := e.checkMemory(ctx, dumps...); err != nil {
		return err
	}
	ahead := engineFor(ctx, dumps, o.formats...)
	defer ahead.Close()
	found, err := census.FindLeaks(ctx, dumps, census.LeaksOptions{
		Exe: e.Exe, Debug: e.Debug, FullNames: e.FullNames, Jobs: o.jobCount, Type: o.typ, MaxChains: o.chains(e),
		Warmup: o.warmup, Peak: o.peak, Accept: o.accepted, Workers: e.Workers, Progress: e.Progress, Verify: e.Verify})
	if err != nil {
		return explain(err, blamed(err, dumps), e.Exe)
	}
	defer e.release(found.Last)
	answer := &report.Leaks{Leaks: found, About: report.AboutOfLeaks(found), Limit: e.rows(10), Ways: e.limit(3, 100)}
	answer.Warnings = found.Warnings
	if found.Picked != nil && o.src != "" {
		if err := addPlaces(ctx, e, o.src, answer); err != nil {
			return err
		}
	}
	if found.Picked != nil {
		if err := o.draw(ctx, e, answer, ahead); err != nil {
			return err
		}
	}
	if err := o.writeReport(ctx, e, answer); err != nil {
		return err
	}
	e.warn(answer.Warnings)
	if err := e.print(answer); err != nil {
		return err
	}
	return o.gates.close(ctx, e, answer, len(dumps))
}

// shortLine leaves out the dumps between the first and the last of a long list.
func shortLine(line string, dumps []string) string {
	if n := len(dumps); n > 3 {
		quoted := make([]string, n)
		for i, d := range dumps {
			quoted[i] = report.Quote(d)
		}
		return strings.Replace(line, strings.Join(quoted, " "), quoted[0]+" … "+quoted[n-1], 1)
	}
	return line
}
