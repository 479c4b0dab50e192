package session

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/objgraph/objgraph/report"
)

// gates are what a pipeline asks of the answer.
type gates struct {
	failOnLeak bool
	over       string // --fail-over as given, "" for none
	junit      string // file

	limit uint64 // of over
}

func (g *gates) flags() []Flag {
	return []Flag{
		{Name: "fail-on-leak", Value: &g.failOnLeak, Help: "exit with 1 if something leaked (wants two dumps or more)"},
		{Name: "fail-over", Value: &g.over, Arg: "SIZE", Help: "exit with 1 if what leaked retains more than this: 500kB, 10MB, 1GiB"},
		{Name: "junit", Value: &g.junit, Arg: "FILE", Help: "write the answer as a JUnit report, with a test for each gate"},
	}
}

func (g *gates) check(dumps int) (err error) {
	const alone = "one dump shows no growth; give two or more of one process"
	switch {
	case g.failOnLeak && dumps == 1:
		return usage("--fail-on-leak: %s", alone)
	case g.over == "":
		return nil
	case dumps == 1:
		return usage("--fail-over: %s", alone)
	}
	g.limit, err = parseSize(g.over)
	if err != nil {
		return usage("--fail-over %s: want a size: 500000, 500kB, 10MB, 1GiB", g.over)
	}
	return nil
}

// close holds the answer against the gates, and writes the report of them.
func (g *gates) close(ctx context.Context, e *Env, a *report.Leaks, given int) error {
	gates := g.gates(a)
	if g.junit != "" {
		data, err := a.JUnit(gates)
		if err != nil {
			return err
		}
		if err := e.Files.write(ctx, g.junit, data); err != nil {
			return err
		}
	}
	if err := g.answerable(a, given); err != nil {
		return err
	}
	for _, gate := range gates {
		if gate.Failed && gate.Asked {
			return &GateError{gate.Says}
		}
	}
	return nil
}

// answerable refuses a gate where the dumps that could be compared show no growth:
// nothing found in them means nothing.
func (g *gates) answerable(a *report.Leaks, given int) error {
	if !a.Single || !g.failOnLeak && g.over == "" {
		return nil
	}
	return fmt.Errorf("only one of the %d dumps could be compared, which shows no growth, so no gate was decided; give two whole dumps or more", given)
}

// gates are those that were asked for; without any, whether something leaked.
func (g *gates) gates(a *report.Leaks) (out []report.Gate) {
	if g.failOnLeak || g.over == "" {
		out = append(out, report.Gate{Name: "nothing leaked", Asked: g.failOnLeak, Failed: a.Found(),
			Says: "a leak was found, and --fail-on-leak was given"})
	}
	if g.over != "" {
		out = append(out, report.Gate{Name: "what leaked retains at most " + g.over, Asked: true, Failed: a.Found() && a.Retained > g.limit,
			Says: fmt.Sprintf("what leaked retains %s, more than --fail-over %s", report.Bytes(a.Retained), g.over)})
	}
	return out
}

// sizeUnits are the units of parseSize by their first letter, with and without
// an i.
const sizeUnits = "kMGT"

// parseSize reads a number of bytes: "500000", "10MB", "1.5 GiB". Units are
// decimal but for KiB, MiB, GiB and TiB.
func parseSize(text string) (uint64, error) {
	digits := strings.TrimRight(text, "kKMGTiB ")
	unit := strings.TrimSuffix(strings.TrimSpace(text[len(digits):]), "B")
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return 0, err
	}
	base := 1000.0
	if word, ok := strings.CutSuffix(unit, "i"); ok && word != "" {
		base, unit = 1024, word
	}
	if unit != "" {
		at := strings.Index(sizeUnits, strings.Replace(unit, "K", "k", 1))
		if at < 0 || len(unit) != 1 {
			return 0, fmt.Errorf("unknown unit %s", unit)
		}
		n *= math.Pow(base, float64(at+1))
	}
	if !(n >= 0 && n < 1<<63) {
		return 0, fmt.Errorf("%s is no number of bytes", text)
	}
	return uint64(n), nil
}
