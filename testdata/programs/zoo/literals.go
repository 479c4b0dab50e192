package main

import "programs/truth"

// Composite literals: what package variables are initialised with lies in data
// and bss, under symbols that are no variables.
var (
	config       = &Config{name: "literal", inner: &ConfigInner{n: 1}, list: []*ConfigItem{{n: 1}, {n: 2}}}
	routes       = []Route{{path: "/", handler: &Handler{n: 1}}, {path: "/x", handler: &Handler{n: 2}}}
	registry     = &[2]*Registered{{n: 1}, {n: 2}}
	asAny    any = &AsAny{n: 1}
	empty        = new(Emptied)
)

// Config and its parts lie in data; each holds objects of the heap: one
// InConfig, 2 InConfigInner, 3 InConfigItem.
type Config struct {
	name  string
	inner *ConfigInner
	list  []*ConfigItem
	held  *InConfig
}

type ConfigInner struct {
	n    int
	held []*InConfigInner
}

type ConfigItem struct {
	n    int
	held map[int]*InConfigItem
}

type InConfig struct{ a, b, c int }

type InConfigInner struct{ a, b, c int }

type InConfigItem struct{ a, b, c int }

// Route: handlers hold an InHandler each: 2.
type Route struct {
	path    string
	handler *Handler
}

type Handler struct {
	n    int
	held *InHandler
}

type InHandler struct{ a, b, c int }

// Registered: 2 with an InRegistered each.
type Registered struct {
	n    int
	held any
}

type InRegistered struct{ a, b, c int }

// AsAny and Emptied hold an InAsAny and an InEmptied.
type AsAny struct {
	n    int
	held *InAsAny
}

type InAsAny struct{ a, b, c int }

type Emptied struct{ held [3]*InEmptied }

type InEmptied struct{ a, b, c int }

func addLiterals(a *truth.Account) {
	config.held = truth.Of(a, &InConfig{})
	config.inner.held = truth.Slice(a, []*InConfigInner{truth.Of(a, &InConfigInner{}), truth.Of(a, &InConfigInner{})})
	for i := 0; i < 3; i++ {
		item := config.list[i%2]
		if item.held == nil {
			item.held = truth.SmallMap(a, map[int]*InConfigItem{9: nil})
		}
		item.held[i] = truth.Of(a, &InConfigItem{a: i})
	}
	for i := range routes {
		routes[i].handler.held = truth.Of(a, &InHandler{a: i})
		registry[i].held = truth.Of(a, &InRegistered{a: i})
	}
	asAny.(*AsAny).held = truth.Of(a, &InAsAny{})
	empty.held[1] = truth.Of(a, &InEmptied{})
}
