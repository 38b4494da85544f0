// What the chart and the table show of a forecast: no drawing here.

/** columns lays a series out for uPlot: times, values, mean, then low and high of every level, the widest first. */
export function columns(series) {
  const past = series.values.length;
  const blank = new Array(past).fill(null);
  // the forecast's lines begin at the last value, so that no gap is seen
  const join = (xs) => {
    const out = blank.concat(xs);
    if (past > 0) out[past - 1] = series.values[past - 1];
    return out;
  };
  const levels = Object.keys(series.lower).sort((a, b) => b - a);
  const data = [series.times, series.values.concat(series.mean.map(() => null)), join(series.mean)];
  for (const l of levels) data.push(join(series.lower[l]), join(series.upper[l]));
  return { data, levels };
}

/** number writes a value for people, with four digits or as many as stand before the point. */
export function number(x) {
  if (x === null || x === undefined) return "–";
  const digits = Math.abs(x) >= 10000 ? 0 : 4;
  return digits ? String(Number(x.toPrecision(4))) : String(Math.round(x));
}

/** verdict compares the forecast with seasonal naive, which repeats the last season. */
export function verdict(result) {
  const parts = [];
  if (result.weights?.length) {
    const said = result.weights.filter((w) => w.weight >= 0.005).sort((a, b) => b.weight - a.weight);
    parts.push(`Average of ${said.map((w) => `${w.method} (${Math.round(100 * w.weight)}%)`).join(", ")}, weighted by errors on the past.`);
  } else {
    parts.push(`Method ${result.method}.`);
  }
  if (result.check) {
    const gain = Math.round(100 * (1 - result.check.mase / result.check.seasonal_naive));
    const better = gain >= 1 ? `better by ${gain}%` : "not better";
    parts.push(`Its error (MASE) on the past was ${number(result.check.mase)}, that of seasonal naive, which repeats the last season, ${number(result.check.seasonal_naive)}: ${better}.`);
  }
  return parts.join(" ");
}

/** note writes a repair as a sentence. */
export function note(n) {
  return n.line ? `${n.what}: ${n.count} (first on line ${n.line})` : n.what;
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
