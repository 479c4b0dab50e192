package jobtrace

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options says what is traced and where the dumps go. The zero value traces
// every job into memdbg/.
type Options struct {
	Dir    string // the folder for all workers; "": memdbg
	Worker string // the worker's folder in it, made safe; "": the executable's name
	Type   string // the type that reports and pictures are to be about; "": the one that leaks

	// DropCaches are called before the collections around a job, to drop what
	// is kept on purpose: caches, idle connections. They must not call the Tracer.
	DropCaches []func()

	Every       int           // trace every nth job; 0: each
	MinInterval time.Duration // trace at most one job in so long
	// At asks for dumps only when so many jobs have ended, and for nothing
	// around other jobs; 0 is before the first.
	At []int
	// Overlap traces jobs that run at the same time as others. Each is blamed for
	// what all did; the manifest says how many there were.
	Overlap bool

	MaxGoroutines int   // no dump while there are more; 0: 1000, negative: any number. See the package's risks.
	MaxBytes      int64 // no dump while the worker's folder has more; 0: 10 GiB, negative: no limit

	SampleEvery time.Duration // between the lines of memory.jsonl; 0: 5 s, negative: none

	Objgraph     string        // the objgraph command; "": from PATH
	NoReport     bool          // do not start it; someone else runs objgraph watch
	CloseTimeout time.Duration // how long Close waits for reports; 0: 60 s

	OnCrash     bool    // do as Tracer.OnCrash does
	MemoryShare float64 // of the limit of memory at which OnCrash dumps; 0: 0.9

	Logger func(line string) // takes what is to be said; nil: log.Print, with "objgraph: ". It must not call the Tracer.
}

// Names in the environment. They win over Options, and flags win over them.
const (
	envOn       = "TRACE_MEMORY"
	envType     = "TRACE_MEMORY_TYPE"
	envDir      = "TRACE_MEMORY_OUTPUT_DIR"
	envAt       = "TRACE_MEMORY_AT"
	envNoReport = "TRACE_MEMORY_NO_REPORT"
)

func (o Options) withDefaults() Options {
	o.Dir = cmp.Or(o.Dir, "memdbg")
	o.Every = cmp.Or(o.Every, 1)
	o.MaxGoroutines = cmp.Or(o.MaxGoroutines, 1000)
	o.MaxBytes = cmp.Or(o.MaxBytes, 10<<30)
	o.SampleEvery = cmp.Or(o.SampleEvery, 5*time.Second)
	o.CloseTimeout = cmp.Or(o.CloseTimeout, time.Minute)
	o.MemoryShare = cmp.Or(o.MemoryShare, 0.9)
	o.DropCaches, o.At = slices.Clone(o.DropCaches), slices.Clone(o.At)
	return o
}

// check finds what makes no sense.
func (o Options) check() error {
	switch {
	case o.Every < 0:
		return fmt.Errorf("jobtrace: Every is %d, want 1 or more", o.Every)
	case o.MinInterval < 0:
		return fmt.Errorf("jobtrace: MinInterval is %v, want none or more", o.MinInterval)
	case !(o.MemoryShare > 0 && o.MemoryShare <= 1):
		return fmt.Errorf("jobtrace: MemoryShare is %v, want more than 0 and at most 1", o.MemoryShare)
	case slices.ContainsFunc(o.At, func(n int) bool { return n < 0 }):
		return fmt.Errorf("jobtrace: At is %v, want numbers of jobs", o.At)
	}
	return nil
}

// A setting is a flag, and whether it was given.
type setting struct {
	text  string
	given bool
	isOn  bool // takes true and false
}

func (s *setting) String() string   { return s.text }
func (s *setting) IsBoolFlag() bool { return s.isOn }

func (s *setting) Set(text string) error {
	if s.isOn {
		on, err := strconv.ParseBool(text)
		if err != nil {
			return errors.New("want true or false")
		}
		text = strconv.FormatBool(on)
	}
	s.text, s.given = text, true
	return nil
}

// settings are the flags by their names in the environment.
type settings map[string]*setting

// flags are those of the last AddFlags, which FromFlags has no other way to
// know.
var flags struct {
	sync.Mutex
	settings
}

// AddFlags adds --trace_memory, --trace_memory_type and --trace_memory_output_dir
// to a set of flags, for FromFlags to read once they are parsed. A nil set is
// flag.CommandLine.
func AddFlags(fs *flag.FlagSet) {
	if fs == nil {
		fs = flag.CommandLine
	}
	added := settings{
		envOn:   {text: "false", isOn: true},
		envType: {},
		envDir:  {text: "memdbg"},
	}
	fs.Var(added[envOn], "trace_memory", "write a heap dump before and after each job, and report what leaks")
	fs.Var(added[envType], "trace_memory_type", "the `type` whose holders are drawn, instead of the one that leaks")
	fs.Var(added[envDir], "trace_memory_output_dir", "the `folder` for dumps, reports and pictures")
	flags.Lock()
	defer flags.Unlock()
	flags.settings = added
}

// FromFlags returns a Tracer as the flags of AddFlags and the environment
// (TRACE_MEMORY, TRACE_MEMORY_TYPE, TRACE_MEMORY_OUTPUT_DIR) ask for, with
// OnCrash; nil, which does nothing, when they ask for none. Options that are
// given hold as far as neither says otherwise.
func FromFlags(given ...Options) (*Tracer, error) {
	var o Options
	if len(given) > 0 {
		o = given[0]
	}
	flags.Lock()
	set := flags.settings
	flags.Unlock()
	o.OnCrash = true
	return newTracer(o, set, false)
}

// lookup is what a flag says or, if it was not given, the environment.
func (s settings) lookup(name string) (text string, ok bool) {
	if f := s[name]; f != nil && f.given {
		return f.text, true
	}
	text = os.Getenv(name)
	return text, text != ""
}

// resolve puts flags and environment over o. on is what they say, or byDefault.
func (s settings) resolve(o Options, byDefault bool) (_ Options, on bool, err error) {
	if on, err = s.boolean(envOn, byDefault); err != nil || !on {
		return o, false, err
	}
	if o.NoReport, err = s.boolean(envNoReport, o.NoReport); err != nil {
		return o, false, err
	}
	if text, ok := s.lookup(envDir); ok {
		o.Dir = text
	}
	if text, ok := s.lookup(envType); ok {
		o.Type = text
	}
	if text, ok := s.lookup(envAt); ok {
		if o.At, err = numbers(text); err != nil {
			return o, false, err
		}
	}
	o = o.withDefaults()
	return o, true, o.check()
}

func (s settings) boolean(name string, byDefault bool) (bool, error) {
	text, ok := s.lookup(name)
	if !ok {
		return byDefault, nil
	}
	on, err := strconv.ParseBool(text)
	if err != nil {
		return false, fmt.Errorf("jobtrace: %s is %q in the environment, want 1 or 0", name, text)
	}
	return on, nil
}

// numbers reads "10,20,30".
func numbers(text string) (list []int, err error) {
	for field := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil {
			return nil, fmt.Errorf("jobtrace: %s is %q in the environment, want numbers of jobs with commas between", envAt, text)
		}
		list = append(list, n)
	}
	return list, nil
}
