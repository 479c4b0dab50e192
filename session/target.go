package session

import (
	"context"
	"strconv"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typefilter"
)

// target is what --type and --addr name.
type target struct {
	typ, addr string
}

func (t *target) flags() []Flag {
	return []Flag{
		{Name: "type", Value: &t.typ, Arg: "NAME", Help: "objects of this type: main.Job, a glob (main.*), pkg:PATH or /regexp/"},
		{Name: "addr", Value: &t.addr, Arg: "0xADDR", Help: "the one object at this address, or around it"},
	}
}

// check refuses what names no objects, before a dump is read.
func (t *target) check() error {
	switch {
	case t.typ == "" && t.addr == "":
		return usage("say which objects: --type NAME or --addr 0xADDR (objgraph types lists types)")
	case t.typ != "" && t.addr != "":
		return usage("--type and --addr exclude each other")
	case t.addr != "":
		_, err := parseAddr(t.addr)
		return err
	}
	_, err := typefilter.Parse(t.typ)
	return err
}

func parseAddr(text string) (mem.Addr, error) {
	a, err := strconv.ParseUint(strings.TrimPrefix(strings.ToLower(text), "0x"), 16, 64)
	if err != nil {
		return 0, usage("--addr %s: want a hexadecimal address such as 0xc000012345", text)
	}
	return mem.Addr(a), nil
}

// set are the objects that are meant, one or more. check has passed.
func (t *target) set(s *snapshot.Snapshot) ([]mem.ObjID, error) {
	if t.typ != "" {
		return census.SelectType(s, t.typ)
	}
	a, err := parseAddr(t.addr)
	if err != nil {
		return nil, err
	}
	id, err := census.SelectAddr(s, a)
	if err != nil {
		return nil, err
	}
	return []mem.ObjID{id}, nil
}

// typical is the object of a set that stands for it: the first of those that
// are held in the most frequent way.
func typical(ctx context.Context, s *snapshot.Snapshot, set []mem.ObjID) (mem.ObjID, error) {
	if len(set) == 1 {
		return set[0], nil
	}
	chains, _, _, err := census.Chains(ctx, s, set, census.ChainOptions{Max: 1})
	if err != nil || len(chains) == 0 {
		return set[0], err
	}
	steps := chains[0].Steps
	return steps[len(steps)-1].ID, nil
}
