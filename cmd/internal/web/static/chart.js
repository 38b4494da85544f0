// The chart of one series: looked at with a pointer, a finger or keys. What lies where is
// in plot.js, what is written in words.js.
import { color, onLook, sharp } from "./canvas.js";
import * as plot from "./plot.js";
import { levelsOf } from "./series.js";
import { between } from "./thin.js";
import { make } from "./ui.js";
import { number, step } from "./words.js";

const overviewHeight = 44;

export class Chart {
  /** A chart in an empty place; onToday(step) hears of "today" being dragged. */
  constructor(place, { onToday } = {}) {
    Object.assign(this, { place, onToday, fans: [], rings: [], past: [] });
    this.box = make("div", undefined, { class: "plot", role: "slider", tabindex: "0", "aria-valuemin": "1", "aria-valuemax": "1", "aria-valuenow": "1", "aria-label": "Chart" });
    this.canvas = make("canvas", undefined, { "aria-hidden": "true" });
    this.tip = make("div", undefined, { class: "tip", hidden: "" });
    this.box.append(this.canvas, this.tip);
    this.small = make("canvas", undefined, { class: "overview", "aria-hidden": "true", title: "Drag to look at a part" });
    const button = (text, name, act) => { const b = make("button", text, { type: "button", "aria-label": name, title: name }); b.addEventListener("click", act); return b; };
    this.tools = make("div", undefined, { class: "tools" });
    this.tools.append(button("◀", "Earlier", () => this.pan(-0.3)), button("−", "Zoom out", () => this.zoom(2)), button("+", "Zoom in", () => this.zoom(0.5)), button("▶", "Later", () => this.pan(0.3)), button("All", "All values", () => this.look(this.whole())));
    this.key = make("ul", undefined, { class: "key", "aria-label": "What the colours mean" });
    place.replaceChildren(this.key, this.box, this.small, this.tools);
    this.listen();
    onLook(() => this.draw());
  }

  /** show shows a series: fans are its forecasts, past earlier ones, rings steps that stand out; today is the step before which the forecast was made. */
  show({ series, unit, title, label, fans, past = [], rings = [], today, keep = false }) {
    const same = keep && this.series && this.series.times.length === series.times.length;
    Object.assign(this, { series, unit, title, fans, past, rings, today });
    this.cursor = same ? this.cursor : Math.max(0, series.values.length - 1);
    this.box.setAttribute("aria-label", label);
    this.box.setAttribute("aria-valuemax", series.times.length);
    if (!same) { this.view = this.start(); this.tip.hidden = true; }
    this.say();
    this.name();
    this.draw();
  }

  /** name writes the key: it is outside the plot, where it covers nothing. */
  name() {
    if (this.fans.length > 1) return this.nameFutures();
    const bands = this.fans.length ? levelsOf(this.fans[0]).map((l, i) => [`${l}% interval`, `band band-${Math.min(i, 2)}`]) : [];
    this.list([["history", "line ink"], ...(this.fans.length ? [["forecast", "line pen"]] : []), ...bands, ...this.others()]);
  }

  /** nameFutures writes the key of several forecasts: a line each. */
  nameFutures() {
    const [level] = levelsOf(this.fans[0]), fans = this.fans.map((f) => [f.name, "line", (s) => { s.style.borderTop = `2px ${f.dash.length ? (f.dash[0] < 4 ? "dotted" : "dashed") : "solid"} var(--${f.color})`; }]);
    this.list([["history", "line ink"], ...fans, ...(level ? [[`${level}% interval of each`, "band"]] : []), ...this.others()]);
  }

  /** others are the entries of what is drawn beside history and forecasts. */
  others() {
    return [...(this.past.length ? [["earlier forecasts", "line warm"]] : []), ...(this.rings.length ? [["stands out", "ring"]] : []), ...[["repaired", "fix"], ["holiday", "dot"]].filter(([, look]) => (this.series.marks || []).some((m) => Boolean(m.holiday) === (look === "dot")))];
  }

  list(entries) {
    this.key.replaceChildren(...entries.map(([name, look, paint]) => { const e = make("li"), s = make("span", undefined, { class: look, "aria-hidden": "true" }); paint?.(s); e.append(s, name); return e; }));
  }

  whole() { const t = this.series.times; return [t[0], t[t.length - 1]]; }

  /** start is what is in view at first: everything, or of a long history as much as leaves the forecast visible. */
  start() {
    const t = this.series.times, horizon = t.length - this.series.values.length;
    const most = Math.max(400, 12 * horizon);
    return [t[Math.max(0, t.length - most)], t[t.length - 1]];
  }

