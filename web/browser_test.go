package web_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	chrome "github.com/objgraph/objgraph/internal/browser"
)

// browser is chromium with what went wrong in its pages.
type browser struct {
	t    *testing.T
	ctx  context.Context
	home string // the dashboard

	mu     sync.Mutex
	wrong  []string
	asked  int
	expect string // part of an address that may fail
}

// startBrowser skips the test where there is no chromium.
func startBrowser(t *testing.T, home string) *browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU)
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx, home: home}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	for _, enable := range []func() error{
		func() error { _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); return err },
		func() error { _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); return err },
		func() error { _, err := chromedp.Call(ctx, runtime.Enable, cdp.Empty{}); return err },
	} {
		if err := enable(); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func chromium(t *testing.T) string { return chrome.Find(t) }

// listen notes errors on the console and requests to elsewhere.
func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.asked++
		if u := e.Request.URL; !strings.HasPrefix(u, b.home) && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "about:") {
			b.wrong = append(b.wrong, "asks "+u)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			if b.expect == "" || !strings.Contains(e.Entry.URL, b.expect) {
				b.wrong = append(b.wrong, fmt.Sprintf("%s: %s (%s)", e.Entry.Level, e.Entry.Text, e.Entry.URL))
			}
		}
	case *runtime.EventConsoleAPICalled:
		if string(e.Type) == "error" || string(e.Type) == "warning" {
			b.wrong = append(b.wrong, "console: "+fmt.Sprint(e.Args))
		}
	case *runtime.EventExceptionThrown:
		b.wrong = append(b.wrong, "exception: "+e.ExceptionDetails.Text)
	}
}

func (b *browser) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) open(path string) {
	b.t.Helper()
	b.run(chromedp.Navigate(b.home+path), chromedp.WaitReady(chromedp.CSS("h1")))
}

// eval is what an expression gives in the page.
func eval[T any](b *browser, script string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return v
}

// until waits for an expression to be true.
func (b *browser) until(what, script string) {
	b.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		// while a page comes there is nothing to ask
		if is, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("(() => { try { return !!("+script+") } catch { return false } })()")); err == nil && is {
			return
		}
	}
	b.t.Fatalf("%s: it does not come to be; the page:\n%s", what, eval[string](b, "location.href + '\\n' + document.body.innerText"))
}

func (b *browser) click(selector string) {
	b.t.Helper()
	b.run(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// check fails the test for whatever went wrong so far.
func (b *browser) check() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range b.wrong {
		b.t.Error(w)
	}
	if b.asked == 0 {
		b.t.Error("no request was seen at all")
	}
}

var update = flag.Bool("update", false, "make the screenshot in docs anew")

// shoot looks at a page at both widths, light and dark: nothing may stand out of it.
// With OBJGRAPH_SCREENSHOTS=DIR the pictures are kept, with -update that of the guide.
func (b *browser) shoot(name, path string) {
	b.t.Helper()
	for _, width := range []int64{1280, 400} {
		for _, scheme := range []string{"light", "dark"} {
			b.run(chromedp.EmulateViewport(width, 900))
			if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}); err != nil {
				b.t.Fatal(err)
			}
			b.open(path)
			b.until(path, "!document.title.startsWith('Opening') && !document.body.innerText.includes('The page comes by itself')")
			if over := eval[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); over > 0 {
				b.t.Errorf("%s at %d pixels: the page is %d pixels too wide", path, width, over)
			}
			shot, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
			if err != nil {
				b.t.Fatal(err)
			}
			if *update && name == "worker" && width == 1280 && scheme == "light" {
				if err := os.WriteFile(filepath.Join("..", "docs", "dashboard.png"), shot, 0o644); err != nil {
					b.t.Fatal(err)
				}
			}
			if dir := os.Getenv("OBJGRAPH_SCREENSHOTS"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, width, scheme)), shot, 0o600); err != nil {
					b.t.Fatal(err)
				}
			}
		}
	}
	b.run(chromedp.EmulateViewport(1280, 900))
}

