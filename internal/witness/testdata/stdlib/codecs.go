package main

import (
	"bytes"
	"encoding/csv"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"strings"
	"time"
)

type person struct {
	XMLName xml.Name `json:"-" xml:"person"`
	Name    string
	Age     int
	Tags    []string
	Attr    map[string]any `xml:"-"`
	Kids    []*person
	When    time.Time
	Score   *float64
	Raw     json.RawMessage `xml:"-"`
}

func codecs() {
	f := 1.5
	p := &person{Name: "a", Age: 3, Tags: []string{"x", "y"}, Attr: map[string]any{"n": 1, "l": []any{1.0, "s", nil, true}, "m": map[string]any{"q": 2}}, Score: &f, Kids: []*person{{Name: "b"}}, When: time.Now()}
	b, _ := json.Marshal(p)
	for n := 0; n < 30; n++ {
		var q person
		keep(json.Unmarshal(b, &q), &q)
		var a any
		json.Unmarshal(b, &a)
		keep(a)
	}
	x, _ := xml.Marshal(p)
	for n := 0; n < 10; n++ {
		q := new(person)
		keep(xml.Unmarshal(x, q), q)
	}
	gob.Register(map[string]any{})
	gob.Register([]any{})
	var buf bytes.Buffer
	e := gob.NewEncoder(&buf)
	keep(e, e.Encode(p))
	d := gob.NewDecoder(&buf)
	q := new(person)
	keep(d, d.Decode(q), q)
	r := csv.NewReader(strings.NewReader("a,b,c\n1,2,3\n4,5,6\n"))
	rows, _ := r.ReadAll()
	keep(r, rows)
	dec := json.NewDecoder(bytes.NewReader(b))
	tok, _ := dec.Token()
	keep(dec, tok)
}
