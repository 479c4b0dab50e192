package session

import (
	"context"

	"github.com/objgraph/objgraph/report"
)

// Command is one entry of the table.
type Command struct {
	Name    string
	Args    string // as help shows them: "DUMP [DUMP…]"
	Short   string // one line
	Long    string
	Example string
	Flags   []Flag
	// Least and Most are how many arguments there may be; Most -1: any.
	Least, Most int
	// NoDump says that the command opens no dump that the user names, so that
	// the common flags have no meaning for it.
	NoDump bool
	// Wants is what its arguments are, "" for a heap dump.
	Wants string
	// Waits says that the command runs until it is told to end, and shows no
	// progress.
	Waits bool
	Run   func(ctx context.Context, e *Env, args []string) error
}

// Flag is an option of a command.
type Flag struct {
	Name  string
	Short string // one letter, or ""
	Value any    // *bool, *int, *string or *[]string (repeatable); what it points at is the default
	Arg   string // what the value stands for in help: "FILE"; "" for a bool
	Help  string
	// NoDefault says that help speaks of the default itself.
	NoDefault bool
}

// Commands makes the table, in the order of help. Flag values belong to the
// table, so each use wants a table of its own.
func Commands() []*Command {
	return []*Command{
		leaksCommand(), infoCommand(), typesCommand(), graphCommand(),
		pathsCommand(), rootsCommand(), pprofCommand(), redactCommand(), watchCommand(), runCommand(), demoCommand(),
	}
}

// CommonFlags are the flags of every command that opens dumps.
func CommonFlags(c *Common) []Flag {
	return []Flag{
		{Name: "exe", Value: &c.Exe, Arg: "FILE", NoDefault: true, Help: "executable that wrote the dump: gives types and names (default: one beside the dump that proves to be it; none: without)"},
		{Name: "debug", Value: &c.Debug, Arg: "FILE", NoDefault: true, Help: "file with the symbols of --exe, if they were split off it (objcopy --only-keep-debug)"},
		{Name: "json", Value: &c.JSON, Help: "answer as JSON, sizes in bytes"},
		{Name: "full-names", Value: &c.FullNames, Help: "types with whole import paths"},
		{Name: "verify", Value: &c.Verify, Help: "prove the dominator tree, which retained sizes come from, by a certificate; it is always checked"},
		{Name: "workers", Short: "j", Value: &c.Workers, Arg: "N", NoDefault: true, Help: "CPUs to use; the answer is the same for any number (default: all)"},
		{Name: "max-memory", Value: &c.maxMemory, Arg: "SIZE", Help: "refuse a dump whose graph would take more than this: 500MB, 8GiB"},
		{Name: "limit", Value: &c.Limit, Arg: "N", NoDefault: true, Help: "rows at the most, 0 for all (default: what a screen holds; with --json all rows, 100 chains)"},
	}
}

// Common are the values of the common flags.
type Common struct {
	Exe             string
	Debug           string
	JSON, FullNames bool
	Limit           int // DefaultLimit: each command's own
	Workers         int // CPUs, 0 for all
	Verify          bool
	// Quiet is neither progress nor warnings, NoProgress no progress.
	Quiet, NoProgress bool

	maxMemory string
}

// QuietFlags are the flags of every command.
func QuietFlags(c *Common) []Flag {
	return []Flag{
		{Name: "quiet", Short: "q", Value: &c.Quiet, Help: "neither progress nor warnings on standard error"},
		{Name: "no-progress", Value: &c.NoProgress, Help: "no progress on standard error (none is shown where that is no terminal)"},
	}
}

// Check refuses values of common flags that mean nothing.
func (c *Common) Check() error {
	switch {
	case c.Limit < DefaultLimit:
		return usage("--limit %d: want 0 (all) or more", c.Limit)
	case c.Workers < 0:
		return usage("--workers %d: want a number of CPUs, 0 for all", c.Workers)
	}
	_, err := c.memoryLimit()
	return err
}

// DefaultLimit is the Limit that nobody set.
const DefaultLimit = -1

// rows is the number of rows of a table, 0 for all: what was asked for, or in
// text so many.
func (c *Common) rows(text int) int { return c.limit(text, 0) }

func (c *Common) chains(text int) int { return c.limit(text, 100) }

func (c *Common) limit(text, json int) int {
	switch {
	case c.Limit >= 0:
		return c.Limit
	case c.JSON:
		return json
	}
	return text
}

// viewFlags are the flags that size a picture.
func viewFlags(o *report.PictureOptions) []Flag {
	o.Depth, o.FanOut, o.MaxNodes = report.DefaultDepth, report.DefaultFanOut, report.DefaultMaxNodes
	return []Flag{
		{Name: "depth", Value: &o.Depth, Arg: "N", Help: "references between the object and the picture's border"},
		{Name: "fanout", Value: &o.FanOut, Arg: "N", Help: "neighbours drawn of one object; the others become one box with counts"},
		{Name: "max-nodes", Value: &o.MaxNodes, Arg: "N", Help: "boxes in the picture"},
		{Name: "font", Value: &o.Font, Arg: "FILE", Help: "font file for letters beyond Latin, Greek and Cyrillic (default: one of the system's)"},
	}
}
