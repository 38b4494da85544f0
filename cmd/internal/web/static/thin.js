// A long line as few points that look the same: the least and the largest value of every
// pixel column, in their order. No drawing here.

/** between gives the first index whose x is at least lo, and the one after the last whose x is at most hi; xs increase. */
export function between(xs, lo, hi, n = xs.length) {
  const search = (fits) => {
    let a = 0, b = n;
    while (a < b) {
      const m = (a + b) >> 1;
      if (fits(xs[m])) b = m; else a = m + 1;
    }
    return a;
  };
  return [search((x) => x >= lo), search((x) => x > hi)];
}

/** thin returns the indices in [from, to) that have to be drawn in the given number of pixels; a null is kept where it breaks the line. */
export function thin(values, from, to, pixels) {
  const n = to - from, out = [];
  if (n <= 4 * pixels) {
    for (let i = from; i < to; i++) out.push(i);
    return out;
  }
  for (let p = 0; p < pixels; p++) {
    const a = from + Math.floor((p * n) / pixels), b = from + Math.floor(((p + 1) * n) / pixels);
    let low = -1, high = -1, gap = -1;
    for (let i = a; i < b; i++) {
      const v = values[i];
      if (v === null) gap = i;
      else {
        if (low < 0 || v < values[low]) low = i;
        if (high < 0 || v > values[high]) high = i;
      }
    }
    const picked = new Set([low, high, gap, ...(p === 0 ? [a] : []), ...(p === pixels - 1 ? [b - 1] : [])]);
    out.push(...[...picked].filter((i) => i >= 0).sort((x, y) => x - y));
  }
  return out;
}
