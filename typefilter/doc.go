// Package typefilter knows names of Go types: which of them a pattern means,
// where a type comes from, which types are noise, and which of the types that
// leaked is worth looking at.
//
// In go names, counts and sizes; out come choices, each with its reason in
// plain words. The package knows no heaps and no dumps.
//
// A type has two forms of its name. The short one has packages by name, as
// reflect.Type.String prints it (cron.Entry); the full one has them by import
// path (github.com/robfig/cron/v3.Entry).
package typefilter
