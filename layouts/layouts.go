// Package layouts draws pictures of who holds what: holders above, the held
// object below, an arrow with a label for every reference. It takes a Picture,
// which is boxes and arrows and words, and gives DOT, SVG or PNG. It knows
// nothing of heaps; what a box stands for, and which boxes there are, is the
// caller's choice.
//
// DOT is plain text and always works. SVG and PNG are laid out by Graphviz in
// a child process (see Draw) and painted here, both from the same places and
// with the same measured texts: the Go fonts, which are embedded, for Latin,
// Greek and Cyrillic, and for other scripts a font that the caller names or
// the system has. A character that no font has is shown as its escape, such as
// \u{4e2d}; tooltips have every text in full and unescaped.
//
// The same picture gives the same bytes, on one machine: which fonts there are
// decides about other scripts.
//
// Memory and start-up: a program that imports this package links Graphviz as
// WebAssembly (9 MB). Its commands start as fast as without it, other programs
// 20 to 50 ms later; see package internal/early.
package layouts

import (
	"bytes"
	"context"
)

// SVG draws p as SVG: Draw and Drawing.SVG in one.
func SVG(ctx context.Context, p *Picture, opts Options) ([]byte, error) {
	d, err := Draw(ctx, p, opts)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.SVG(), nil
}

// PNG draws p as PNG: Draw and Drawing.PNG in one.
func PNG(ctx context.Context, p *Picture, opts Options) ([]byte, error) {
	d, err := Draw(ctx, p, opts)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	var b bytes.Buffer
	if err := d.PNG(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
