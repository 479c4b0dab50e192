package session

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/objgraph/objgraph/htmlreport"
	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/report"
)

// draw writes the pictures of the picked type. The answer is worth more than they are:
// what cannot be written is a warning.
func (o *leaksOptions) draw(ctx context.Context, e *Env, a *report.Leaks, ahead *layouts.Engine) error {
	return o.paint(ctx, e, a, ahead, report.JobOf(a.Dumps[len(a.Dumps)-1]), func(name string, data []byte) (string, error) {
		path := filepath.Join(o.out, name)
		err := makeDir(o.out)
		if err == nil {
			err = e.Files.write(ctx, path, data)
		}
		switch {
		case err == nil:
			return path, nil
		case ctx.Err() != nil:
			return "", ctx.Err()
		}
		a.Warnings = append(a.Warnings, fmt.Sprintf("no picture: %v", err))
		return "", nil
	})
}

// putPicture puts a picture where it belongs, and gives its path, "" for none.
type putPicture func(name string, data []byte) (path string, err error)

// paint makes the pictures of the picked type: of one of its leaked objects, and of
// all of them where there are several.
func (o *leaksOptions) paint(ctx context.Context, e *Env, a *report.Leaks, ahead *layouts.Engine, job string, put putPicture) error {
	id, ok := a.Target()
	if !ok {
		return nil
	}
	if slices.Contains(o.styles, "one") {
		view := o.viewOf(e, a)
		view.View = report.Both
		view.Title, view.Notes = a.Caption()
		view.Way = a.Way()
		pic, err := report.NewPicture(ctx, a.Last, id, view)
		if err != nil {
			return err
		}
		if err := o.drawAs(ctx, e, a, report.PictureName(a.Picked.Name, job), pic, &view, ahead, put); err != nil {
			return err
		}
	}
	if !slices.Contains(o.styles, "merged") || len(a.Objects) < 2 && len(o.styles) > 1 {
		return nil
	}
	view := o.viewOf(e, a)
	pic, err := mergedPicture(ctx, a, view)
	if err != nil {
		return err
	}
	return o.drawAs(ctx, e, a, report.MergedName(a.Picked.Name, job), pic, &view, ahead, put)
}

// viewOf are the options of a picture of the answer.
func (o *leaksOptions) viewOf(e *Env, a *report.Leaks) report.PictureOptions {
	view := o.view
	view.Command, view.About = shortLine(e.Line, a.Dumps), &a.About
	return view
}

func mergedPicture(ctx context.Context, a *report.Leaks, view report.PictureOptions) (*layouts.Picture, error) {
	view.Title, view.Notes = a.MergedCaption()
	return report.NewMerged(ctx, a.Last, a.Objects, view)
}

// drawAs makes a picture in every format and has it put. Where the layout fails, the
// answer goes without that picture but with DOT.
func (o *leaksOptions) drawAs(ctx context.Context, e *Env, a *report.Leaks, name string, pic *layouts.Picture, view *report.PictureOptions, ahead *layouts.Engine, put putPicture) error {
	var done []string
	for i, format := range o.formats {
		e.Progress.Tell(mem.StageDraw, int64(i), int64(len(o.formats)))
		data, err := render(ctx, pic, format, view, ahead)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			a.Warnings = append(a.Warnings, fmt.Sprintf("%s.%s could not be drawn: %v; %s.dot was written instead", name, format, err, name))
			data, format = layouts.DOT(pic), "dot"
		}
		if slices.Contains(done, format) {
			continue
		}
		done = append(done, format)
		path, err := put(name+extOf(format), data)
		if err != nil {
			return err
		}
		if path != "" {
			a.Pictures = append(a.Pictures, path)
		}
	}
	return nil
}

// chains is how many are looked for: a report shows more than text.
func (o *leaksOptions) chains(e *Env) int {
	n := e.limit(3, 100)
	if o.report != "" && n > 0 {
		n = max(n, report.PageWays)
	}
	return n
}

// pageNodes is how many boxes a picture in a page may have.
const pageNodes = 120

// writeReport writes the page that --report asks for. A picture that fails takes
// nothing but itself from it.
func (o *leaksOptions) writeReport(ctx context.Context, e *Env, a *report.Leaks) error {
	if o.report == "" {
		return nil
	}
	var svg []byte
	if len(a.Objects) > 0 {
		view := o.viewOf(e, a)
		view.MaxNodes, view.Theme = min(view.MaxNodes, pageNodes), layouts.Auto
		view.Command = "" // the page says it
		pic, err := mergedPicture(ctx, a, view)
		if err != nil {
			return err
		}
		d, err := layouts.Draw(ctx, pic, layouts.Options{FontFile: view.Font})
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			a.Warnings = append(a.Warnings, fmt.Sprintf("the picture in %s could not be drawn: %v", o.report, err))
		default:
			svg = d.Inline()
			d.Close()
		}
	}
	data, err := htmlreport.Write(a.Page(shortLine(e.Line, a.Dumps)), svg)
	if err != nil {
		return err
	}
	a.File = o.report
	return e.Files.write(ctx, o.report, data)
}
