package session

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/snapshot"
)

// graphOptions are the flags of `graph`.
type graphOptions struct {
	target
	view                 report.PictureOptions
	back, forward, chain bool
	merged               bool
	out, format          string
	look                 look
}

func graphCommand() *Command {
	var o graphOptions
	return &Command{
		Name: "graph", Args: "DUMP", Least: 1, Most: 1,
		Short: "Draw who holds an object, or what it holds",
		Long: `Graph draws the neighbourhood of one object: what holds it (--back, the
default), what it holds (--forward), or the shortest way from a root to it
(--chain). Of a type it draws a typical object: one that is held as most of the
others are. With --merged it draws all of them, as one box, and puts what holds
them the same way into one box each, with the number. Every arrow carries the
name of the field that holds; parts of maps and channels are drawn as the map or
channel.

Without -o, or with -o -, the picture goes to standard output: in Graphviz's
language, to be piped into dot, or with --format tree as lines for a terminal or
a log. A holder that is known and of no interest is left out with --ignore, or
not looked beyond with --stop-at; --only shows objects of some types and passes
through all others.`,
		Example: `  objgraph graph job-17.dump --exe ./worker --type main.Job -o job.svg
  objgraph graph job-17.dump --exe ./worker --type main.Job --merged --theme dark -o jobs.svg
  objgraph graph job-17.dump --exe ./worker --type main.Job --only 'main.*' --format tree
  objgraph graph job-17.dump --exe ./worker --addr 0xc0001a2000 --forward -o held.png
  objgraph graph job-17.dump --exe ./worker --type main.Job --chain | dot -Tpdf > job.pdf`,
		Flags: append(append(o.target.flags(),
			Flag{Name: "back", Value: &o.back, Help: "what holds the object (the default)"},
			Flag{Name: "forward", Value: &o.forward, Help: "what the object holds"},
			Flag{Name: "chain", Value: &o.chain, Help: "the shortest way from a root to the object; with --back both in one"},
			Flag{Name: "merged", Value: &o.merged, Help: "all objects of the type, and holders that are alike, as one box each"},
			Flag{Name: "out", Short: "o", Value: &o.out, Arg: "FILE", Help: "write FILE.svg, .png, .dot or .txt (a tree); - and the default: standard output"},
			Flag{Name: "format", Value: &o.format, Arg: "FORMAT", NoDefault: true, Help: "svg, png, dot or tree (default: what FILE ends in, else dot)"}),
			append(viewFlags(&o.view), o.look.flags()...)...),
		Run: func(ctx context.Context, e *Env, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			if o.out == "" && o.format == "png" && e.Terminal && !e.JSON {
				return usage("a PNG is no text for a terminal: name a file with -o FILE, or pipe it into a viewer")
			}
			if err := e.checkOutput("-o", o.out, args...); err != nil {
				return err
			}
			s, err := e.snapshot(ctx, args[0])
			if err != nil {
				return err
			}
			return o.run(ctx, e, s)
		},
	}
}

func (o *graphOptions) check() error {
	if err := o.target.check(); err != nil {
		return err
	}
	if err := checkView(&o.view); err != nil {
		return err
	}
	if err := o.look.check(&o.view); err != nil {
		return err
	}
	if err := o.chooseFormat(); err != nil {
		return err
	}
	return o.chooseView()
}

// chooseFormat takes the format from the file's name unless it was given.
func (o *graphOptions) chooseFormat() error {
	if o.out == "-" {
		o.out = ""
	}
	o.format = strings.ToLower(o.format)
	switch {
	case o.format != "" && !slices.Contains(formats, o.format):
		return usage("--format %s: want svg, png, dot or tree", o.format)
	case o.format != "":
	case o.out == "":
		o.format = "dot"
	default:
		if o.format = formatOf(o.out); o.format == "" {
			return usage("-o %s: the name must end in .svg, .png, .dot or .txt, or --format say what it is to be", o.out)
		}
	}
	return nil
}

func (o *graphOptions) chooseView() error {
	switch {
	case o.forward && (o.back || o.chain):
		return usage("--forward excludes --back and --chain")
	case o.forward && o.merged:
		return usage("--forward excludes --merged, which is of holders")
	case o.forward:
		o.view.View = report.Forward
	case o.chain && o.back:
		o.view.View = report.Both
	case o.chain:
		o.view.View = report.Chain
	default:
		o.view.View = report.Back
	}
	return nil
}

