// Package browser lets tests look at pages and pictures in a real browser, Debian's
// chromium. Without one they skip with a word.
package browser

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience bounds a test's whole use of the browser.
const patience = 5 * time.Minute

// Tab is a page of a browser of its own, which ends with the test.
type Tab struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	requests []string
	errors   []string
}

// Find is the path of a browser. It skips the test unless OBJGRAPH_BROWSER=1 asks for
// one: that takes half a minute, and chromium.
func Find(t testing.TB) string {
	t.Helper()
	if os.Getenv("OBJGRAPH_BROWSER") != "1" {
		t.Skip("looked at in chromium with OBJGRAPH_BROWSER=1")
	}
	path := find()
	if path == "" {
		t.Fatal("OBJGRAPH_BROWSER=1, and there is no chromium: apt-get install chromium")
	}
	return path
}

// Open starts a browser, see Find.
func Open(t testing.TB) *Tab {
	t.Helper()
	path := Find(t)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	ctx, end := chromedp.NewContext(ctx, chromedp.WithAllocatorOptions(
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("font-render-hinting", "none")))
	t.Cleanup(end)
	tab := &Tab{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, tab.heard); err != nil {
		t.Fatal(err)
	}
	tab.do(call(network.Enable, network.EnableParams{}))
	return tab
}

// call is a command of the protocol that answers nothing.
func call[P any](cmd cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, cmd, params)
		return err
	})
}

func find() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// heard notes what the page asks the network for, and what goes wrong in it.
func (tab *Tab) heard(ev any) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		tab.requests = append(tab.requests, ev.Request.URL)
	case *runtime.EventExceptionThrown:
		tab.errors = append(tab.errors, fmt.Sprint(ev.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		tab.errors = append(tab.errors, fmt.Sprintf("console.%s", ev.Type))
	}
}

// Requests are the addresses that pages asked for, without those of files that
// Load opened; Errors what they threw or wrote to the console.
func (tab *Tab) Requests() (out []string) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	for _, r := range tab.requests {
		if !strings.HasPrefix(r, "data:") && !strings.HasPrefix(r, "file:") {
			out = append(out, r)
		}
	}
	return out
}

// Errors are what pages threw or wrote to the console.
func (tab *Tab) Errors() []string {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	return append([]string(nil), tab.errors...)
}

func (tab *Tab) do(steps ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	if err := chromedp.Do(tab.ctx, steps...); err != nil {
		tab.t.Fatal(err)
	}
}

// Look sets the size of the window, how many pixels a point takes, and whether
// the reader likes it dark.
func (tab *Tab) Look(width, height int, scale float64, dark bool) {
	tab.t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	tab.do(chromedp.EmulateViewport(int64(width), int64(height), chromedp.EmulateScale(scale)),
		call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}))
}

// Script says whether scripts of pages run.
func (tab *Tab) Script(runs bool) {
	tab.t.Helper()
	tab.do(call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !runs}))
}

// Load opens a document, whose name ends as its format wants.
func (tab *Tab) Load(name string, data []byte) {
	tab.t.Helper()
	path := filepath.Join(tab.t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		tab.t.Fatal(err)
	}
	tab.do(chromedp.Navigate((&url.URL{Scheme: "file", Path: path}).String()))
}

// Shot is the window's picture.
func (tab *Tab) Shot() (image.Image, []byte) { return tab.shot(chromedp.CaptureScreenshot()) }

// Whole is that of the whole page.
func (tab *Tab) Whole() (image.Image, []byte) { return tab.shot(chromedp.FullScreenshot(100)) }

func (tab *Tab) shot(a chromedp.Action[[]byte]) (image.Image, []byte) {
	tab.t.Helper()
	data, err := chromedp.Run(tab.ctx, a)
	if err != nil {
		tab.t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		tab.t.Fatal(err)
	}
	return img, data
}

// Ask evaluates an expression of JavaScript in the page.
func Ask[T any](tab *Tab, expression string) T {
	tab.t.Helper()
	v, err := chromedp.Run(tab.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		tab.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// Click presses the mouse on the element that a selector finds.
func (tab *Tab) Click(selector string) {
	tab.t.Helper()
	tab.do(chromedp.Click(selector))
}

// Keys presses keys.
func (tab *Tab) Keys(keys string) {
	tab.t.Helper()
	tab.do(chromedp.KeyEvent(keys))
}
