// Where ticks lie: no drawing here.

/** numbers gives round numbers between lo and hi, about as many as asked for. */
export function numbers(lo, hi, count) {
  const span = hi - lo;
  if (!(span > 0) || !Number.isFinite(span)) return [lo];
  const raw = span / Math.max(1, count), power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 2.5, 5, 10].find((m) => m * power >= raw) || 10);
  const out = [];
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi + span * 1e-9 && out.length < 100; k++) out.push(Number((k * step).toPrecision(12)));
  return out;
}

const minute = 60, hour = 3600, day = 86400;
const spans = [
  [1, "second"], [5, "second"], [15, "second"], [30, "second"],
  [minute, "minute"], [5 * minute, "minute"], [15 * minute, "minute"], [30 * minute, "minute"],
  [hour, "hour"], [3 * hour, "hour"], [6 * hour, "hour"], [12 * hour, "hour"],
  [day, "day"], [2 * day, "day"], [7 * day, "day"], [14 * day, "day"],
];
const months = [1, 2, 3, 6], years = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** times gives the starts of years, months, days or hours between two times in seconds, at most as many as asked for; by is the unit. */
export function times(lo, hi, count) {
  const least = (hi - lo) / Math.max(1, count), out = [];
  if (!(hi > lo)) return { at: [lo], by: "day" };
  const short = spans.find(([s]) => s >= least);
  if (short) {
    const [s, by] = short;
    for (let t = Math.ceil(lo / s) * s; t <= hi; t += s) out.push(t);
    return { at: out, by };
  }
  const m = months.find((n) => n * 30.44 * day >= least);
  const n = m || 12 * (years.find((y) => y * 365.25 * day >= least) || 1000);
  const first = new Date(lo * 1000), index = first.getUTCFullYear() * 12 + (m ? first.getUTCMonth() : 0);
  for (let k = Math.floor(index / n) * n; ; k += n) {
    const d = new Date(0);
    d.setUTCFullYear(Math.floor(k / 12), ((k % 12) + 12) % 12, 1);
    const t = d.getTime() / 1000;
    if (t > hi) break;
    if (t >= lo) out.push(t);
  }
  return { at: out, by: m ? "month" : "year" };
}

/** shorten leaves out the middle of a text that is wider than its room. */
export function shorten(text, room, width) {
  if (width(text) <= room) return text;
  let kept = text.length - 1;
  const short = () => `${text.slice(0, Math.ceil(kept / 2)).trimEnd()}…${text.slice(text.length - Math.floor(kept / 2)).trimStart()}`;
  while (kept > 2 && width(short()) > room) kept--;
  return short();
}
