// Loudness as ITU-R BS.1770-4 (2015) defines it, for what the page plays itself; what the
// engine renders has this loudness already (package sound).

/** target is the loudness of everything that is heard, in LUFS. */
export const target = -16;

/** weighting is K-weighting at a sample rate, as two filters [b0, b1, b2, a1, a2] (De Man 2014). */
function weighting(rate) {
  let k = Math.tan((Math.PI * 1681.974450955533) / rate);
  const q = 0.7071752369554196, high = 1.584864701130855, band = high ** 0.4996667741545416, p = 0.5003270373238773;
  let a = 1 + k / q + k * k;
  const shelf = [(high + (band * k) / q + k * k) / a, (2 * (k * k - high)) / a, (high - (band * k) / q + k * k) / a, (2 * (k * k - 1)) / a, (1 - k / q + k * k) / a];
  k = Math.tan((Math.PI * 38.13547087602444) / rate);
  a = 1 + k / p + k * k;
  return [shelf, [1, -2, 1, (2 * (k * k - 1)) / a, (1 - k / p + k * k) / a]];
}

/** loudness is the integrated loudness of channels in LUFS; minus infinity for silence. */
export function loudness(channels, rate) {
  const size = Math.round(0.1 * rate), hops = new Float64Array(Math.ceil(channels[0].length / size));
  for (const x of channels) {
    const filters = weighting(rate).map((f) => ({ f, x1: 0, x2: 0, y1: 0, y2: 0 }));
    for (let i = 0; i < x.length; i++) {
      let v = x[i];
      for (const s of filters) {
        const [b0, b1, b2, a1, a2] = s.f, y = b0 * v + b1 * s.x1 + b2 * s.x2 - a1 * s.y1 - a2 * s.y2;
        s.x2 = s.x1; s.x1 = v; s.y2 = s.y1; s.y1 = y;
        v = y;
      }
      hops[Math.floor(i / size)] += v * v;
    }
  }
  const lufs = (e) => -0.691 + 10 * Math.log10(e), blocks = [];
  for (let i = 0; i + 4 <= Math.max(4, hops.length); i++) blocks.push(hops.slice(i, i + 4).reduce((a, b) => a + b, 0) / (4 * size));
  const gated = (above) => {
    const loud = blocks.filter((e) => lufs(e) > above);
    return loud.length ? lufs(loud.reduce((a, b) => a + b, 0) / loud.length) : -Infinity;
  };
  return gated(Math.max(-70, gated(-70) - 10));
}
