// The time machine: "today" moves back, and the forecast is made again as it would have
// been then, with the truth over it. Here is what is asked and remembered; the chart
// shows it.
import { covered, levelsOf } from "./series.js";
import { $ } from "./ui.js";
import { number, percent, step } from "./words.js";

/** ask changes a query so that it forecasts from some steps before the end. */
export function ask(query, back, horizon) {
  const q = new URLSearchParams(query);
  q.delete("backtest");
  q.set("horizon", horizon);
  if (back > 0) q.set("back", back);
  return q.toString();
}

/** placed moves a fan of a shortened series to where it is in the whole one. */
export const placed = (whole, short) => ({ from: short.hidden + short.from - whole.hidden, mean: short.mean, lower: short.lower, upper: short.upper });

/** record sums up what was seen at all origins; seen maps an origin to what covered gives. */
export function record(seen) {
  let inside = 0, all = 0;
  for (const c of seen.values()) { inside += c.inside; all += c.seen; }
  return { origins: seen.size, inside, seen: all };
}

/** origins spreads up to n past origins evenly over what a record can be made of. */
export function origins(first, last, n) {
  const out = new Set();
  for (let i = 0; i < n; i++) out.add(Math.round(first + ((last - first) * (i + 0.5)) / n));
  return [...out].filter((o) => o >= first && o < last);
}

/** Machine asks for forecasts of the past, one at a time and the newest wish first. */
export class Machine {
  constructor({ forecast, show, fail }) {
    Object.assign(this, { forecast, show, fail, input: $("#today"), said: $("#record"), now: $("#now"), play: $("#play-record") });
    this.input.addEventListener("input", () => this.go(Number(this.input.value)));
    this.now.addEventListener("click", () => { this.playing = false; this.go(this.last()); });
    this.play.addEventListener("click", () => this.rehearse());
  }

  last() { return this.series.values.length; }

  /** begin takes a series and the query that forecast it. */
  begin(series, result, query) {
    this.turn = (this.turn || 0) + 1;
    Object.assign(this, { series, result, query, made: new Map(), seen: new Map(), wish: undefined, playing: false });
    this.level = levelsOf(series)[0];
    this.first = Math.min(this.last(), Math.max(4, 2 * result.season));
    Object.assign(this.input, { min: this.first, max: this.last(), value: this.last() });
    this.play.disabled = this.first >= this.last();
    this.tell(this.last());
  }

  async go(origin) {
    origin = Math.max(this.first, Math.min(this.last(), origin));
    this.input.value = origin;
    this.wish = origin;
    this.show(origin, this.fanAt(origin));
    if (this.busy || this.fanAt(origin)) return this.tell(origin);
    this.busy = true;
    try {
      await new Promise((done) => setTimeout(done, 60)); // a drag passes many steps
      while (this.wish !== undefined && !this.fanAt(this.wish)) await this.make(this.wish);
    } catch (e) { this.playing = false; this.fail(e); } finally { this.busy = false; }
    if (this.wish === undefined) return;
    this.show(this.wish, this.fanAt(this.wish));
    this.tell(this.wish);
  }

  fanAt(origin) { return origin === this.last() ? this.series : this.made.get(origin); }

  async make(origin) {
    const { turn, series } = this;
    const r = await this.forecast(ask(this.query, this.last() - origin, this.result.horizon));
    if (turn !== this.turn) { this.wish = undefined; return; }
    const short = r.series.find((s) => s.id === series.id);
    if (!short) throw new Error(`there is too little of the series before ${step(series, origin, this.unit)}`);
    const fan = placed(series, short);
    this.made.set(origin, fan);
    this.seen.set(origin, covered(series.values, fan, this.level));
  }

  tell(origin) {
    const r = record(this.seen), at = step(this.series, Math.max(0, origin - 1), this.unit);
    this.input.setAttribute("aria-valuetext", `today is ${at}`);
    this.now.hidden = origin === this.last();
    this.said.textContent = (origin === this.last() ? "Drag “today” back to see what would have been forecast then. " : `Today is ${at}. `)
      + (r.seen ? `So far ${percent(r.inside / r.seen)} of ${number(r.seen)} values of ${r.origins === 1 ? "1 forecast" : `${number(r.origins)} forecasts`} were inside the ${this.level}% interval.` : "");
  }

  /** rehearse makes the record at a dozen origins, oldest first. */
  async rehearse() {
    if (this.playing) { this.playing = false; return; }
    this.playing = true;
    this.play.textContent = "Stop";
    const turn = this.turn;
    for (const o of origins(this.first, this.last(), 12)) {
      await this.go(o);
      while (this.busy) await new Promise((done) => setTimeout(done, 50));
      if (!this.playing || turn !== this.turn) break;
      await new Promise((done) => setTimeout(done, matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 250));
    }
    this.playing = false;
    this.play.textContent = "Play the record";
  }
}
