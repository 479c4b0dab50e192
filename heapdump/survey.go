package heapdump

import (
	"context"
	"io"

	"github.com/objgraph/objgraph/mem"
)

// Survey is what one pass over a dump says of it. It takes the memory of one
// window and of the tables below, whatever the size of the dump.
type Survey struct {
	FileBytes   int64  // of the file on disk, packed if it is
	Read        int64  // of these: what was read, or passed over
	SizeInside  int64  // of the dump, as a packed file states it; 0 if none does
	Compression string // "gzip", "zstd" or ""
	Bytes       int64  // of the dump, unpacked: what was read, or passed over
	Params      Params
	HasParams   bool      // Params are the dump's; the first record of every whole one
	MemStats    *MemStats // nil if the dump has none, or the pass ended before

	Records       [numTags]int // by Tag; objects include the slots that are none
	Objects       int          // without span tails
	ObjectBytes   uint64       // of their slots
	SpanTailSlots int          // object records that are no objects, see TailRule
	Pointers      int          // slots for pointers in objects' field lists

	// Damage is what ended the pass early, nil if the dump is whole, or if
	// SurveyOptions.Upto ended it. FileDamage is what broke a packed stream.
	Damage, FileDamage error

	Classes []Class // by size, then those with pointers last, then by header
	Facts   SurveyFacts
}

// SurveyFacts are the records that prove which executable wrote a dump. A whole
// program has some thousands; of more than maxFacts the rest is left out.
type SurveyFacts struct {
	Types    []Type
	Itabs    []Itab
	Segments []SegmentFact
	Frames   []FrameFact // one for each function that some stack is in
}

// SegmentFact is where a segment lies.
type SegmentFact struct {
	BSS  bool
	Addr mem.Addr
	Size uint64
}

// FrameFact is a function by the address of its code.
type FrameFact struct {
	Entry mem.Addr
	Func  string
}

const maxFacts = 1 << 16

// SurveyOptions says what a survey keeps. The zero value counts only.
type SurveyOptions struct {
	Upto     int64 // stop at the first record that begins at or behind this offset; 0 for no limit
	Headers  bool  // tell Classes apart by the type in the malloc header
	Facts    bool  // keep the Facts
	Progress mem.Progress
}

// Complete reports whether all of the dump was read and nothing was wrong.
func (s *Survey) Complete() bool { return s.Damage == nil && s.FileDamage == nil }

// Count is how many records of a kind there are.
func (s *Survey) Count(t Tag) int { return s.Records[t] }

// Tags lists all tags in the order of their numbers.
func Tags() (tags []Tag) {
	for t := range numTags {
		tags = append(tags, t)
	}
	return tags
}

// Look reads a dump once from its beginning to its end, or as far as o says,
// and keeps nothing but counts: for dumps larger than the memory. Like Open it
// takes plain and packed files and "-"; nothing is mapped and nothing is
// unpacked to disk. Its error is that of a file which is no dump, or ctx's.
func Look(ctx context.Context, path string, o SurveyOptions) (*Survey, error) {
	src, err := openSource(path)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	o.Progress.Tell(mem.StageCount, 0, max(0, src.fileBytes))
	s, err := newStream(src.in, src.size, windowBytes)
	if err != nil {
		return nil, named(path, src.broken(err))
	}
	s.file = src.file
	return survey(ctx, s, src, o)
}

// surveyor is a survey under way.
type surveyor struct {
	Survey
	o     SurveyOptions
	tally classTally
	funcs map[mem.Addr]bool // that Facts has
}

func survey(ctx context.Context, s *stream, src *source, o SurveyOptions) (*Survey, error) {
	v := &surveyor{o: o, funcs: map[mem.Addr]bool{}}
	v.FileBytes, v.SizeInside, v.Compression = src.fileBytes, src.guess, src.compression
	for told := int64(-1); ; {
		if s.base != told { // another window
			told = s.base
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			o.Progress.Tell(mem.StageCount, src.read(s.offset()), max(0, src.fileBytes))
		}
		if o.Upto > 0 && s.offset() >= o.Upto {
			break
		}
		tag, err := s.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			v.Damage = err
			break
		}
		v.take(tag, s)
	}
	return v.close(s, src), nil
}

func (v *surveyor) close(s *stream, src *source) *Survey {
	v.Bytes = s.offset()
	if s.ended != nil && s.ended != io.EOF {
		v.FileDamage = src.broken(s.ended)
	}
	v.Read = src.read(v.Bytes)
	if src.fileBytes < 0 {
		v.FileBytes = v.Read
	}
	v.tally.close(&v.Survey)
	return &v.Survey
}

// take counts one record.
func (v *surveyor) take(tag Tag, s *stream) {
	v.Records[tag]++
	if tag == TagObject {
		v.object(&s.obj)
		return
	}
	switch rec := s.rec.(type) {
	case *Params:
		v.params(rec)
	case *MemStats:
		m := *rec
		v.MemStats = &m
	}
	if v.o.Facts {
		v.facts(tag, s)
	}
}

func (v *surveyor) params(p *Params) {
	if v.HasParams {
		return // the first one counts
	}
	v.Params, v.HasParams = *p, true
	if arch, err := p.MemArch(); err == nil {
		v.tally.setUp(mem.GoVersion(p.GoVersion), arch, v.o.Headers)
	}
}

func (v *surveyor) object(o *seen) {
	v.Pointers += o.pointers
	v.tally.add(o)
}

// facts keeps what helps to prove an executable.
func (v *surveyor) facts(tag Tag, s *stream) {
	f := &v.Facts
	switch rec := s.rec.(type) {
	case *Type:
		if len(f.Types) < maxFacts {
			f.Types = append(f.Types, *rec)
		}
	case *Itab:
		if len(f.Itabs) < maxFacts {
			f.Itabs = append(f.Itabs, *rec)
		}
	case *Frame:
		if !v.funcs[rec.Entry] && len(v.funcs) < maxFacts {
			v.funcs[rec.Entry] = true
			f.Frames = append(f.Frames, FrameFact{rec.Entry, rec.Func})
		}
	case *Segment:
		f.Segments = append(f.Segments, SegmentFact{rec.BSS, rec.Addr, uint64(len(rec.Contents))})
	case nil:
		if tag == TagData || tag == TagBSS {
			f.Segments = append(f.Segments, SegmentFact{tag == TagBSS, s.obj.addr, s.obj.size})
		}
	}
}
