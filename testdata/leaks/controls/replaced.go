package controls

import (
	"fmt"
	"strings"

	"planted/drive"
	"planted/shop"
)

// config is a tree that is read again as a whole.
type config struct {
	version  int
	sections []*section
}

type section struct {
	name    string
	options map[string]*option
}

type option struct{ value string }

var settings *config

func readConfig(env *drive.Env, version int) *config {
	c := &config{version: version}
	for i := range 3 + env.Rand.Intn(4) {
		s := &section{fmt.Sprintf("section %d", i), map[string]*option{}}
		for j := range 4 + env.Rand.Intn(9) {
			s.options[fmt.Sprintf("option %d.%d", i, j)] = &option{fmt.Sprintf("value of version %d", version)}
		}
		c.sections = append(c.sections, s)
	}
	return c
}

func newReload(env *drive.Env) func(int) {
	settings = readConfig(env, 0)
	return func(job int) {
		if job%3 == 0 {
			settings = readConfig(env, job)
		}
	}
}

// session ends some jobs after it began.
type session struct {
	token string
	ends  int
	cart  []*shop.Line
}

const sessionJobs = 10

var sessions = map[string]*session{}

func newSessions(env *drive.Env) func(int) {
	login := func(job, i int) {
		s := &session{fmt.Sprintf("token %d of job %d", i, job), job + sessionJobs, env.Shop.Take(job).Lines}
		sessions[s.token] = s
	}
	work := func(job int) {
		for i := range 2 + env.Rand.Intn(7) {
			login(job, i)
		}
		for token, s := range sessions {
			if s.ends <= job {
				delete(sessions, token)
			}
		}
	}
	for job := -2 * sessionJobs; job < 1; job++ {
		work(job)
	}
	return work
}

// row waits to be written with others.
type row struct {
	id    string
	order *shop.Order
}

var batch []*row

func newBatch(env *drive.Env) func(int) {
	return func(job int) {
		for i := range 4 {
			batch = append(batch, &row{fmt.Sprintf("row %d of job %d", i, job), env.Shop.Take(job)})
		}
		if job%3 == 0 {
			batch = nil
		}
	}
}

// segment is a part of a log.
type segment struct {
	name  string
	lines []string
}

// logs are the last segments, the one that is written to last.
type logs struct{ segments []*segment }

const (
	keptSegments    = 4
	linesPerSegment = 25
)

func (l *logs) print(line string) {
	last := l.segments[len(l.segments)-1]
	if len(last.lines) == linesPerSegment {
		last = &segment{name: line}
		l.segments = append(l.segments, last)
		if len(l.segments) > keptSegments {
			l.segments = append([]*segment(nil), l.segments[1:]...)
		}
	}
	last.lines = append(last.lines, line)
}

var log = &logs{[]*segment{{name: "first"}}}

func newLogs(env *drive.Env) func(int) {
	for i := range keptSegments * linesPerSegment {
		log.print(fmt.Sprintf("line %d of the start", i))
	}
	return func(job int) {
		for i := range 5 + env.Rand.Intn(10) {
			log.print(fmt.Sprintf("line %d of job %d %s", i, job, strings.Repeat(".", 20)))
		}
	}
}

// part is made when it is needed first.
type part struct {
	name  string
	table map[int]string
}

var parts [5]*part

func newLazy(env *drive.Env) func(int) {
	need := func(i int) {
		if parts[i] == nil {
			parts[i] = &part{fmt.Sprintf("part %d", i), map[int]string{i: strings.Repeat("x", 20+i)}}
		}
	}
	return func(job int) {
		for i := range parts {
			if job*20 >= env.Jobs*(i*i+1) {
				need(i)
			}
		}
	}
}
