package layouts

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/objgraph/objgraph/layouts/internal/engine"
	"github.com/objgraph/objgraph/layouts/internal/glyphs"
)

// Options say how a picture is drawn. The zero value gives the defaults.
type Options struct {
	// Scale is how many pixels of a PNG one point of the layout takes: 2 by
	// default, less where MaxPixels asks for it.
	Scale float64
	// MaxPixels bounds the size of a PNG: 24 million by default.
	MaxPixels int
	// MaxNodes is how many nodes a picture may have: 300 by default. Graphviz
	// takes minutes over a few thousand.
	MaxNodes int
	// Timeout bounds the time of the layout: 10 s by default.
	Timeout time.Duration
	// FontFile is a font (.ttf, .otf, .ttc) for characters that are neither
	// Latin, Greek nor Cyrillic. Others of the system are searched after it.
	FontFile string
	// Engine draws the picture, if it was started ahead.
	Engine *Engine
}

// Engine is a layout engine that is started while the picture is not known yet.
// It draws one.
type Engine struct {
	e    *engine.Engine
	used bool
}

// StartEngine starts an engine for Options.Engine, with the limits of opts. Close
// ends it, whether it was used or not.
func StartEngine(ctx context.Context, opts Options) *Engine {
	return &Engine{e: engine.Start(ctx, opts.withDefaults().Timeout)}
}

// Close ends the engine if it has drawn nothing. A nil Engine has nothing to end.
func (e *Engine) Close() {
	if e != nil && !e.used {
		e.used = true
		e.e.Stop()
	}
}

// engine is the one that was started ahead, once, and then others.
func (o *Options) engine(ctx context.Context) *engine.Engine {
	if o.Engine != nil && !o.Engine.used {
		o.Engine.used = true
		return o.Engine.e
	}
	return engine.Start(ctx, o.Timeout)
}

func (o Options) withDefaults() Options {
	if o.Scale <= 0 {
		o.Scale = 2
	}
	if o.MaxPixels <= 0 {
		o.MaxPixels = 24_000_000
	}
	if o.MaxNodes <= 0 {
		o.MaxNodes = 300
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	return o
}

// Drawing is a picture that has been laid out. It belongs to one goroutine;
// Close releases the fonts.
type Drawing struct {
	page  *page
	fonts *glyphs.Fonts
	opts  Options
}

// Draw lays out p once, for SVG and PNG. A picture whose layout takes too long
// is drawn in part, what is nearest to the target, with a note that says so.
//
// It starts a child process, which is killed when ctx ends or the time is up.
// The child is this same program: its package inits run, its main does not.
// Errors are ErrPicture, ErrTooMany, ErrTimeout, ErrEngine, ctx's, and that of
// Options.FontFile.
func Draw(ctx context.Context, p *Picture, opts Options) (*Drawing, error) {
	opts = opts.withDefaults()
	if err := p.check(opts.MaxNodes); err != nil {
		return nil, err
	}
	fonts, err := glyphs.Open(opts.FontFile)
	if err != nil {
		return nil, fmt.Errorf("layouts: %w", err)
	}
	plan, err := arrangeInTime(ctx, p, fonts, &opts)
	if err != nil {
		fonts.Close()
		return nil, err
	}
	return &Drawing{page: newPage(plan, fonts), fonts: fonts, opts: opts}, nil
}

// CheckFont reports what keeps a file from being Options.FontFile.
func CheckFont(file string) error {
	fonts, err := glyphs.Open(file)
	if err == nil {
		fonts.Close()
	}
	return err
}

// Close releases the font files that the drawing opened.
func (d *Drawing) Close() { d.fonts.Close() }

// SVG writes the drawing as one self-contained SVG file of at most 10 MB.
func (d *Drawing) SVG() []byte { return append([]byte(svgHead), d.Inline()...) }

// Inline is SVG for a page of HTML, in which it stands among other parts: it
// scales, and its anchors and styles are its own as long as there is one.
func (d *Drawing) Inline() []byte {
	for maxTip := maxTooltip; ; maxTip /= 4 {
		c := newSVG(d.page.w, d.page.h, d.page.plan.picture)
		c.maxTip = maxTip
		d.page.paint(c)
		if c.b.Len() <= maxBytes || maxTip == 0 {
			return c.bytes()
		}
	}
}

// PNG writes the drawing as a PNG to w.
func (d *Drawing) PNG(w io.Writer) error {
	c, err := newPNG(d.page.w, d.page.h, d.opts, d.fonts)
	if err != nil {
		return err
	}
	d.page.paint(c)
	return c.encode(w)
}