// build builds a package of this module.
func build(t *testing.T, dir, pkg string) string {
	t.Helper()
	exe := filepath.Join(dir, filepath.Base(pkg))
	out, err := exec.Command("go", "build", "-o", exe, "../"+pkg).CombinedOutput()
	if err != nil {
		t.Fatalf("build %s: %v\n%s", pkg, err, out)
	}
	return exe
}

// start runs a program until the test ends, or until stop is called.
func start(t *testing.T, env []string, exe string, args ...string) (out *bytes.Buffer, stop func()) {
	t.Helper()
	out = &bytes.Buffer{}
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		cmd.Process.Signal(os.Interrupt)
		done := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
		defer done.Stop()
		cmd.Wait()
	})
	t.Cleanup(stop)
	return out, stop
}

// dashboard starts `objgraph serve`, and returns its address.
func dashboard(t *testing.T, exe, dir, addr string) (home string, stop func()) {
	t.Helper()
	cmd := exec.Command(exe, "serve", dir, "--addr", addr)
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		cmd.Process.Signal(os.Interrupt)
		io.Copy(io.Discard, pipe)
		cmd.Wait()
	})
	t.Cleanup(stop)
	line := make([]byte, 1000)
	n, _ := pipe.Read(line)
	found := regexp.MustCompile(`http://\S+`).FindString(string(line[:n]))
	u, err := url.Parse(found)
	if err != nil || u.Host == "" {
		t.Fatalf("the server said %q", line[:n])
	}
	return "http://" + u.Host, stop
}

