package web

import (
	"net/http"
	"strings"
	"testing"
)

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func host(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }

// Requests that no user of the dashboard makes are refused.
func TestGuard(t *testing.T) {
	local := serve(t, Options{Dir: t.TempDir()})
	open := serve(t, Options{Dir: t.TempDir(), Host: "0.0.0.0", Token: "secret-token"})
	bearer := header("Authorization", "Bearer secret-token")
	for _, c := range []struct {
		about  string
		s      *Server
		change []func(*http.Request)
		status int
	}{
		{"plain", local, nil, 200},
		{"localhost", local, []func(*http.Request){host("localhost:7070")}, 200},
		{"IPv6", local, []func(*http.Request){host("[::1]:7070")}, 200},
		{"another name", local, []func(*http.Request){host("evil.example:7070")}, 403},
		{"a name that looks like ours", local, []func(*http.Request){host("127.0.0.1.evil.example")}, 403},
		{"another address", local, []func(*http.Request){host("192.0.2.1:7070")}, 403},
		{"own origin", local, []func(*http.Request){header("Origin", "http://127.0.0.1:7070")}, 200},
		{"another origin", local, []func(*http.Request){header("Origin", "http://evil.example")}, 403},
		{"another port", local, []func(*http.Request){header("Origin", "http://127.0.0.1:80")}, 403},
		{"no origin", local, []func(*http.Request){header("Origin", "null")}, 403},
		{"embedded elsewhere", local, []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "no-cors")}, 403},
		{"a link elsewhere", local, []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "navigate"), header("Sec-Fetch-Dest", "document")}, 200},
		{"a frame elsewhere", local, []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "navigate"), header("Sec-Fetch-Dest", "iframe")}, 403},
		{"POST", local, []func(*http.Request){func(r *http.Request) { r.Method = http.MethodPost }}, 405},
		{"no token", open, nil, 401},
		{"a wrong token", open, []func(*http.Request){header("Authorization", "Bearer secret-tokem")}, 401},
		{"a wrong cookie", open, []func(*http.Request){header("Cookie", tokenCookie+"=x")}, 401},
		{"the token", open, []func(*http.Request){bearer}, 200},
		{"the token as a cookie", open, []func(*http.Request){header("Cookie", tokenCookie+"=secret-token")}, 200},
		{"an address", open, []func(*http.Request){bearer, host("192.0.2.1:7070")}, 200},
		{"a name, with the token", open, []func(*http.Request){bearer, host("evil.example")}, 403},
	} {
		r := get(c.s, "/", c.change...)
		if r.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d", c.about, r.StatusCode, c.status)
		}
		if p := r.Header.Get("Content-Security-Policy"); !strings.Contains(p, "script-src 'self';") || strings.Contains(p, "unsafe") {
			t.Errorf("%s: policy %q", c.about, p)
		}
	}
}

// The token in an address becomes a cookie, and goes from the address.
func TestTokenInAddress(t *testing.T) {
	s := serve(t, Options{Dir: t.TempDir(), Host: "0.0.0.0", Token: "se cret+token"})
	r := get(s, "/jobs?q=x&token=se+cret%2Btoken")
	cookies := r.Cookies()
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/jobs?q=x" || len(cookies) != 1 {
		t.Fatalf("status %d, to %q, %d cookies", r.StatusCode, r.Header.Get("Location"), len(cookies))
	}
	if c := cookies[0]; !c.HttpOnly || c.SameSite != http.SameSiteStrictMode {
		t.Errorf("the cookie may be read or sent by others: %v", c)
	}
	if r := get(s, "/jobs", func(r *http.Request) { r.AddCookie(cookies[0]) }); r.StatusCode != http.StatusOK {
		t.Errorf("with the cookie: status %d", r.StatusCode)
	}
	if r := get(s, "/jobs?token=wrong-token"); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("with a wrong one: status %d", r.StatusCode)
	}
	if r := get(s, "//evil.example/?token=se+cret%2Btoken"); strings.HasPrefix(r.Header.Get("Location"), "//") {
		t.Errorf("it leads to another host: %s", r.Header.Get("Location"))
	}
}

// A picture from the folder is shown, and no script in it runs; a crash is text.
func TestFilesAreHarmless(t *testing.T) {
	dir, _ := folder(t)
	s := serve(t, Options{Dir: dir})
	r := get(s, "/file/main.Item-job.svg")
	if p := r.Header.Get("Content-Security-Policy"); r.StatusCode != 200 || !strings.Contains(p, "sandbox") || strings.Contains(p, "script-src") || !strings.Contains(p, "default-src 'none'") {
		t.Errorf("status %d, policy %q", r.StatusCode, p)
	}
	if r := get(s, "/crash/keyed/crash-77-1.txt"); r.StatusCode != 200 || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("status %d, %s", r.StatusCode, r.Header.Get("Content-Type"))
	}
}
