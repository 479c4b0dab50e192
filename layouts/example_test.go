package layouts_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/objgraph/objgraph/layouts"
)

func ExampleDOT() {
	p := &layouts.Picture{
		Title: "Who holds main.Job",
		Nodes: []layouts.Node{
			{Role: layouts.Target, Lines: []string{"main.Job"}},
			{Role: layouts.Root, Lines: []string{"global main.jobs"}},
		},
		Edges:    []layouts.Edge{{From: 1, To: 0, Label: "[3]"}},
		NoLegend: true,
	}
	fmt.Printf("%s", layouts.DOT(p))
	// Output:
	// digraph objgraph {
	// 	graph [rankdir=TB, bgcolor="#ffffff", fontcolor="#1f2328", fontname="Go,Helvetica,Arial,sans-serif", fontsize=11, labelloc=t, labeljust=l, label="Who holds main.Job\l"];
	// 	node [shape=box, style=filled, fontname="Go,Helvetica,Arial,sans-serif", fontsize=11];
	// 	edge [fontname="Go,Helvetica,Arial,sans-serif", fontsize=10, color="#57606a", fontcolor="#1f2328"];
	// 	n0 [label="main.Job", tooltip="main.Job", style="filled,rounded", fillcolor="#d55e00", color="#8a3c00", fontcolor="#000000"];
	// 	n1 [label="global main.jobs", tooltip="global main.jobs", style="filled,rounded", fillcolor="#009e73", color="#00563f", fontcolor="#000000"];
	// 	n1 -> n0 [label="[3]", tooltip="[3]", labeltooltip="[3]"];
	// }
}

// One layout serves both formats.
func ExampleDraw() {
	p := &layouts.Picture{
		Nodes: []layouts.Node{
			{Role: layouts.Target, Lines: []string{"main.Job", "48 B"}},
			{Role: layouts.Holder, Depth: 1, Lines: []string{"[]*main.Job"}},
		},
		Edges: []layouts.Edge{{From: 1, To: 0, Label: "[3]"}},
	}
	d, err := layouts.Draw(context.Background(), p, layouts.Options{Scale: 3})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer d.Close()
	var png bytes.Buffer
	if err := d.PNG(&png); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(bytes.HasPrefix(d.SVG(), []byte("<?xml")), bytes.HasPrefix(png.Bytes(), []byte("\x89PNG")))
	// Output: true true
}