// TestBrowser is a hunt for a leak, from the worker's line to the holder's name.
func TestBrowser(t *testing.T) {
	chromium(t)
	bin := t.TempDir()
	objgraph, worker := build(t, bin, "cmd/objgraph"), build(t, bin, "examples/tracedworker")
	dir := filepath.Join(t.TempDir(), "memdbg")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	home, stop := dashboard(t, objgraph, dir, "127.0.0.1:0")
	_, stopWorker := start(t, []string{"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH")}, worker,
		"-trace_memory", "-trace_memory_output_dir", dir, "-jobs", "60", "-pause", "300ms")
	b := startBrowser(t, home)

	b.open("/")
	b.until("the worker", "!!document.querySelector('a[href=\"/worker/tracedworker\"]')")
	b.click(`tbody a[href="/worker/tracedworker"]`)
	b.until("its page", "document.querySelector('h1').textContent === 'tracedworker'")
	const length = "[...document.querySelectorAll('.wide path.line.rss')].map(p => p.getAttribute('d').length).reduce((a, b) => a + b, 0)"
	b.until("its line", length+" > 0")
	was := eval[int](b, length)
	b.until("a longer line without a reload", fmt.Sprintf("%s > %d && performance.getEntriesByType('navigation').length === 1", length, was))
	b.until("a job that left a leak", "!!document.querySelector('td.bad a, td.bad') && [...document.querySelectorAll('tbody td.bad')].some(c => c.textContent === 'main.Order')")

	job := eval[string](b, "[...document.querySelectorAll('tbody tr')].filter(r => [...r.cells].some(c => c.className.includes('bad') && c.textContent === 'main.Order') && r.querySelector('a[href^=\"/dump/\"]')).pop().querySelector('a').getAttribute('href')")
	b.open(job)
	b.until("its leaked type", "[...document.querySelectorAll('.facts dd')].some(d => d.textContent === 'main.Order')")
	b.until("its picture", "[...document.images].some(i => i.complete && i.naturalWidth > 100)")
	b.click(`a[href*="/picture?addr="]`)
	b.until("the picture that unfolds", "document.querySelectorAll('.picture a').length > 0")
	boxes := eval[int](b, "document.querySelectorAll('.picture .node').length")
	first := eval[string](b, "location.href")
	eval[bool](b, "(document.querySelector('.picture .node a').focus(), true)")
	b.run(chromedp.KeyEvent("\r"))
	b.until("an unfolded node", "location.search.includes('open=')")
	b.until("more, or the same, boxes", fmt.Sprintf("document.querySelectorAll('.picture .node').length >= %d", boxes))
	b.until("the holder's name", "document.querySelector('.picture').textContent.includes('global main.ledger')")
	b.showsTarget(320)
	unfolded := eval[string](b, "location.href")

	b.run(chromedp.NavigateBack())
	b.until("back", fmt.Sprintf("location.href === %q && !document.querySelector('[aria-busy]')", first))
	b.run(chromedp.NavigateForward())
	b.until("forward", fmt.Sprintf("location.href === %q", unfolded))
	b.run(chromedp.Reload())
	b.until("after a reload", "document.querySelector('.picture').textContent.includes('global main.ledger') && location.search.includes('open=')")

	dump := strings.Replace(job, "/job/", "/dump/", 1)
	b.open(dump + "/pprof/flamegraph")
	b.until("the flame graph", "document.querySelectorAll('.boxtext, .stack-holder *').length > 3")
	stopWorker()
	shots(b, job, dump)

	_, port, err := net.SplitHostPort(strings.TrimPrefix(home, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	b.open("/worker/tracedworker?range=all")
	b.check() // before the server goes, which pages notice
	before := eval[int](b, length)
	b.open("/compare")
	stop()
	dashboard(t, objgraph, dir, "127.0.0.1:"+port)
	b.open("/worker/tracedworker?range=all")
	if after := eval[int](b, length); after < before/2 {
		t.Errorf("the line was %d long, and is %d after the server was started again", before, after)
	}
	b.open(strings.TrimPrefix(unfolded, home))
	b.until("a deep link", "document.querySelector('.picture').textContent.includes('global main.ledger')")
}

// showsTarget wants a picture that is wider than the window to open with the object in
// the middle, and to keep it there when a box is unfolded.
func (b *browser) showsTarget(width int64) {
	b.t.Helper()
	b.run(chromedp.EmulateViewport(width, 900), chromedp.Reload(), chromedp.WaitReady(chromedp.CSS(".picture .node.target")))
	const off = `(() => {
		const place = document.querySelector('.picture .drawing').getBoundingClientRect();
		const node = document.querySelector('.picture .node.target').getBoundingClientRect();
		return Math.round(Math.abs(node.left + node.width / 2 - place.left - place.width / 2));
	})()`
	b.until("a picture that does not start at its left edge", "document.querySelector('.picture .drawing').scrollLeft > 0")
	if n := eval[int](b, off); n > 2 {
		b.t.Errorf("at %d pixels, the object is %d pixels from the middle", width, n)
	}
	was := eval[string](b, "location.href")
	eval[bool](b, "(document.querySelector('.picture .node a').dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true})), true)")
	b.until("another picture", fmt.Sprintf("location.href !== %q && !document.querySelector('[aria-busy]')", was))
	if n := eval[int](b, off); n > 2 {
		b.t.Errorf("after a click, the object is %d pixels from the middle", n)
	}
	b.run(chromedp.EmulateViewport(1280, 900), chromedp.Navigate(was), chromedp.WaitReady(chromedp.CSS(".picture .node.target")))
}

// shots looks at all views.
func shots(b *browser, job, dump string) {
	b.shoot("worker", "/worker/tracedworker?range=all")
	b.shoot("picture", dump+"/picture?type=main.Order")
	b.shoot("compare", "/compare")
	b.shoot("workers", "/")
	b.shoot("jobs", "/jobs?sort=-growth")
	b.shoot("job", job)
	b.shoot("types", dump)
	b.shoot("set", dump+"/set?by=via&in=type%7Cmain.Order")
	b.shoot("objects", dump+"/objects?type=main.Order")
	b.shoot("roots", dump+"/roots")
	b.shoot("tree", dump+"/tree")
	b.shoot("icicle", dump+"/tree?view=icicle")
	b.open(dump + "/picture?type=main.Order")
	addr := eval[string](b, "new URL(document.querySelector('a[href*=\"/object?addr=\"]').href).search")
	b.shoot("object", dump+"/object"+addr)
	b.shoot("about", dump+"/about")
	b.mu.Lock()
	b.expect = "/nothing"
	b.mu.Unlock()
	b.shoot("error", "/nothing")
}