  look([a, b]) {
    const [first, last] = this.whole(), t = this.series.times;
    const least = Math.min(last - first, 4 * ((last - first) / Math.max(1, t.length - 1)));
    const span = Math.max(least, Math.min(b - a, last - first));
    const from = Math.max(first, Math.min(a, last - span));
    this.view = [from, from + span];
    this.draw();
  }
  pan(share) { const [a, b] = this.view, d = share * (b - a); this.look([a + d, b + d]); }
  zoom(factor, around = this.series.times[this.cursor]) {
    const [a, b] = this.view, at = Math.max(a, Math.min(b, around));
    this.look([at - (at - a) * factor, at + (b - at) * factor]);
  }

  draw() {
    const width = this.place.clientWidth, height = this.box.clientHeight;
    if (!this.series || !width || !height) return;
    const c = sharp(this.canvas, width, height), { series, view } = this;
    const f = plot.frame(c, { series, fans: [...this.fans, ...this.past.map((p) => ({ ...p, lower: {}, upper: {} }))], view, width, height });
    this.frame = f;
    plot.axes(c, f, series, view, this.title);
    plot.clip(c, f, () => {
      for (const p of this.past) plot.fan(c, f, series, p, { name: "warm", shade: 0, width: 1.2, dash: [4, 3] });
      for (const fan of this.fans) plot.fan(c, f, series, fan, { name: fan.color || "pen", dash: fan.dash });
      plot.line(c, f, series.times, series.values, 0, { color: color("ink"), width: 1.5 });
      plot.gaps(c, f, series);
      plot.marks(c, f, series);
      plot.rings(c, f, series, this.rings);
    });
    this.drawToday(c, f);
    this.drawCursor(c, f);
    this.overview(width);
    this.place.dataset.drawn = String(series.times.length);
  }

  drawToday(c, f) {
    if (this.today === undefined) return;
    const x = f.x(this.series.times[Math.max(0, this.today - 1)]);
    this.grip = x;
    if (x < f.left - 1 || x > f.right + 1) return;
    c.fillStyle = color("bad");
    c.fillRect(x - 0.5, f.top - 6, 1.5, f.bottom - f.top + 6);
    c.beginPath(); c.arc(x, f.top - 8, 6, 0, 7); c.fill();
    c.textAlign = x > f.right - 60 ? "right" : "left";
    c.fillText("today", x + (c.textAlign === "left" ? 10 : -10), f.top - 8);
  }

  drawCursor(c, f) {
    if (this.tip.hidden) return;
    const x = f.x(this.series.times[this.cursor]);
    c.strokeStyle = color("soft");
    c.setLineDash([2, 3]);
    c.beginPath(); c.moveTo(x, f.top); c.lineTo(x, f.bottom); c.stroke();
    c.setLineDash([]);
    this.tip.style.left = `${Math.max(0, Math.min(x + 12, this.place.clientWidth - this.tip.offsetWidth - 4))}px`;
    if (x + 16 + this.tip.offsetWidth > this.place.clientWidth) this.tip.style.left = `${Math.max(0, x - 12 - this.tip.offsetWidth)}px`;
  }

  /** overview draws the whole series small, with the part that is in view. */
  overview(width) {
    const { series } = this, c = sharp(this.small, width, overviewHeight);
    const [first, last] = this.whole();
    const f = plot.frame(c, { series, fans: this.fans, view: [first, last], width, height: overviewHeight, small: true });
    for (const fan of this.fans) plot.fan(c, f, series, fan, { name: fan.color || "pen", width: 1 });
    plot.line(c, f, series.times, series.values, 0, { color: color("soft"), width: 1 });
    const a = f.x(this.view[0]), b = f.x(this.view[1]);
    c.fillStyle = color("shade");
    c.fillRect(0, 0, a, overviewHeight);
    c.fillRect(b, 0, width - b, overviewHeight);
    c.fillStyle = color("pen");
    for (const x of [a, b]) c.fillRect(Math.max(0, Math.min(width - 3, x - 1.5)), 0, 3, overviewHeight);
  }

  /** lines says what there is at a step, a line each. */
  lines(i) {
    const { series } = this, out = [step(series, i, this.unit)];
    if (i < series.values.length) out.push(series.values[i] === null ? "no value here: it is left out of the fit" : `value ${number(series.values[i])}`);
    for (const fan of this.fans) {
      const h = i - fan.from;
      if (h < 0 || h >= fan.mean.length) continue;
      out.push(`${fan.name || "forecast"} ${number(fan.mean[h])}`);
      for (const l of levelsOf(fan)) out.push(`${l}%: ${number(fan.lower[l][h])} to ${number(fan.upper[l][h])}`);
    }
    for (const p of this.past) if (p.mean[i - p.from] !== undefined && i >= p.from) out.push(`forecast then ${number(p.mean[i - p.from])}`);
    for (const m of series.marks || []) if (m.step === i) out.push(m.holiday ? `holiday: ${m.what}` : `repaired: ${m.what}`);
    if (this.rings.includes(i)) out.push("stands out: the past did not lead to expect it");
    return out;
  }

