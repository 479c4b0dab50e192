package web

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// policy lets a page load its own style sheet, script and pictures, and nothing
// from elsewhere; no script that stands in a page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// isLoopback reports whether a host is this machine, as nobody else can reach it.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}

// guard refuses requests that no user of the dashboard makes, before anything is
// looked up.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if err := s.refusal(r); err != nil {
			s.fail(w, r, err)
			return
		}
		if s.o.Token != "" && !s.admitted(w, r) {
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refusal is why a request is none of a user's, nil if it may be one.
func (s *Server) refusal(r *http.Request) error {
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return &failure{http.StatusMethodNotAllowed, "the dashboard changes nothing: it takes GET alone", ""}
	case !s.knownHost(r.Host):
		return &failure{http.StatusForbidden, "this host name is not the dashboard's", "ask for it by the address that it was started with"}
	case !sameOrigin(r):
		return &failure{http.StatusForbidden, "the request comes from a page of another origin", ""}
	}
	return nil
}

// knownHost refuses names that somebody else's DNS may lead here: a browser that
// is fooled so sends the name. An address has no DNS that could be changed.
func (s *Server) knownHost(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if isLoopback(host) {
		return true
	}
	if isLoopback(s.o.Host) {
		return false
	}
	return net.ParseIP(host) != nil || host == strings.ToLower(s.o.Host)
}

// sameOrigin reports whether a request is of the dashboard's own pages, of a
// program, or follows a link. What other pages embed or fetch is not.
func sameOrigin(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		return err == nil && u.Host == r.Host
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// tokenCookie holds the token in browsers.
const tokenCookie = "objgraph-token"

// admitted reports whether the request has the token. One that brings it in its
// address gets a cookie, and the address without.
func (s *Server) admitted(w http.ResponseWriter, r *http.Request) bool {
	q := r.URL.Query()
	if given := q.Get("token"); given != "" && s.isToken(given) {
		http.SetCookie(w, &http.Cookie{Name: tokenCookie, Value: url.QueryEscape(given), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
		q.Del("token")
		to := url.URL{Path: r.URL.Path, RawQuery: q.Encode()}
		if strings.HasPrefix(to.Path, "//") { // would be another host
			to.Path = "/"
		}
		http.Redirect(w, r, to.String(), http.StatusSeeOther)
		return false
	}
	given := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if c, err := r.Cookie(tokenCookie); err == nil && given == "" {
		given, _ = url.QueryUnescape(c.Value)
	}
	if s.isToken(given) {
		return true
	}
	w.Header().Set("WWW-Authenticate", "Bearer")
	s.fail(w, r, &failure{http.StatusUnauthorized, "a token is wanted, and this is not it", "open /?token=TOKEN once, with the token that objgraph serve was given"})
	return false
}

func (s *Server) isToken(given string) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(s.o.Token)) == 1
}
