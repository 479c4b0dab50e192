"use strict";
// Pans and zooms the picture by its viewBox. Without this script it scrolls.
(() => {
  const box = document.querySelector(".picture"), svg = box && box.querySelector("svg");
  if (!svg) return;
  const all = svg.viewBox.baseVal, full = { x: all.x, y: all.y, w: all.width, h: all.height };
  let view = { ...full };
  const show = () => svg.setAttribute("viewBox", [view.x, view.y, view.w, view.h].join(" "));
  // scale is points of the picture for each pixel of the screen.
  const scale = () => Math.max(view.w / svg.clientWidth, view.h / svg.clientHeight);
  const zoom = (factor, px, py) => {
    const now = scale(), next = Math.min(Math.max(now * factor, 0.1), 4 * full.w / svg.clientWidth + 4 * full.h / svg.clientHeight);
    // The picture lies in the middle of its box: what is under (px, py) stays there.
    const cx = view.x + view.w / 2, cy = view.y + view.h / 2;
    const dx = px - svg.clientWidth / 2, dy = py - svg.clientHeight / 2;
    view.w *= next / now; view.h *= next / now;
    view.x = cx + dx * (now - next) - view.w / 2; view.y = cy + dy * (now - next) - view.h / 2;
    show();
  };
  const middle = (factor) => zoom(factor, svg.clientWidth / 2, svg.clientHeight / 2);
  const fit = () => { view = { ...full }; show(); };
  // first shows the whole picture, or if its text would be too small the top of its
  // middle.
  const first = () => {
    fit();
    const s = Math.min(scale(), 1.25);
    box.style.height = Math.min(svg.clientHeight, Math.max(240, full.h / s)) + "px";
    if (scale() > s) {
      view = { x: full.x + full.w / 2 - svg.clientWidth * s / 2, y: full.y, w: svg.clientWidth * s, h: svg.clientHeight * s };
      show();
    }
  };
  box.classList.add("live");
  const tools = document.querySelector(".tools");
  tools.hidden = false;
  tools.addEventListener("click", (e) => {
    const what = e.target.dataset.zoom;
    if (what === "in") middle(0.8); else if (what === "out") middle(1.25); else if (what === "fit") fit();
  });
  box.addEventListener("wheel", (e) => {
    if (!e.ctrlKey && !e.metaKey) return; // the page scrolls
    e.preventDefault();
    const r = svg.getBoundingClientRect();
    zoom(Math.exp(Math.max(-100, Math.min(100, e.deltaY)) / 300), e.clientX - r.left, e.clientY - r.top);
  }, { passive: false });
  const down = new Map();
  let spread = 0;
  box.addEventListener("pointerdown", (e) => {
    if (e.target.closest("text, a") && e.pointerType === "mouse") return; // text can be selected
    down.set(e.pointerId, e); box.setPointerCapture(e.pointerId); spread = 0;
  });
  box.addEventListener("pointermove", (e) => {
    const was = down.get(e.pointerId);
    if (!was) return;
    down.set(e.pointerId, e);
    const r = svg.getBoundingClientRect(), s = scale() / down.size;
    view.x -= (e.clientX - was.clientX) * s; view.y -= (e.clientY - was.clientY) * s;
    show();
    if (down.size === 2) { // two fingers: the page scrolls under one
      const [a, b] = [...down.values()], d = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
      if (spread > 0 && d > 0) zoom(spread / d, (a.clientX + b.clientX) / 2 - r.left, (a.clientY + b.clientY) / 2 - r.top);
      spread = d;
    }
  });
  for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, (e) => { down.delete(e.pointerId); spread = 0; });
  box.addEventListener("keydown", (e) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    if (step) { view.x += step[0] * view.w / 10; view.y += step[1] * view.h / 10; show(); }
    else if (e.key === "+" || e.key === "=") middle(0.8);
    else if (e.key === "-") middle(1.25);
    else if (e.key === "0") fit();
    else return;
    e.preventDefault();
  });
  first();
})();
