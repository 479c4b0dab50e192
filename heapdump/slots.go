package heapdump

// The fields of each record in file order. Names are those of the text form
// and of FormatError.Field.

func (o *Object) slots() []slot {
	return []slot{{"addr", &o.Addr}, {"contents", contents{&o.Size, &o.Contents}}, {"fields", &o.Fields}}
}

func (o *OtherRoot) slots() []slot {
	return []slot{{"description", &o.Description}, {"to", &o.To}}
}

func (t *Type) slots() []slot {
	return []slot{{"addr", &t.Addr}, {"size", &t.Size}, {"name", &t.Name}, {"indirect", &t.Indirect}}
}

func (g *Goroutine) slots() []slot {
	return []slot{
		{"addr", &g.Addr}, {"sp", &g.SP}, {"id", &g.ID}, {"createdAt", &g.CreatedAt}, {"status", &g.Status},
		{"system", &g.System}, {"background", &g.Background}, {"waitSince", &g.WaitSince},
		{"waitReason", &g.WaitReason}, {"context", &g.Context}, {"m", &g.M}, {"defer", &g.Defer}, {"panic", &g.Panic},
	}
}

func (f *Frame) slots() []slot {
	return []slot{
		{"sp", &f.SP}, {"depth", &f.Depth}, {"childSP", &f.ChildSP}, {"contents", &f.Contents},
		{"entry", &f.Entry}, {"pc", &f.PC}, {"contPC", &f.ContPC}, {"func", &f.Func}, {"fields", &f.Fields},
	}
}

func (p *Params) slots() []slot {
	return []slot{
		{"bigEndian", &p.BigEndian}, {"ptrSize", &p.PtrSize}, {"heapStart", &p.HeapStart}, {"heapEnd", &p.HeapEnd},
		{"arch", &p.Arch}, {"goVersion", &p.GoVersion}, {"ncpu", &p.NCPU},
	}
}

func (f *Finalizer) slots() []slot {
	return []slot{
		{"object", &f.Object}, {"func", &f.Func}, {"entry", &f.Entry},
		{"argType", &f.ArgType}, {"objectType", &f.ObjectType},
	}
}

func (i *Itab) slots() []slot { return []slot{{"addr", &i.Addr}, {"type", &i.Type}} }

func (t *OSThread) slots() []slot {
	return []slot{{"addr", &t.Addr}, {"id", &t.ID}, {"osID", &t.OSID}}
}

func (m *MemStats) slots() []slot {
	return []slot{
		{"alloc", &m.Alloc}, {"totalAlloc", &m.TotalAlloc}, {"sys", &m.Sys}, {"lookups", &m.Lookups},
		{"mallocs", &m.Mallocs}, {"frees", &m.Frees}, {"heapAlloc", &m.HeapAlloc}, {"heapSys", &m.HeapSys},
		{"heapIdle", &m.HeapIdle}, {"heapInuse", &m.HeapInuse}, {"heapReleased", &m.HeapReleased},
		{"heapObjects", &m.HeapObjects}, {"stackInuse", &m.StackInuse}, {"stackSys", &m.StackSys},
		{"mSpanInuse", &m.MSpanInuse}, {"mSpanSys", &m.MSpanSys}, {"mCacheInuse", &m.MCacheInuse},
		{"mCacheSys", &m.MCacheSys}, {"buckHashSys", &m.BuckHashSys}, {"gcSys", &m.GCSys},
		{"otherSys", &m.OtherSys}, {"nextGC", &m.NextGC}, {"lastGC", &m.LastGC},
		{"pauseTotalNs", &m.PauseTotalNs}, {"pauseNs", &m.PauseNs}, {"numGC", &m.NumGC},
	}
}

func (s *Segment) slots() []slot {
	return []slot{{"addr", &s.Addr}, {"contents", &s.Contents}, {"fields", &s.Fields}}
}

func (d *Defer) slots() []slot {
	return []slot{
		{"addr", &d.Addr}, {"goroutine", &d.Goroutine}, {"sp", &d.SP}, {"pc", &d.PC},
		{"func", &d.Func}, {"entry", &d.Entry}, {"link", &d.Link},
	}
}

func (p *Panic) slots() []slot {
	return []slot{
		{"addr", &p.Addr}, {"goroutine", &p.Goroutine}, {"argType", &p.ArgType},
		{"arg", &p.Arg}, {"defer", &p.Defer}, {"link", &p.Link},
	}
}

func (b *ProfileBucket) slots() []slot {
	return []slot{{"id", &b.ID}, {"size", &b.Size}, {"stack", &b.Stack}, {"allocs", &b.Allocs}, {"frees", &b.Frees}}
}

func (a *AllocSample) slots() []slot { return []slot{{"object", &a.Object}, {"bucket", &a.Bucket}} }

func (*EOF) slots() []slot { return nil }
