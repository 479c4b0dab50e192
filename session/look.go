package session

import (
	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typefilter"
)

// look are the flags of a picture's colours and of what it leaves out.
type look struct {
	theme                string
	stopAt, only, ignore []string
}

func (l *look) flags() []Flag {
	return append(l.themeFlags(),
		Flag{Name: "stop-at", Value: &l.stopAt, Arg: "TYPE", Help: "do not look beyond objects of this type, or glob (repeatable)"},
		Flag{Name: "only", Value: &l.only, Arg: "TYPE", Help: "show objects of this type, or glob, and pass through others (repeatable)"},
		Flag{Name: "ignore", Value: &l.ignore, Arg: "TYPE.field", Help: "draw as if this field, or this global variable, held nothing (repeatable)"})
}

func (l *look) themeFlags() []Flag {
	l.theme = layouts.Light.String()
	return []Flag{{Name: "theme", Value: &l.theme, Arg: "NAME", Help: "colours: light, dark, print (black and white), or auto: SVG that is as light or dark as the viewer likes"}}
}

// check reads what needs no dump into view.
func (l *look) check(view *report.PictureOptions) (err error) {
	if view.Theme, err = layouts.ParseTheme(l.theme); err != nil {
		return usage("--theme: %v", err)
	}
	if view.Filter.StopAt, err = patterns("stop-at", l.stopAt); err != nil {
		return err
	}
	view.Filter.Only, err = patterns("only", l.only)
	return err
}

func patterns(flag string, given []string) (out []*typefilter.Pattern, err error) {
	for _, text := range given {
		p, err := typefilter.Parse(text)
		if err != nil {
			return nil, usage("--%s: %v", flag, err)
		}
		out = append(out, p)
	}
	return out, nil
}

// filter reads what needs one: names of fields and variables.
func (l *look) filter(s *snapshot.Snapshot, f *report.Filter) (err error) {
	f.Ignore, err = parseIgnores(s, l.ignore)
	return err
}
