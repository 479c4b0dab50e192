package layouts

import (
	"fmt"
	"strings"

	"github.com/objgraph/objgraph/layouts/internal/glyphs"
)

// anchor is the node's id in SVG. It has letters, digits and "._-" only, so that
// it needs no escape in a fragment either.
func (n *Node) anchor(i int) string {
	if n.ID == "" {
		return fmt.Sprintf("n%d", i)
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("._-", r) {
			return r
		}
		return '_'
	}, shorten(n.ID, maxAnchor))
}

// Bounds on what a caller gives, in bytes.
const (
	maxAnchor = 128
	maxLink   = 2 << 10
)

// link is where the node leads to, "" for nowhere: a script is no place.
func (n *Node) link() string {
	if len(n.Href) > maxLink || glyphs.Visible(n.Href) != n.Href {
		return ""
	}
	before, _, colon := strings.Cut(n.Href, ":")
	scheme := strings.ToLower(before)
	if colon && scheme != "http" && scheme != "https" && !strings.ContainsAny(before, "/?#") {
		return ""
	}
	return n.Href
}
