// What is said of a forecast, and the numbers behind the chart: no drawing here.
import { number, percent } from "./words.js";

/** levelsOf lists the levels of a forecast's intervals, the widest first. */
export const levelsOf = (fan) => Object.keys(fan.lower).sort((a, b) => b - a);

/** futures are a series' forecasts, one for each scenario, with its name and look. Of several only the narrowest interval is drawn. */
export function futures(series, names) {
  if (!series.scenarios?.length) return [series];
  return [series, ...series.scenarios].map((fan, i) => {
    const level = levelsOf(fan).slice(-1), only = (band) => Object.fromEntries(level.map((l) => [l, band[l]]));
    return { from: fan.from, mean: fan.mean, lower: only(fan.lower), upper: only(fan.upper), name: names[i], ...looks(i) };
  });
}

/** looks is how the i-th of several futures is drawn: colour and dashes both tell them apart. */
function looks(i) {
  const dashes = [[], [9, 4], [2, 3], [12, 3, 2, 3]];
  return { color: i === 0 ? "pen" : `future-${1 + ((i - 1) % 5)}`, dash: dashes[i % dashes.length] };
}

/** range is the least and largest value that a series shows between two steps, its forecasts too; differences that are only rounding are none. */
export function range(series, fans, from, to) {
  let lo = Infinity, hi = -Infinity;
  const see = (v) => {
    if (v === null || v === undefined) return;
    if (v < lo) lo = v;
    if (v > hi) hi = v;
  };
  for (let i = Math.max(0, from); i < Math.min(to, series.values.length); i++) see(series.values[i]);
  for (const f of fans) {
    const bands = [f.mean, ...levelsOf(f).flatMap((l) => [f.lower[l], f.upper[l]])];
    for (let h = Math.max(0, from - f.from); h < Math.min(f.mean.length, to - f.from); h++) for (const b of bands) see(b[h]);
  }
  if (lo > hi) return [0, 1];
  if (hi - lo <= 1e-6 * Math.max(Math.abs(lo), Math.abs(hi))) return [lo - (Math.abs(lo) || 1) / 20, hi + (Math.abs(hi) || 1) / 20];
  const pad = (hi - lo) * 0.06;
  const low = lo >= 0 && (lo - pad < 0 || lo < 0.25 * hi) ? 0 : lo - pad; // near zero the axis shows it
  return [low, hi + pad];
}

/** gain says by how much a forecast beat another on the past. */
function gain(of, other) {
  const g = 1 - of / other;
  return g >= 0.005 ? `better by ${percent(g)}` : "not better";
}

/** verdict compares the forecast with seasonal naive, which repeats the last season. */
export function verdict(result) {
  const parts = [];
  if (result.weights?.length) {
    const said = result.weights.filter((w) => w.weight >= 0.005).sort((a, b) => b.weight - a.weight);
    if (said.length === 1) parts.push(`Method ${said[0].method}, chosen by its errors on the past.`);
    else parts.push(`Average of ${said.map((w) => `${w.method} (${percent(w.weight)})`).join(", ")}, weighted by errors on the past.`);
  } else {
    parts.push(`Method ${result.method}.`);
  }
  const tested = score(result, result.method), naive = score(result, "snaive");
  if (tested && naive && tested !== naive) {
    parts.push(`In the test on the past below its error (MASE) was ${number(tested.mase)}, that of seasonal naive, which repeats the last season, ${number(naive.mase)}: ${gain(tested.mase, naive.mase)}.`);
  } else if (result.check) {
    parts.push(`Its error (MASE) on the past was ${number(result.check.mase)}, that of seasonal naive, which repeats the last season, ${number(result.check.seasonal_naive)}: ${gain(result.check.mase, result.check.seasonal_naive)}.`);
  }
  return parts.join(" ");
}

/** score is a method's line of the test on the past, if there is one. */
const score = (result, method) => result.backtest?.find((s) => s.method === method && s.mase);

/** note writes a repair as a sentence. */
export function note(n) {
  return n.line ? `${n.what}: ${number(n.count)} (first on line ${number(n.line)})` : n.what;
}

/** query turns a form's fields into a query string, leaving out the empty ones. */
export function query(fields) {
  const q = new URLSearchParams();
  for (const [name, value] of fields) {
    const v = String(value).trim();
    if (v !== "") q.append(name, name === "levels" ? v.replace(/\s+/g, "") : v);
  }
  return q.toString();
}

/** covered counts the known values that a forecast made earlier should hold, and those inside its interval. */
export function covered(values, fan, level) {
  const lower = fan.lower[level], upper = fan.upper[level];
  let seen = 0, inside = 0;
  for (let h = 0; h < fan.mean.length; h++) {
    const v = values[fan.from + h];
    if (v === null || v === undefined || !lower || lower[h] === null) continue;
    seen++;
    if (v >= lower[h] && v <= upper[h]) inside++;
  }
  return { seen, inside };
}
