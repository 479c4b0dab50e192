// What changes comes into the page that is open: a live page is asked for again
// when the server says that there is something new, and a click in a picture
// unfolds the node without losing the place. Pages work without this.
"use strict";
(() => {
  const part = (doc) => doc.querySelector("[data-part]");

  // A picture that is larger than its place shows the object, and one that comes
  // instead of it shows the object where it was.
  const target = (root) => root.querySelector(".picture .node.target");
  function offset(node) {
    const is = node.getBoundingClientRect(), place = node.closest(".drawing").getBoundingClientRect();
    return [is.left + is.width / 2 - place.left, is.top + is.height / 2 - place.top];
  }
  function show(root, at) {
    const node = target(root);
    if (!node) return;
    const place = node.closest(".drawing"), is = offset(node);
    const want = at || [place.clientWidth / 2, place.clientHeight / 2];
    place.scrollLeft += is[0] - want[0];
    place.scrollTop += is[1] - want[1];
  }
  show(document);

  async function bring(url) {
    const here = part(document);
    here.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { headers: { Accept: "text/html" } });
      const doc = new DOMParser().parseFromString(await answer.text(), "text/html");
      const news = part(doc);
      if (!news) return false;
      const focus = document.activeElement && here.contains(document.activeElement) ? mark(document.activeElement) : null;
      const was = target(here);
      const at = was && offset(was);
      const scrolls = [...here.querySelectorAll(".scroll, .drawing")].map((e) => [e.scrollLeft, e.scrollTop]);
      here.replaceWith(document.adoptNode(news));
      [...news.querySelectorAll(".scroll, .drawing")].forEach((e, i) => { if (scrolls[i]) [e.scrollLeft, e.scrollTop] = scrolls[i]; });
      show(news, at);
      document.title = doc.title;
      if (focus) refocus(news, focus);
      return true;
    } finally {
      const now = part(document);
      if (now) now.removeAttribute("aria-busy");
    }
  }

  const mark = (e) => ({ href: e.getAttribute("href"), name: e.getAttribute("name"), label: e.getAttribute("aria-label"), value: e.value });
  function refocus(root, f) {
    for (const e of root.querySelectorAll("a, input, select, button, [tabindex]")) {
      const m = mark(e);
      if (f.label ? m.label === f.label : m.href === f.href && m.name === f.name) {
        if (f.name && "value" in e) e.value = f.value;
        e.focus({ preventScroll: true });
        return;
      }
    }
  }

  // A page that is typed into is not replaced.
  const typing = () => ["INPUT", "SELECT"].includes(document.activeElement && document.activeElement.tagName);

  if (document.body.dataset.live) {
    let due = false;
    let running = false;
    async function refresh() {
      if (running || !due || document.hidden || typing()) return;
      due = false;
      running = true;
      try { await bring(location.href); } catch { due = true; } finally { running = false; }
    }
    const source = new EventSource("/events");
    source.onmessage = () => { due = true; };
    addEventListener("pagehide", () => source.close());
    setInterval(refresh, 1000);
  }

  document.addEventListener("click", async (event) => {
    const link = event.target.closest && event.target.closest(".picture a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const href = link.getAttribute("href");
    if (!href) return;
    event.preventDefault();
    history.pushState(null, "", href);
    if (!(await bring(location.href).catch(() => false))) location.reload();
  });
  addEventListener("popstate", async () => {
    if (!(await bring(location.href).catch(() => false))) location.reload();
  });
})();