// checkView refuses sizes that draw nothing.
func checkView(o *report.PictureOptions) error {
	for name, n := range map[string]int{"depth": o.Depth, "fanout": o.FanOut, "max-nodes": o.MaxNodes} {
		if n < 1 {
			return usage("--%s %d: want 1 or more", name, n)
		}
	}
	if o.Font != "" {
		if err := layouts.CheckFont(o.Font); err != nil {
			return usage("--font %s: %v; name a TrueType or OpenType file, or leave the flag out", o.Font, cause(err))
		}
	}
	return nil
}

// formats are those of pictures.
var formats = []string{"svg", "png", "dot", "tree"}

// formatOf is the format that a file's name asks for, "" for none.
func formatOf(path string) string {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".svg", ".png", ".dot":
		return ext[1:]
	case ".gv":
		return "dot"
	case ".txt":
		return "tree"
	}
	return ""
}

// extOf is how the name of a file in a format ends.
func extOf(format string) string {
	if format == "tree" {
		return ".txt"
	}
	return "." + format
}

func (o *graphOptions) run(ctx context.Context, e *Env, s *snapshot.Snapshot) error {
	set, err := o.set(s)
	if err != nil {
		return explainIn(s, err)
	}
	e.Progress.Tell(mem.StageChains, 0, 0)
	if err := o.look.filter(s, &o.view.Filter); err != nil {
		return err
	}
	ahead := engineFor(ctx, nil, o.format)
	defer ahead.Close()
	view := o.view
	about := report.AboutOf(s)
	view.Command, view.About = e.Line, &about
	answer := &report.Graph{About: about, Type: o.typ, Objects: len(set), File: o.out}
	if answer.Picture, err = o.picture(ctx, s, set, &view, answer); err != nil {
		return err
	}
	if o.out != "" || o.format != "dot" {
		e.Progress.Tell(mem.StageDraw, 0, 1)
		if err := e.drawTo(ctx, o.out, o.format, answer, &view, ahead); err != nil {
			return err
		}
	}
	return e.print(answer)
}

// picture draws all objects of a set, or one for all of them.
func (o *graphOptions) picture(ctx context.Context, s *snapshot.Snapshot, set []mem.ObjID, view *report.PictureOptions, answer *report.Graph) (*layouts.Picture, error) {
	if o.merged {
		answer.Type = s.TypeName(set[0])
		return report.NewMerged(ctx, s, set, *view)
	}
	id, err := typical(ctx, s, set)
	if err != nil {
		return nil, err
	}
	answer.Type, answer.Addr = s.TypeName(id), s.Addr(id)
	if len(set) > 1 {
		view.Notes = append(view.Notes, oneOf(s, id, o.typ, len(set)))
	}
	return report.NewPicture(ctx, s, id, *view)
}

func oneOf(s *snapshot.Snapshot, id mem.ObjID, typ string, n int) string {
	return fmt.Sprintf("%v stands for %d objects of %s: it is held as most of them are", s.Addr(id), n, typ)
}

// drawTo writes a picture to a file, or hands it to the answer to be printed.
func (e *Env) drawTo(ctx context.Context, path, format string, a *report.Graph, view *report.PictureOptions, ahead *layouts.Engine) error {
	data, err := render(ctx, a.Picture, format, view, ahead)
	if err != nil {
		return fmt.Errorf("%s: %w; a name that ends in .dot always works", cmp.Or(path, "picture"), err)
	}
	if path == "" {
		a.Drawn = data
		return nil
	}
	return e.Files.write(ctx, path, data)
}

func render(ctx context.Context, pic *layouts.Picture, format string, view *report.PictureOptions, ahead *layouts.Engine) ([]byte, error) {
	o := layouts.Options{MaxNodes: view.MaxNodes + pictureSlack, FontFile: view.Font, Engine: ahead}
	switch format {
	case "svg":
		return layouts.SVG(ctx, pic, o)
	case "png":
		return layouts.PNG(ctx, pic, o)
	case "tree":
		return layouts.Tree(pic), nil
	}
	return layouts.DOT(pic), nil
}

// engineFor starts what draws the formats beside what finds out what is to be
// drawn in some dumps; nil if nothing is, or if that takes so long that the engine
// would only take memory meanwhile. The caller closes it.
func engineFor(ctx context.Context, dumps []string, formats ...string) *layouts.Engine {
	for _, dump := range dumps {
		if info, err := os.Stat(dump); err != nil || info.Size() > longRead {
			return nil
		}
	}
	if slices.Contains(formats, "svg") || slices.Contains(formats, "png") {
		return layouts.StartEngine(ctx, layouts.Options{})
	}
	return nil
}

// longRead is the size of dumps that take seconds, in bytes.
const longRead = 1 << 30

// pictureSlack is room for a chain's boxes, which a full picture has as well.
const pictureSlack = 100
