package floors

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

const module = "github.com/objgraph/objgraph"

// A floor is one line of the table.
type floor struct {
	pkg string
	may []string
}

// parseTable reads lines "package: what it may import", lowest first. A line
// may name only lines above it, and "all above" names them all. Empty lines and
// those that begin with # say nothing.
func parseTable(table string) ([]floor, error) {
	var floors []floor
	var above []string
	for _, line := range strings.Split(table, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		pkg, list, ok := strings.Cut(line, ":")
		if !ok || slices.Contains(above, pkg) {
			return nil, fmt.Errorf("%q: want a package that no line above has, a colon and what it may import", line)
		}
		may := strings.Fields(list)
		if strings.TrimSpace(list) == "all above" {
			may = slices.Clone(above)
		}
		for _, name := range may {
			if !slices.Contains(above, name) {
				return nil, fmt.Errorf("%q: %s has no line above", line, name)
			}
		}
		floors = append(floors, floor{pkg, may})
		above = append(above, pkg)
	}
	return floors, nil
}

// findings are what check has to say against a tree, each list sorted.
type findings struct {
	wrong   []string // imports that the table forbids, folders that it lacks
	missing []string // packages of the table without a folder
}

// check holds the packages of the module in tree against the table.
func check(tree fs.FS, floors []floor) (findings, error) {
	imports, err := packageImports(tree)
	if err != nil {
		return findings{}, err
	}
	var f findings
	for _, fl := range floors {
		found, ok := imports[fl.pkg]
		if !ok {
			f.missing = append(f.missing, fl.pkg)
		}
		for name, file := range found {
			if name != fl.pkg && !slices.Contains(fl.may, name) {
				f.wrong = append(f.wrong, fmt.Sprintf("%s imports %s, which the table does not let %s do", file, name, fl.pkg))
			}
		}
		delete(imports, fl.pkg)
	}
	for pkg := range imports {
		f.wrong = append(f.wrong, fmt.Sprintf("package folder %s is not in the table", pkg))
	}
	slices.Sort(f.wrong)
	slices.Sort(f.missing)
	return f, nil
}

// packageImports returns, for each folder with Go files that are no tests, the
// packages of this module that they import, each with a file that does. Build
// tags are ignored: what a file imports on any system counts.
func packageImports(tree fs.FS) (map[string]map[string]string, error) {
	imports := map[string]map[string]string{}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return skip(tree, name)
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		pkg := path.Dir(name)
		if imports[pkg] == nil {
			imports[pkg] = map[string]string{}
		}
		return fileImports(tree, name, imports[pkg])
	})
	return imports, err
}

// skip says whether the go command would not look for packages in the folder:
// other modules, testdata, hidden ones.
func skip(tree fs.FS, dir string) error {
	base := path.Base(dir)
	if dir == "." {
		return nil
	}
	_, err := fs.Stat(tree, path.Join(dir, "go.mod"))
	if err == nil || base == "testdata" || base == "vendor" || base[0] == '.' || base[0] == '_' {
		return fs.SkipDir
	}
	return nil
}

func fileImports(tree fs.FS, name string, into map[string]string) error {
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
	if err != nil {
		return err
	}
	for _, imp := range file.Imports {
		p, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if p == module {
			into["."] = name
		} else if pkg, ok := strings.CutPrefix(p, module+"/"); ok {
			into[pkg] = name
		}
	}
	return nil
}
