package glyphs

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// maxSystemFonts bounds how many font files a picture may open.
const maxSystemFonts = 400

// systemFonts hands out the system's font files, the likeliest first. The
// folders are read when the first one is asked for.
type systemFonts struct {
	listed bool
	paths  []string
}

// next gives one more font file.
func (s *systemFonts) next() (path string, ok bool) {
	if !s.listed {
		s.paths = listFonts(fontFolders())
		s.listed = true
	}
	if len(s.paths) == 0 {
		return "", false
	}
	path, s.paths = s.paths[0], s.paths[1:]
	return path, true
}

// fontFolders lists where fonts are: fontconfig's defaults on Unix.
func fontFolders() []string {
	home, _ := os.UserHomeDir()
	switch runtime.GOOS {
	case "windows":
		return []string{filepath.Join(os.Getenv("SystemRoot"), "Fonts")}
	case "darwin":
		return []string{"/System/Library/Fonts", "/Library/Fonts", filepath.Join(home, "Library/Fonts")}
	}
	folders := []string{"/usr/share/fonts", "/usr/local/share/fonts"}
	if home != "" {
		folders = append(folders, filepath.Join(home, ".fonts"), filepath.Join(home, ".local/share/fonts"))
	}
	return folders
}

// listFonts gives the font files below the folders by rank, then by path.
func listFonts(folders []string) []string {
	var paths []string
	for _, folder := range folders {
		// What cannot be read has no fonts for us.
		_ = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && isFont(path) {
				paths = append(paths, path)
			}
			return nil
		})
	}
	slices.SortFunc(paths, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b))
	})
	return paths[:min(len(paths), maxSystemFonts)]
}

func isFont(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".ttf", ".otf", ".ttc", ".otc":
		return true
	}
	return false
}

// rank puts upright sans-serif fonts with many scripts first.
func rank(path string) int {
	name := strings.ToLower(filepath.Base(path))
	r := len(broad)
	for i, b := range broad {
		if strings.HasPrefix(name, b) {
			r = i
			break
		}
	}
	for _, odd := range []string{"bold", "italic", "oblique", "light", "thin", "black", "condensed", "mono", "serif"} {
		if strings.Contains(name, odd) {
			r += 100
		}
	}
	return r
}

// broad are beginnings of file names of fonts with many scripts, in the order
// in which they are tried.
var broad = [...]string{
	"dejavusans", "notosans-regular", "notosanscjk", "notosanssc", "notosansjp", "notosans",
	"wqy", "droidsansfallback", "arialuni", "arial unicode", "pingfang", "hiragino", "msyh",
	"yugoth", "malgun", "segoeui", "ipag", "takao", "nanum", "freesans", "unifont",
}
