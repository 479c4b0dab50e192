package http

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
)

var (
	errToken   = errors.New("the token is not the right one")
	errRemote  = errors.New("heap dumps are for this machine alone: ask from there (ssh -L), or set OBJGRAPH_TOKEN and send it as Authorization: Bearer TOKEN")
	errHost    = errors.New("asked for under a name that is not this machine's: use localhost, 127.0.0.1 or [::1], or a token")
	errForward = errors.New("came through a proxy: ask on the machine itself, or with a token")
	errSite    = errors.New("came from another web site's page")
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
	for _, name := range []string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip"} {
		if r.Header.Get(name) != "" {
			return errForward
		}
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return errSite
	}
	return nil
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
