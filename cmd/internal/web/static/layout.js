// Where things lie on a piano roll: no drawing here.

/** crop leaves out what is more than some bars before the new music; first is how many bars that is, shift how many seconds. */
export function crop(take, most) {
  const joint = take.bars.findIndex((b) => b >= take.from - 1e-6), first = Math.max(0, joint - most);
  if (first === 0) return { ...take, first: 0, shift: 0 };
  const shift = take.bars[first];
  return {
    ...take, first, shift, seconds: take.seconds - shift, from: take.from - shift, bars: take.bars.slice(first).map((b) => b - shift),
    chords: take.chords?.slice(first), parts: take.parts.map((p) => ({ ...p, notes: p.notes.filter(([, end]) => end > shift).map(([a, b, ...rest]) => [Math.max(0, a - shift), b - shift, ...rest]) })),
  };
}

const head = 18; // bar numbers

/** tall is the height of a take's roll: music of many octaves needs more. */
export function tall(take) {
  const pitches = take.parts.filter((p) => !p.drums).flatMap((p) => p.notes.map(([, , pitch]) => pitch));
  const span = pitches.reduce(([lo, hi], p) => [Math.min(lo, p), Math.max(hi, p)], [127, 0]);
  return Math.max(240, Math.min(420, 7 * (span[1] - span[0]) + head));
}

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
  const strip = keys.length ? Math.min(4 * keys.length, height / 4) : 0;
  const row = (height - head - strip) / (high - low + 1);
  const x = (seconds) => (seconds / take.seconds) * width;
  const notes = [];
  take.parts.forEach((p, part) => {
    for (const [start, end, pitch, velocity] of p.notes) {
      const box = { part, velocity, fresh: start >= take.from - 1e-6, x: x(start), w: Math.max(1.5, x(end) - x(start) - 0.5) };
      if (p.drums) {
        const h = strip / keys.length;
        notes.push({ ...box, drum: true, w: 2.5, y: height - (keys.indexOf(pitch) + 1) * h, h: Math.max(1, h - 1) });
      } else {
        notes.push({ ...box, drum: false, y: head + (high - pitch) * row, h: Math.max(1.5, row - 0.5) });
      }
    }
  });
  const bars = take.bars.map((b, i) => ({ x: x(b), label: i === take.bars.length - 1 ? "" : String(i + 1 + (take.first || 0)) }));
  const chords = (take.chords || []).map((chord, i) => ({ bar: i + 1 + (take.first || 0), x: x(take.bars[i]), w: x(take.bars[i + 1]) - x(take.bars[i]), chord, fresh: !take.fixed && take.bars[i] >= take.from - 1e-6 }));
  const piano = [];
  for (let pitch = low; pitch <= high; pitch++) piano.push({ pitch, y: head + (high - pitch) * row, h: row, black: [1, 3, 6, 8, 10].includes(pitch % 12), label: pitch % 12 === 0 ? `C${pitch / 12 - 1}` : "" });
  return { notes, bars, chords, piano, from: x(take.from), x };
}

/** section is the time from the start of one bar to the end of another, counted from 1, in seconds. */
export function section(take, from, to) {
  const last = take.bars.length - 1, a = Math.max(1, Math.min(last, from)), b = Math.max(a, Math.min(last, to));
  return [take.bars[a - 1], take.bars[b]];
}

/** clock writes seconds as minutes. */
export function clock(seconds) {
  const s = Math.max(0, Math.round(seconds));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}
