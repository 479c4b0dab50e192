package report

import (
	"bytes"
	"encoding/xml"
)

// Gate is a condition that an answer has to meet.
type Gate struct {
	Name   string // what is wanted: "nothing leaked"
	Asked  bool   // it decides over the exit status
	Failed bool
	Says   string // of a gate that failed, in one line
}

type junitSuites struct {
	XMLName xml.Name   `xml:"testsuites"`
	Suite   junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitFailure `xml:"failure"`
	Skipped *junitSkipped `xml:"skipped"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",cdata"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}

// JUnit is the answer as an XML report for pipelines, with one test for each
// gate. One that failed has the verdict as its message and the whole text below
// it. Of one dump all are skipped: nothing is known of growth.
func (l *Leaks) JUnit(gates []Gate) ([]byte, error) {
	var text bytes.Buffer
	if err := l.Text(&text); err != nil {
		return nil, err
	}
	suite := junitSuite{Name: "objgraph leaks", Tests: len(gates)}
	class := "objgraph." + JobOf(l.Dumps[len(l.Dumps)-1])
	for _, g := range gates {
		c := junitCase{Class: class, Name: g.Name}
		switch {
		case l.Single:
			c.Skipped = &junitSkipped{"one dump shows no growth"}
			suite.Skipped++
		case g.Failed:
			c.Failure = &junitFailure{l.Verdict(), "leak", text.String()}
			suite.Failures++
		default:
			c.Out = l.Verdict()
		}
		suite.Cases = append(suite.Cases, c)
	}
	out, err := xml.MarshalIndent(junitSuites{Suite: suite}, "", "  ")
	return append(append([]byte(xml.Header), out...), '\n'), err
}
