package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/objgraph/objgraph/repl"
	"github.com/objgraph/objgraph/session"
	"github.com/objgraph/objgraph/typefilter"
	"github.com/objgraph/objgraph/web"
)

const about = `objgraph finds out who holds the memory of a Go program.

Write heap dumps with debug.WriteHeapDump, a few jobs apart, then

  objgraph leaks start.dump end.dump --exe ./worker

says which type leaked, and draws who holds its objects. No dumps at hand?
objgraph demo makes some, of a worker that leaks.

Dumps may be plain, or packed with gzip or zstd. Contents of objects are never
shown. Sizes in text are decimal: 1 MB is 1,000,000 bytes.`

// newRoot makes the command tree from the table of commands, for some arguments.
// start is called when a command begins that may tell of its progress.
func newRoot(env *session.Env, start func(), args []string) *cobra.Command {
	cobra.EnableCommandSorting = false
	root := &cobra.Command{
		Use: "objgraph", Short: "Find out who holds the memory of a Go program", Long: about,
		Version: version(), SilenceErrors: true, SilenceUsage: true, Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknown(cmd, args[0])
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return misuse(cmd, explainFlag(cmd.Flags(), err)) })
	root.SetUsageFunc(usage)
	root.SetVersionTemplate("objgraph {{.Version}}\n")
	for _, c := range commands() {
		root.AddCommand(newCommand(c, env, start, mayUse(args, c.Name)))
	}
	return root
}

// mayUse reports whether the flags of a command are of use: it is named, or the
// shell wants to know of all.
func mayUse(args []string, name string) bool {
	return slices.Contains(args, name) || len(args) > 0 && strings.HasPrefix(args[0], "__complete")
}

// usage is cobra's, but for the line that says to call the program without a
// command, which only prints help.
func usage(cmd *cobra.Command) error {
	if !cmd.HasParent() {
		run := cmd.RunE
		cmd.RunE = nil
		defer func() { cmd.RunE = run }()
	}
	return new(cobra.Command).UsageFunc()(cmd)
}

// commands are those of the table, and those of other faces.
func commands() []*session.Command {
	all := session.Commands()
	demo := len(all) - 1
	return slices.Concat(all[:demo], []*session.Command{repl.Command(), web.Command()}, all[demo:])
}

func newCommand(c *session.Command, env *session.Env, start func(), flagged bool) *cobra.Command {
	program := strings.HasPrefix(c.Args, "-- ") // what stands behind -- is another program's, flags too
	use := strings.TrimSpace(c.Name + " " + c.Args)
	if program {
		use = c.Name + " [flags] " + c.Args
	}
	cmd := &cobra.Command{
		Use: use, Short: c.Short, Long: c.Long, Example: c.Example,
		DisableFlagsInUseLine: c.NoDump || program,
		Args:                  func(cmd *cobra.Command, args []string) error { return checkArgs(cmd, c, len(args)) },
		RunE: func(cmd *cobra.Command, args []string) error {
			err := env.Check()
			if err == nil {
				if !env.Quiet && !env.NoProgress && !c.Waits {
					start()
				}
				err = c.Run(cmd.Context(), env, args)
			}
			var usage *session.UsageError
			if errors.As(err, &usage) {
				return misuse(cmd, usage.Says)
			}
			return err
		},
	}
	if !flagged {
		return cmd
	}
	flags := c.Flags
	if !c.NoDump {
		flags = append(flags, session.CommonFlags(&env.Common)...)
	}
	flags = append(flags, session.QuietFlags(&env.Common)...)
	cmd.Flags().SortFlags = false
	for _, f := range flags {
		addFlag(cmd.Flags(), f)
	}
	return cmd
}

// addFlag binds a flag of the table.
func addFlag(set *pflag.FlagSet, f session.Flag) {
	switch v := f.Value.(type) {
	case *bool:
		set.BoolVarP(v, f.Name, f.Short, *v, f.Help)
	case *int:
		set.IntVarP(v, f.Name, f.Short, *v, f.Help)
	case *string:
		set.StringVarP(v, f.Name, f.Short, *v, f.Help)
	case *[]string:
		set.StringArrayVarP(v, f.Name, f.Short, *v, f.Help)
	default:
		panic(fmt.Sprintf("flag --%s has a value of type %T", f.Name, f.Value))
	}
	flag := set.Lookup(f.Name)
	if f.Arg != "" {
		flag.Value = named{flag.Value, f.Arg}
	}
	if f.NoDefault || flag.DefValue == "[]" {
		flag.DefValue = "" // help shows none
	}
}

// named is a value that help calls by the table's word.
type named struct {
	pflag.Value
	arg string
}

func (n named) Type() string { return n.arg }

// explainFlag says of a value that is no number what is wanted, and not what Go's
// function said to it, and of a flag that there is not which was perhaps meant.
func explainFlag(set *pflag.FlagSet, err error) string {
	var missing *pflag.NotExistError
	if errors.As(err, &missing) {
		return err.Error() + nearFlag(set, missing.GetSpecifiedName())
	}
	var value *pflag.InvalidValueError
	if !errors.As(err, &value) {
		return err.Error()
	}
	says := fmt.Sprintf("--%s %s: want ", value.GetFlag().Name, value.GetValue())
	if errors.Is(err, strconv.ErrRange) {
		return says + "a smaller number"
	}
	if value.GetFlag().Value.Type() == "bool" {
		return says + "true or false, or the flag alone"
	}
	return says + "a number"
}

func nearFlag(set *pflag.FlagSet, name string) string {
	var names []string
	set.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := typefilter.Closest(name, names, 1); len(name) > 1 && len(near) > 0 {
		return fmt.Sprintf("; did you mean --%s?", near[0])
	}
	return ""
}

// misuse points at the help of a command.
func misuse(cmd *cobra.Command, says string) error {
	return fmt.Errorf("%s: %s; see %s --help", cmd.Name(), says, cmd.CommandPath())
}

func checkArgs(cmd *cobra.Command, c *session.Command, n int) error {
	wants := cmp.Or(c.Wants, "a heap dump")
	switch {
	case n < c.Least && c.Least > 1 || c.Least > 1 && c.Most >= 0 && n > c.Most:
		return misuse(cmd, fmt.Sprintf("it takes %d arguments, not %d: objgraph %s %s", c.Least, n, c.Name, c.Args))
	case n < c.Least:
		return misuse(cmd, fmt.Sprintf("name %s: objgraph %s %s", wants, c.Name, c.Args))
	case c.Most >= 0 && n > c.Most && c.Most == 0:
		return misuse(cmd, "it takes no arguments")
	case c.Most >= 0 && n > c.Most:
		return misuse(cmd, fmt.Sprintf("it takes one %s, not %d", wants[strings.LastIndexByte(wants, ' ')+1:], n))
	}
	return nil
}

// unknown is the error of a word that is no command.
func unknown(cmd *cobra.Command, word string) error {
	if _, err := os.Stat(word); err == nil {
		return fmt.Errorf("%s is a file; say what to do with it, for example objgraph info %s", word, word)
	}
	says := fmt.Sprintf("there is no command %q", word)
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	if near := typefilter.Closest(word, names, 1); len(near) > 0 {
		says += fmt.Sprintf("; did you mean %s?", near[0])
	}
	return fmt.Errorf("%s; objgraph --help lists all", says)
}

// version is that of the module, as the Go command stamped it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
