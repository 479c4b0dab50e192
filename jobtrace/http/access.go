package http

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
)

var (
	errToken   = errors.New("the token is not the right one")
	errRemote  = errors.New("heap dumps are for this machine alone: ask from there (ssh -L), or set OBJGRAPH_TOKEN and send it as Authorization: Bearer TOKEN")
	errHost    = errors.New("asked for under a name that is not this machine's: use localhost, 127.0.0.1 or [::1], or a token")
	errForward = errors.New("came through a proxy: ask on the machine itself, or with a token")
	errSite    = errors.New("came from another web site's page")
	errNoToken = errors.New("what comes through a proxy on this machine may look as if it came from here, so a token is wanted as well: set OBJGRAPH_TOKEN for the program, and send it as Authorization: Bearer TOKEN")
)

// token is what authenticates, "" if nothing does.
func (o *Options) token() string {
	if o.Token != "" {
		return o.Token
	}
	return os.Getenv("OBJGRAPH_TOKEN")
}

// allowed says why a request is not answered, nil if it is.
func (o *Options) allowed(r *http.Request) error {
	given, sent := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if want := o.token(); want != "" && sent {
		if !sameToken(given, want) {
			return errToken
		}
		return nil
	}
	return local(r)
}

// mayHaveContents says why a request gets no dump with all contents, nil if it does:
// it must come from this machine, and with the token. A proxy's clients lack that.
func (o *Options) mayHaveContents(r *http.Request) error {
	if err := local(r); err != nil {
		return err
	}
	given, sent := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if want := o.token(); want == "" || !sent || !sameToken(given, want) {
		return errNoToken
	}
	return nil
}

// sameToken compares in a time that tells nothing, not even a length.
func sameToken(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// local says why a request is not from a program on this machine that means it:
// names that lead here from elsewhere (DNS rebinding), proxies, other sites'
// pages in a browser.
func local(r *http.Request) error {
	switch {
	case !fromHere(r):
		return errRemote
	case !isLocalName(r.Host):
		return errHost
	}
	if forwarded(r) {
		return errForward
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return errSite
	}
	return nil
}

// proxyHeaders are what proxies add, besides X-Forwarded-For and its like.
var proxyHeaders = []string{"Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "X-Original-Forwarded-For",
	"True-Client-Ip", "Cf-Connecting-Ip", "Fastly-Client-Ip", "X-Envoy-External-Address"}

// forwarded reports whether a request came through a proxy. nginx's proxy_pass adds no
// header and says Host as it is asked for here, but speaks HTTP/1.0 unless told otherwise.
func forwarded(r *http.Request) bool {
	if !r.ProtoAtLeast(1, 1) {
		return true
	}
	for name := range r.Header {
		if strings.HasPrefix(name, "X-Forwarded") || slices.Contains(proxyHeaders, name) {
			return true
		}
	}
	return false
}

// fromHere reports whether the other end is on this machine.
func fromHere(r *http.Request) bool {
	if a, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && a.Network() == "unix" {
		return true
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// isLocalName reports whether a Host header is one of this machine's own.
func isLocalName(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
