// Where things lie on a piano roll: no drawing here.

/** layout places the notes of a take in a box; pitches get rows, drum keys a strip below. */
export function layout(take, width, height) {
  let low = 127, high = 0;
  const drums = new Set();
  for (const p of take.parts) {
    for (const [, , pitch] of p.notes) {
      if (p.drums) drums.add(pitch);
      else { low = Math.min(low, pitch); high = Math.max(high, pitch); }
    }
  }
  if (low > high) { low = 60; high = 71; }
  low -= 2; high += 2;
  const keys = [...drums].sort((a, b) => a - b);
  const head = 18; // bar numbers and chords
  const strip = keys.length ? Math.min(4 * keys.length, height / 4) : 0;
  const row = (height - head - strip) / (high - low + 1);
  const x = (seconds) => (seconds / take.seconds) * width;
  const notes = [];
  take.parts.forEach((p, part) => {
    for (const [start, end, pitch] of p.notes) {
      const box = { part, fresh: start >= take.from - 1e-6, x: x(start), w: Math.max(1.5, x(end) - x(start) - 0.5) };
      if (p.drums) {
        const h = strip / keys.length;
        notes.push({ ...box, drum: true, w: 2.5, y: height - (keys.indexOf(pitch) + 1) * h, h: Math.max(1, h - 1) });
      } else {
        notes.push({ ...box, drum: false, y: head + (high - pitch) * row, h: Math.max(1.5, row - 0.5) });
      }
    }
  });
  const first = take.bars.findIndex((b) => b >= take.from - 1e-6);
  const bars = take.bars.map((b, i) => ({
    x: x(b),
    label: i === take.bars.length - 1 ? "" : `${i + 1}${take.changes && i >= first && take.changes[i - first] ? "  " + take.changes[i - first] : ""}`,
  }));
  return { notes, bars, from: x(take.from), x };
}

/** clock writes seconds as minutes. */
export function clock(seconds) {
  const s = Math.max(0, Math.round(seconds));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}
