package watch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/objgraph/objgraph/jobtrace"
)

// maxManifest bounds the manifest that is read, in bytes.
const maxManifest = 16 << 20

// Manifest is what lies beside a dump: what its writer said, and the report. What
// this package does not know of stays as it is.
type Manifest struct {
	jobtrace.Manifest
	// HasJobs says that JobsSoFar was there.
	HasJobs bool

	fields Object
}

// ReadManifest reads a manifest. The error is the file's, or that of a text that
// is no object.
func ReadManifest(path string) (*Manifest, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxManifest))
	if err != nil {
		return nil, err
	}
	m := &Manifest{}
	if err := m.fields.UnmarshalJSON(text); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := json.Unmarshal(text, &m.Manifest); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m.HasJobs = !isNull(m.fields.Get("jobsSoFar"))
	return m, nil
}

// HasReport reports whether the dump was reported.
func (m *Manifest) HasReport() bool { return m != nil && !isNull(m.Report) }

// With is the manifest's text with a field set.
func (m *Manifest) With(field string, value any) ([]byte, error) {
	all := Object{slices.Clone(m.fields.fields)}
	if err := all.Set(field, value); err != nil {
		return nil, err
	}
	return all.MarshalJSON()
}

// Foreign is the manifest of a dump that has none.
func Foreign(d *Dump) *Manifest {
	m := &Manifest{}
	m.fields.fields = []field{{"schema", raw(jobtrace.Schema)}, {"job", raw(d.Job())}, {"dumpBytes", raw(d.Size)}}
	m.Job, m.DumpBytes = d.Job(), d.Size
	return m
}

func raw(v any) json.RawMessage {
	text, _ := json.Marshal(v) // of texts and numbers
	return text
}

func isNull(text json.RawMessage) bool { return len(text) == 0 || string(text) == "null" }

// Object is a JSON object that keeps the order of its fields.
type Object struct{ fields []field }

type field struct {
	name  string
	value json.RawMessage
}

var errNoObject = errors.New("this is no JSON object")

// UnmarshalJSON reads an object.
func (o *Object) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errNoObject
	}
	o.fields = nil
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		f := field{name: name.(string)} // a key
		if err := d.Decode(&f.value); err != nil {
			return err
		}
		o.fields = append(o.fields, f)
	}
	_, err := d.Token()
	return err
}

// Get is the text of a field, nil if it is not there.
func (o *Object) Get(name string) json.RawMessage {
	for _, f := range o.fields {
		if f.name == name {
			return f.value
		}
	}
	return nil
}

// Set gives a field a value, at the end if it is new.
func (o *Object) Set(name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	for i := range o.fields {
		if o.fields[i].name == name {
			o.fields[i].value = text
			return nil
		}
	}
	o.fields = append(o.fields, field{name, text})
	return nil
}

// MarshalJSON writes the object as people read it, a field a line.
func (o Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range o.fields {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(raw(f.name))
		b.WriteByte(':')
		b.Write(f.value)
	}
	b.WriteByte('}')
	var out bytes.Buffer
	if err := json.Indent(&out, b.Bytes(), "", "  "); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
