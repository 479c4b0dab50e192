package typefilter

// Noise says why a type is put aside while another one leaked.
type Noise uint8

// The kinds of noise. The kind decides when a type may be picked after all.
const (
	NotNoise  Noise = iota
	Internals       // never but on steady growth: libraries keep pools and caches
	Parts           // only if the user's code holds them: they belong to something else
	Opaque          // alone, as nothing better is known
	Tracing         // never, and listed nowhere: it is there because somebody looks
)

// Rule is one row of the table of noise. A type is noise by the first rule
// that has its origin or one of whose patterns selects it.
type Rule struct {
	Name     string   // in the reason that people read
	Noise    Noise    // NotNoise: exempt from the rules below
	Origins  []Origin // any of these
	Patterns []string // or any of these, see Parse
}

// DefaultRules is the table to begin with. Put rules of your own before it.
func DefaultRules() []Rule {
	return []Rule{
		// Package jobtrace in a worker: the dumps are its doing.
		{Name: "the tracer", Noise: Tracing, Patterns: []string{"pkg:" + tracerPath + "/..."}},
		// The scheduler, the allocator's records, maps' tables without a type, select cases:
		// heaps of timers: they follow the program's load.
		{Name: "runtime", Noise: Internals, Origins: []Origin{Runtime}, Patterns: []string{"[]runtime.*", "[]*runtime.*"}},
		// The compiler's stand-ins for type arguments name no real type.
		{Name: "compiler's shape", Noise: Internals, Patterns: []string{"go.shape.*", "noalg.*"}},
		// Connections, timers, contexts, buffers: the user's type that holds them says more.
		{Name: "standard library", Noise: Internals, Origins: []Origin{StandardLibrary}},
		// Backing arrays, maps, channels, pointers, unnamed structs: parts of what owns them.
		{Name: "builtin container", Noise: Parts, Origins: []Origin{Container}},
		// The bytes of everything; there are always more of them than of their owner.
		{Name: "byte and string storage", Noise: Parts, Origins: []Origin{Storage}},
		// Objects whose type nothing tells.
		{Name: "unknown type", Noise: Opaque, Origins: []Origin{Unknown}},
	}
}

// Rules is a table that is ready for use. A nil table has no noise.
type Rules struct {
	rules    []Rule
	patterns [][]*Pattern // by rule
}

// NewRules reads the patterns of a table. Errors match ErrPattern.
func NewRules(table []Rule) (*Rules, error) {
	r := &Rules{rules: table, patterns: make([][]*Pattern, len(table))}
	for i, rule := range table {
		for _, text := range rule.Patterns {
			p, err := Parse(text)
			if err != nil {
				return nil, err
			}
			r.patterns[i] = append(r.patterns[i], p)
		}
	}
	return r, nil
}

// Of is the rule for a type; ok is false if it is no noise.
func (r *Rules) Of(name, full string, o Origin) (rule Rule, ok bool) {
	if r == nil {
		return Rule{}, false
	}
	for i, rule := range r.rules {
		if r.applies(i, name, full, o) {
			return rule, rule.Noise != NotNoise
		}
	}
	return Rule{}, false
}

func (r *Rules) applies(i int, name, full string, o Origin) bool {
	for _, origin := range r.rules[i].Origins {
		if origin == o {
			return true
		}
	}
	for _, p := range r.patterns[i] {
		if p.Match(name, full) {
			return true
		}
	}
	return false
}
