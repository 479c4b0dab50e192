package program

import "debug/dwarf"

// abbrev is the shape of a DIE: its tag and its attributes, in order.
type abbrev struct {
	tag      dwarf.Tag
	children bool
	attrs    []attrSpec
}

type attrSpec struct {
	attr     dwarf.Attr
	form     uint16
	implicit int64
}

// abbrevTable holds abbreviations by code. Go numbers them from 1 without
// gaps; other producers may not, and go to sparse.
type abbrevTable struct {
	dense  []abbrev // by code - 1
	sparse map[uint64]*abbrev
}

func (t *abbrevTable) get(code uint64) *abbrev {
	if code-1 < uint64(len(t.dense)) {
		return &t.dense[code-1]
	}
	return t.sparse[code]
}

// abbrevTables are those of .debug_abbrev, by offset, read when first asked for.
// Used by one goroutine.
type abbrevTables struct {
	section []byte
	byOff   map[uint64]*abbrevTable
}

// at is the table at an offset, nil if it is damaged.
func (ts *abbrevTables) at(off uint64) *abbrevTable {
	t, seen := ts.byOff[off]
	if !seen {
		if ts.byOff == nil {
			ts.byOff = map[uint64]*abbrevTable{}
		}
		t = parseAbbrevs(ts.section, off)
		ts.byOff[off] = t
	}
	return t
}

// parseAbbrevs reads the table at an offset of .debug_abbrev; nil if damaged.
func parseAbbrevs(sec []byte, off uint64) *abbrevTable {
	if off > uint64(len(sec)) {
		return nil
	}
	c := cursor{buf: sec, off: int(off)}
	t := &abbrevTable{}
	for code := c.uleb(); code != 0; code = c.uleb() {
		a := parseAbbrev(&c)
		if c.bad {
			return nil
		}
		if code == uint64(len(t.dense))+1 {
			t.dense = append(t.dense, a)
			continue
		}
		if t.sparse == nil {
			t.sparse = map[uint64]*abbrev{}
		}
		t.sparse[code] = &a
	}
	if c.bad {
		return nil
	}
	return t
}

func parseAbbrev(c *cursor) (a abbrev) {
	a.tag, a.children = dwarf.Tag(c.uleb()), c.u8() != 0
	for !c.bad {
		s := attrSpec{attr: dwarf.Attr(c.uleb()), form: uint16(min(c.uleb(), 0xffff))}
		if s.form == formImplicitConst {
			s.implicit = c.sleb()
		}
		if s.attr == 0 && s.form == 0 {
			return a
		}
		a.attrs = append(a.attrs, s)
	}
	return a
}
