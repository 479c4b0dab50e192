// Fanin has one object, main.Shared, that fourteen others refer to: eleven of
// types of their own and three main.Plugin. All are held by globals.
//
// usage: fanin -dump FILE; the truth is printed as package truth says. At a
// fan-out of 10 a picture draws ten of the fourteen and a box of 4 more.
package main

import (
	"flag"
	"os"

	"programs/truth"
)

// Shared is the object that all the others hold.
type Shared struct {
	Name string
	Uses int
}

type (
	Account  struct{ Owner *Shared }
	Basket   struct{ Buyer, Seller *Shared }
	Campaign struct{ Targets []*Shared }
	Delivery struct {
		Pad [4]int
		To  *Shared
	}
	Event   struct{ Subject any }
	Feed    struct{ Readers map[string]*Shared }
	Group   struct{ Members [3]*Shared }
	History struct{ Last *Shared }
	Index   struct{ Entry struct{ Key, Value *Shared } }
	Journal struct{ Author *Shared }
	Keyring struct{ Holder func() *Shared }
	Plugin  struct{ Host *Shared }
)

var (
	account  *Account
	basket   *Basket
	campaign *Campaign
	delivery *Delivery
	event    *Event
	feed     *Feed
	group    *Group
	history  *History
	index    *Index
	journal  *Journal
	keyring  *Keyring
	plugins  []*Plugin
)

func main() {
	dump := flag.String("dump", "fanin.dump", "write the heap dump to this `file`")
	flag.Parse()
	a := truth.New()
	build(a, truth.Of(a, &Shared{Name: "shared", Uses: 14}))
	truth.Exit(a.DumpTo(os.Stdout, *dump))
}

// build makes the referrers. Campaign, Feed and Keyring hold s by an array, a
// map's group and a closure: those are its referrers there.
//
//go:noinline
func build(a *truth.Account, s *Shared) {
	account = truth.Of(a, &Account{Owner: s})
	basket = truth.Of(a, &Basket{Buyer: s})
	campaign = truth.Of(a, &Campaign{Targets: truth.Slice(a, []*Shared{s})})
	delivery = truth.Of(a, &Delivery{To: s})
	event = truth.Of(a, &Event{Subject: s})
	feed = truth.Of(a, &Feed{Readers: truth.SmallMap(a, map[string]*Shared{"first": s})})
	group = truth.Of(a, &Group{Members: [3]*Shared{2: s}})
	history = truth.Of(a, &History{Last: s})
	index = truth.Of(a, &Index{})
	index.Entry.Value = s
	journal = truth.Of(a, &Journal{Author: s})
	keyring = truth.Of(a, &Keyring{Holder: truth.Ref(a, holding(s))})
	for i := 0; i < 3; i++ {
		plugins = append(plugins, truth.Of(a, &Plugin{Host: s}))
	}
}

//go:noinline
func holding(s *Shared) func() *Shared {
	return func() *Shared { return s }
}