  say() {
    this.box.setAttribute("aria-valuenow", this.cursor + 1);
    this.box.setAttribute("aria-valuetext", this.lines(this.cursor).join(", "));
  }

  point(i) {
    this.cursor = Math.max(0, Math.min(this.series.times.length - 1, i));
    const [a, b] = this.view, t = this.series.times[this.cursor];
    if (t < a || t > b) this.look([t - (b - a) / 2, t + (b - a) / 2]);
    this.tip.replaceChildren(...this.lines(this.cursor).map((l) => make("div", l)));
    this.tip.hidden = false;
    this.say();
    this.draw();
  }
  leave() { this.tip.hidden = true; this.draw(); }

  /** nearest is the step under a pixel. */
  nearest(px) {
    const t = this.frame.at(px), { times } = this.series, [i] = between(times, t, Infinity);
    return i > 0 && (i >= times.length || t - times[i - 1] < times[i] - t) ? i - 1 : i;
  }

  listen() {
    const { box, small } = this;
    let drag = null;
    const px = (e) => e.clientX - box.getBoundingClientRect().left;
    box.addEventListener("pointerdown", (e) => {
      if (!this.frame) return;
      const today = this.onToday && this.today !== undefined && Math.abs(px(e) - this.grip) < 12;
      drag = today ? { today } : { from: px(e), view: this.view };
      if (today || e.pointerType === "mouse") box.setPointerCapture(e.pointerId);
    });
    box.addEventListener("pointermove", (e) => {
      if (!this.frame) return;
      if (drag?.today) return this.onToday(this.nearest(px(e)) + 1);
      if (drag && e.pointerType === "mouse" && e.buttons) {
        const d = this.frame.at(px(e)) - this.frame.at(drag.from);
        if (Math.abs(px(e) - drag.from) > 4) { drag.from = px(e); return this.look([this.view[0] - d, this.view[1] - d]); }
        return;
      }
      box.style.cursor = this.onToday && this.today !== undefined && Math.abs(px(e) - this.grip) < 12 ? "ew-resize" : "crosshair";
      this.point(this.nearest(px(e)));
    });
    for (const type of ["pointerup", "pointercancel"]) box.addEventListener(type, () => { drag = null; });
    box.addEventListener("pointerleave", () => { if (!drag?.today) this.leave(); });
    box.addEventListener("dblclick", () => this.look(this.whole()));
    box.addEventListener("wheel", (e) => {
      if (!e.ctrlKey && !e.shiftKey) return; // the page scrolls
      e.preventDefault();
      this.zoom((e.deltaY || e.deltaX) > 0 ? 1.25 : 0.8, this.frame.at(px(e)));
    }, { passive: false });
    box.addEventListener("keydown", (e) => {
      const big = Math.max(1, Math.round(this.series.times.length / 20));
      const act = {
        ArrowLeft: () => this.point(this.cursor - 1), ArrowRight: () => this.point(this.cursor + 1), PageUp: () => this.point(this.cursor - big), PageDown: () => this.point(this.cursor + big),
        Home: () => this.point(0), End: () => this.point(this.series.times.length - 1), "+": () => this.zoom(0.5), "-": () => this.zoom(2), Escape: () => this.leave(),
      }[e.key];
      if (!act || !this.series) return;
      e.preventDefault();
      act();
    });
    box.addEventListener("blur", () => this.leave());
    let window = null;
    const at = (e) => { const r = small.getBoundingClientRect(), [a, b] = this.whole(); return a + ((e.clientX - r.left) / r.width) * (b - a); };
    small.addEventListener("pointerdown", (e) => {
      const t = at(e), [a, b] = this.view, near = (this.whole()[1] - this.whole()[0]) * 0.02;
      window = Math.abs(t - a) < near ? { edge: 0 } : Math.abs(t - b) < near ? { edge: 1 } : { off: t >= a && t <= b ? t - a : (b - a) / 2 };
      small.setPointerCapture(e.pointerId);
      if (window.off !== undefined) this.look([t - window.off, t - window.off + b - a]);
    });
    small.addEventListener("pointermove", (e) => {
      if (!window) return;
      const t = at(e), [a, b] = this.view;
      if (window.edge === 0) this.look([Math.min(t, b), b]);
      else if (window.edge === 1) this.look([a, Math.max(t, a)]);
      else this.look([t - window.off, t - window.off + b - a]);
    });
    for (const type of ["pointerup", "pointercancel"]) small.addEventListener(type, () => { window = null; });
  }
}
