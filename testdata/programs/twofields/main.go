// Twofields holds one Target by two fields of one Holder, and another by two
// elements of one array: two edges to one object, each with a name of its own.
//
// usage: twofields -dump FILE; the truth is printed as package truth says:
// 1 main.Holder at global main.holder, whose .Primary and .Backup both lead to
// 1 main.Target, and 1 main.Shelf at global main.shelf, whose .Slots[1] and
// .Slots[3] both lead to 1 main.Box.
package main

import (
	"flag"
	"os"

	"programs/truth"
)

type Holder struct {
	Name    string
	Primary *Target
	Backup  *Target
}

type Target struct{ A, B, C int }

type Shelf struct {
	Slots [4]*Box
}

type Box struct{ A, B, C int }

var (
	holder *Holder
	shelf  *Shelf
)

func main() {
	dump := flag.String("dump", "twofields.dump", "write the heap dump to this `file`")
	flag.Parse()
	a := truth.New()
	t := truth.Of(a, &Target{A: 1})
	holder = truth.Of(a, &Holder{Name: "two fields", Primary: t, Backup: t})
	b := truth.Of(a, &Box{A: 1})
	shelf = truth.Of(a, &Shelf{Slots: [4]*Box{1: b, 3: b}})
	truth.Exit(a.DumpTo(os.Stdout, *dump))
}
