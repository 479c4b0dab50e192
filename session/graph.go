package session

import (
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
	out                  string
}

func graphCommand() *Command {
	var o graphOptions
	return &Command{
		Name: "graph", Args: "DUMP", Least: 1, Most: 1,
		Short: "Draw who holds an object, or what it holds",
		Long: `Graph draws the neighbourhood of one object: what holds it (--back, the
default), what it holds (--forward), or the shortest way from a root to it
(--chain). Of a type it draws a typical object: one that is held as most of the
others are. Every arrow carries the name of the field that holds; parts of maps
and channels are drawn as the map or channel.

Without -o the picture goes to standard output in Graphviz's language, to be
piped into dot.`,
		Example: `  objgraph graph job-17.dump --exe ./worker --type main.Job -o job.svg
  objgraph graph job-17.dump --exe ./worker --addr 0xc0001a2000 --forward -o held.png
  objgraph graph job-17.dump --exe ./worker --type main.Job --chain | dot -Tpdf > job.pdf`,
		Flags: append(append(o.target.flags(),
			Flag{Name: "back", Value: &o.back, Help: "what holds the object (the default)"},
			Flag{Name: "forward", Value: &o.forward, Help: "what the object holds"},
			Flag{Name: "chain", Value: &o.chain, Help: "the shortest way from a root to the object; with --back both in one"},
			Flag{Name: "out", Short: "o", Value: &o.out, Arg: "FILE", Help: "write FILE.svg, .png or .dot (default: DOT on standard output)"}),
			viewFlags(&o.view)...),
		Run: func(ctx context.Context, e *Env, args []string) error {
			if err := o.check(); err != nil {
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
	if o.out != "" && formatOf(o.out) == "" {
		return usage("-o %s: the name must end in .svg, .png or .dot", o.out)
	}
	return o.chooseView()
}

func (o *graphOptions) chooseView() error {
	switch {
	case o.forward && (o.back || o.chain):
		return usage("--forward excludes --back and --chain")
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
	return nil
}

// formatOf is the format that a file's name asks for, "" for none.
func formatOf(path string) string {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".svg", ".png", ".dot":
		return ext[1:]
	case ".gv":
		return "dot"
	}
	return ""
}

func (o *graphOptions) run(ctx context.Context, e *Env, s *snapshot.Snapshot) error {
	set, err := o.set(s)
	if err != nil {
		return explainIn(s, err)
	}
	e.Progress.Tell(mem.StageChains, 0, 0)
	id, err := typical(ctx, s, set)
	if err != nil {
		return err
	}
	ahead := engineFor(ctx, nil, formatOf(o.out))
	defer ahead.Close()
	view := o.view
	about := report.AboutOf(s)
	view.Command, view.About = e.Line, &about
	if len(set) > 1 {
		view.Notes = append(view.Notes, oneOf(s, id, o.typ, len(set)))
	}
	pic, err := report.NewPicture(ctx, s, id, view)
	if err != nil {
		return err
	}
	if o.out != "" {
		e.Progress.Tell(mem.StageDraw, 0, 1)
		if err := e.drawTo(ctx, o.out, pic, &view, ahead); err != nil {
			return err
		}
	}
	return e.print(&report.Graph{About: about, Type: s.TypeName(id), Addr: s.Addr(id),
		Objects: len(set), Picture: pic, File: o.out})
}

func oneOf(s *snapshot.Snapshot, id mem.ObjID, typ string, n int) string {
	return fmt.Sprintf("%v stands for %d objects of %s: it is held as most of them are", s.Addr(id), n, typ)
}

// drawTo writes a picture in the format that the path's name asks for.
func (e *Env) drawTo(ctx context.Context, path string, pic *layouts.Picture, view *report.PictureOptions, ahead *layouts.Engine) error {
	data, err := render(ctx, pic, formatOf(path), view, ahead)
	if err != nil {
		return fmt.Errorf("%s: %w; a name that ends in .dot always works", path, err)
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
