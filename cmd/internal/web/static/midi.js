// MIDI files of one part, written by the page: what was played on its keys, or a curve as
// a melody.

const perQuarter = 480;

const variable = (n) => { // a length in groups of seven bits
  const out = [n & 127];
  while ((n >>= 7)) out.unshift((n & 127) | 128);
  return out;
};
const bytes = (n, size) => Array.from({ length: size }, (_, i) => (n >>> (8 * (size - 1 - i))) & 255);
const text = (s) => [...new TextEncoder().encode(s)];
const chunk = (name, data) => [...text(name), ...bytes(data.length, 4), ...data];

/** write makes a file of notes {start, length, pitch, velocity, channel}, in quarter notes; programs are those of channels. */
export function write(notes, { tempo = 120, program = 0, programs = { 0: program }, name = "Solo" } = {}) {
  const events = [];
  for (const n of notes) {
    const on = Math.round(n.start * perQuarter), off = Math.max(on + 1, Math.round((n.start + n.length) * perQuarter));
    const c = n.channel || 0;
    events.push([on, 1, [0x90 | c, n.pitch, n.velocity ?? 90]], [off, 0, [0x80 | c, n.pitch, 0]]);
  }
  events.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const title = text(name), track = [0, 0xff, 3, title.length, ...title, 0, 0xff, 0x51, 3, ...bytes(Math.round(6e7 / tempo), 3), 0, 0xff, 0x58, 4, 4, 2, 24, 8];
  for (const [c, p] of Object.entries(programs)) track.push(0, 0xc0 | c, p);
  let at = 0;
  for (const [tick, , data] of events) {
    track.push(...variable(tick - at), ...data);
    at = tick;
  }
  track.push(0, 0xff, 0x2f, 0);
  return new Uint8Array([...chunk("MThd", [0, 0, 0, 1, ...bytes(perQuarter, 2)]), ...chunk("MTrk", track)]);
}

const dorian = [0, 2, 3, 5, 7, 9, 10];

/** melody turns numbers into eighth notes of D dorian, high where they are high; the same height again is held. */
export function melody(values, { low = 57, octaves = 2, length = 0.5 } = {}) {
  const known = values.filter((v) => v !== null && Number.isFinite(v)), lo = Math.min(...known), span = Math.max(...known) - lo || 1;
  const rows = octaves * dorian.length, out = [];
  values.forEach((v, i) => {
    if (v === null || !Number.isFinite(v)) return;
    const row = Math.round(((v - lo) / span) * rows), pitch = low + 5 + 12 * Math.floor(row / dorian.length) + dorian[row % dorian.length];
    const last = out[out.length - 1];
    if (last && last.pitch === pitch && Math.abs(last.start + last.length - i * length) < 1e-9 && last.length < 4 * length) last.length += length;
    else out.push({ start: i * length, length, pitch, velocity: 70 + Math.round((30 * row) / rows) });
  });
  return out;
}

/** few picks at most n of the values, evenly: a long series is heard in outline. */
export function few(values, n) {
  if (values.length <= n) return values;
  return Array.from({ length: n }, (_, i) => values[Math.round((i * (values.length - 1)) / (n - 1))]);
}
