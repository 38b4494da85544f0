// Draws a series with its forecasts into a box of a canvas: axes, history, fans, marks.
import { color, faded } from "./canvas.js";
import { levelsOf, range } from "./series.js";
import { between, thin } from "./thin.js";
import * as ticks from "./ticks.js";
import { number, tickDate } from "./words.js";

/** frame finds where things lie: the steps in view, the scales, the ticks. */
export function frame(c, { series, fans, view, width, height, small }) {
  const { times } = series;
  const [a, b] = between(times, view[0], view[1]);
  const [lo, hi] = range(series, fans, a, b);
  const top = small ? 2 : 26, bottom = small ? 2 : 24;
  const yTicks = small ? [] : ticks.numbers(lo, hi, Math.max(2, (height - top - bottom) / 45));
  const left = small ? 0 : 12 + Math.max(...yTicks.map((t) => c.measureText(number(t)).width)), right = small ? 0 : 12;
  const room = { left, right: width - right, top, bottom: height - bottom };
  const x = (t) => room.left + ((t - view[0]) / (view[1] - view[0] || 1)) * (room.right - room.left);
  const y = (v) => room.bottom - ((v - lo) / (hi - lo || 1)) * (room.bottom - room.top);
  const at = (px) => view[0] + ((px - room.left) / (room.right - room.left)) * (view[1] - view[0]);
  return { ...room, x, y, at, yTicks, from: Math.max(0, a - 1), to: Math.min(times.length, b + 1) };
}

/** axes draws the grid and its labels. */
export function axes(c, f, series, view, title) {
  c.fillStyle = color("soft");
  c.strokeStyle = color("line");
  c.lineWidth = 1;
  c.textAlign = "right";
  c.textBaseline = "middle";
  for (const t of f.yTicks) {
    const y = Math.round(f.y(t)) + 0.5;
    c.beginPath(); c.moveTo(f.left, y); c.lineTo(f.right, y); c.stroke();
    c.fillText(number(t), f.left - 6, y);
  }
  c.textAlign = "left";
  if (title) c.fillText(ticks.shorten(title, f.right - 80, (t) => c.measureText(t).width), 2, 10);
  c.textAlign = "center";
  const count = (f.right - f.left) / 80;
  const { at, by } = series.timed ? ticks.times(view[0], view[1], count) : { at: ticks.numbers(view[0] + 1, view[1] + 1, count).filter(Number.isInteger).map((t) => t - 1) };
  let free = 0;
  for (const t of at) {
    const x = Math.round(f.x(t)) + 0.5, label = series.timed ? tickDate(t, by) : number(t + 1), half = c.measureText(label).width / 2;
    if (x - half < free || x + half > f.right + 12) continue;
    c.beginPath(); c.moveTo(x, f.bottom); c.lineTo(x, f.bottom + 4); c.stroke();
    c.fillText(label, x, f.bottom + 14);
    free = x + half + 8;
  }
}

/** line draws the values with index in [from, to), broken where they are missing. */
export function line(c, f, xs, values, offset, look) {
  c.strokeStyle = look.color;
  c.lineWidth = look.width;
  c.lineJoin = "round";
  c.setLineDash(look.dash || []);
  const from = Math.max(0, f.from - offset), to = Math.min(values.length, f.to - offset);
  c.beginPath();
  let pen = false, alone = -1;
  const dots = [];
  for (const i of thin(values, from, Math.max(from, to), Math.max(1, Math.round(f.right - f.left)))) {
    const v = values[i];
    if (v === null || v === undefined) {
      if (alone >= 0) dots.push(alone);
      pen = false;
      alone = -1;
      continue;
    }
    if (pen) { c.lineTo(f.x(xs[offset + i]), f.y(v)); alone = -1; }
    else { c.moveTo(f.x(xs[offset + i]), f.y(v)); pen = true; alone = i; }
  }
  if (alone >= 0) dots.push(alone);
  c.stroke();
  c.setLineDash([]);
  c.fillStyle = look.color;
  for (const i of dots) { c.beginPath(); c.arc(f.x(xs[offset + i]), f.y(values[i]), 1.6, 0, 7); c.fill(); }
}

/** fan draws a forecast's intervals and its mean, joined to the last value before it. */
export function fan(c, f, series, forecast, { name, shade = 0.16, width = 2, dash }) {
  const { times, values } = series;
  const before = values[forecast.from - 1], joins = before !== null && before !== undefined;
  const start = joins ? forecast.from - 1 : forecast.from;
  const join = (band) => (joins ? [before, ...band] : band);
  levelsOf(forecast).forEach((l, i) => {
    const low = join(forecast.lower[l]), high = join(forecast.upper[l]);
    if (shade === 0) return;
    c.fillStyle = faded(name, shade + 0.1 * i);
    c.beginPath();
    const points = low.map((v, h) => h).filter((h) => low[h] !== null && high[h] !== null && times[start + h] !== undefined);
    for (const h of points) c.lineTo(f.x(times[start + h]), f.y(high[h]));
    for (const h of points.reverse()) c.lineTo(f.x(times[start + h]), f.y(low[h]));
    c.fill();
  });
  line(c, f, times, join(forecast.mean), start, { color: color(name), width, dash });
}

/** gaps marks the steps of the history that have no value. */
export function gaps(c, f, series) {
  c.fillStyle = color("warm");
  let last = -9;
  for (let i = f.from; i < Math.min(f.to, series.values.length); i++) {
    if (series.values[i] !== null) continue;
    const x = f.x(series.times[i]);
    if (x - last < 3) continue;
    c.fillRect(x - 1, f.bottom - 5, 2, 5);
    last = x;
  }
}

/** rings marks values that stand out. */
export function rings(c, f, series, steps) {
  c.strokeStyle = color("bad");
  c.lineWidth = 1.6;
  for (const i of steps) {
    if (i < f.from || i >= f.to || series.values[i] === null || series.values[i] === undefined) continue;
    c.beginPath(); c.arc(f.x(series.times[i]), f.y(series.values[i]), 5, 0, 7); c.stroke();
  }
}

/** marks draws repairs as triangles at the foot, holidays as dots below them. */
export function marks(c, f, series) {
  for (const m of series.marks || []) {
    if (m.step < f.from || m.step >= f.to) continue;
    const x = f.x(series.times[m.step]);
    c.fillStyle = color(m.holiday ? "holiday" : "warm");
    c.beginPath();
    if (m.holiday) c.arc(x, f.bottom - 4, 2.5, 0, 7);
    else { c.moveTo(x - 5, f.bottom); c.lineTo(x, f.bottom - 9); c.lineTo(x + 5, f.bottom); }
    c.fill();
  }
}

/** clip confines drawing to the box. */
export function clip(c, f, draw) {
  c.save();
  c.beginPath();
  c.rect(f.left, 0, f.right - f.left, f.bottom);
  c.clip();
  draw();
  c.restore();
}
