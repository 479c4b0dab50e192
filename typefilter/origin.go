package typefilter

import (
	_ "embed"
	"strings"
	"sync"
)

// Origin says where a type comes from. The order is the one in which ties
// are broken: the first are the likeliest to be the user's own mistake.
type Origin uint8

// The origins.
const (
	MainModule Origin = iota
	Dependency
	StandardLibrary
	Runtime
	Container // slices, maps and their parts, channels, pointers, other types without a name
	Storage   // bytes, strings, tiny blocks, single numbers
	Unknown   // not typed
)

var originNames = [...]string{
	"main module", "dependency", "standard library", "runtime", "builtin container", "byte and string storage", "unknown type",
}

// String is the origin in words.
func (o Origin) String() string {
	if int(o) < len(originNames) {
		return originNames[o]
	}
	return "unknown"
}

// Modules is what is known of a program's modules. The zero value knows
// nothing, and origins are guessed from the standard library's packages.
type Modules struct {
	Main     string   // path of the main module
	MainPath string   // import path of package main
	Deps     []string // paths of the other modules
}

// OriginOf tells where a type comes from. full may be the short name, and pkg,
// the import path of its package, may be "": what is missing is taken from the
// name. A closure comes from the package of its function; a type composed of
// others, such as []*main.Record, is a container whatever it holds.
func (m *Modules) OriginOf(name, full, pkg string) Origin {
	form := FormOf(name)
	switch form {
	case Untyped:
		return Unknown
	case Text, Tiny, Basic:
		return Storage
	case Composite:
		return Container
	}
	if pkg == "" {
		pkg = PackageOf(full)
	}
	if pkg == "" {
		pkg = PackageOf(name)
	}
	return m.originOfPackage(pkg)
}

func (m *Modules) originOfPackage(pkg string) Origin {
	switch {
	case pkg == "":
		return Unknown
	case pkg == "main" || pkg == "command-line-arguments" || pkg == m.MainPath:
		return MainModule
	}
	if o, ok := m.byModule(pkg); ok {
		return o
	}
	switch {
	case isRuntime(pkg):
		return Runtime
	case IsStandard(pkg):
		return StandardLibrary
	case m.namesDependency(pkg):
		return Dependency
	}
	if first, _, _ := strings.Cut(pkg, "/"); strings.Contains(first, ".") {
		return Dependency
	}
	return MainModule // the paths of published modules begin with a domain
}

// byModule finds the module with the longest path that holds the package.
func (m *Modules) byModule(pkg string) (o Origin, ok bool) {
	longest := 0
	if holds(m.Main, pkg) {
		o, ok, longest = MainModule, true, len(m.Main)
	}
	for _, dep := range m.Deps {
		if holds(dep, pkg) && len(dep) > longest {
			o, ok, longest = Dependency, true, len(dep)
		}
	}
	return o, ok
}

func holds(module, pkg string) bool {
	return module != "" && (pkg == module || strings.HasPrefix(pkg, module+"/"))
}

// namesDependency reports whether a package that is known by name only is
// called like a dependency: cron for github.com/robfig/cron/v3.
func (m *Modules) namesDependency(pkg string) bool {
	for _, dep := range m.Deps {
		if pkg == packageName(dep) {
			return true
		}
	}
	return false
}

// packageName guesses the name of the package at a path.
func packageName(path string) string {
	dir, last := "", path
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		dir, last = path[:i], path[i+1:]
	}
	if isMajor(last) && dir != "" {
		return packageName(dir)
	}
	if name, version, ok := strings.Cut(last, "."); ok && isMajor(version) { // gopkg.in/yaml.v3
		last = name
	}
	return strings.TrimPrefix(last, "go-")
}

func isMajor(s string) bool {
	return len(s) > 1 && s[0] == 'v' && strings.Trim(s[1:], "0123456789") == ""
}

// std.txt lists the packages of the standard library that have no internal
// element, as go list std of Go 1.26 prints them.
//
//go:embed std.txt
var stdList string

// standard is std.txt: the paths, and the names that packages have in types.
var standard = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for path := range strings.Lines(stdList) {
		path = strings.TrimSpace(path)
		known[path] = true
		known[packageName(path)] = true
		first, _, _ := strings.Cut(path, "/")
		known[first+"/internal"] = true
	}
	for _, name := range internalNames {
		known[name] = true
	}
	return known
})

// internalNames are names of the library's internal packages that turn up in
// types which are known by their short name.
var internalNames = []string{"abi", "poll", "godebug", "bisect", "concurrent", "intern", "reflectlite", "singleflight", "fips140", "hpack", "httpguts", "idna", "dnsmessage", "nistec", "edwards25519", "testlog", "saferio", "fmtsort"}

// IsStandard reports whether a package, given by path or by name, is one of
// the standard library, the runtime included.
func IsStandard(pkg string) bool {
	if standard()[pkg] || isRuntime(pkg) {
		return true
	}
	first, _, _ := strings.Cut(pkg, "/")
	if first == "internal" || first == "vendor" && strings.HasPrefix(pkg, "vendor/golang.org/") {
		return true
	}
	inside := strings.Contains(pkg, "/internal/") || strings.HasSuffix(pkg, "/internal")
	return inside && standard()[first+"/internal"]
}

func isRuntime(pkg string) bool {
	return pkg == "runtime" || strings.HasPrefix(pkg, "runtime/") || strings.HasPrefix(pkg, "internal/runtime/") || pkg == "go.shape"
}
