// The logic of the page, without a browser.
import assert from "node:assert/strict";
import test from "node:test";
import { parser } from "../static/events.js";
import { canChange, chordsOf, edited } from "../static/chords.js";
import { attributes } from "../static/form.js";
import { Recorder } from "../static/keys.js";
import { chordAt, entry, lead, phrase, rotated } from "../static/jam.js";
import { clock, crop, layout, section, tall } from "../static/layout.js";
import { ask, origins, placed, record } from "../static/machine.js";
import { loudness } from "../static/loudness.js";
import * as midi from "../static/midi.js";
import { Mixer } from "../static/mixer.js";
import * as preview from "../static/preview.js";
import { covered, futures, note, query, range, verdict } from "../static/series.js";
import * as sketch from "../static/sketch.js";
import * as state from "../static/state.js";
import { between, thin } from "../static/thin.js";
import * as ticks from "../static/ticks.js";
import { nearest, patience, plan, voiceOf, Voices } from "../static/voices.js";
import { date, number, unit } from "../static/words.js";

test("events come whole, however the text is cut", () => {
  const text = 'event: progress\ndata: {"done":0.5}\n\n: working\n\nevent: result\ndata: a\ndata: b\n\n';
  for (let size = 1; size < text.length; size++) {
    const got = [];
    const take = parser((name, data) => got.push([name, data]));
    for (let at = 0; at < text.length; at += size) take(text.slice(at, at + size));
    assert.deepEqual(got, [["progress", '{"done":0.5}'], ["result", "a\nb"]]);
  }
});

test("loudness is that of EBU Tech 3341: a sine at -23 dB on both sides has -23 LUFS", () => {
  for (const rate of [44100]) {
    const sine = (level, seconds) => Float32Array.from({ length: seconds * rate }, (_, i) => 10 ** (level / 20) * Math.sin((2 * Math.PI * 1000 * i) / rate));
    assert.ok(Math.abs(loudness([sine(-23, 2), sine(-23, 2)], rate) + 23) < 0.1);
    const quiet = Float32Array.from([...sine(-72, 1), ...sine(-23, 4), ...sine(-72, 1)]); // what is silent does not count
    assert.ok(Math.abs(loudness([quiet, quiet], rate) + 23) < 0.4);
  }
  assert.equal(loudness([new Float32Array(9)], 44100), -Infinity);
});

test("what a forecast covered is counted where the truth is known", () => {
  const fan = { from: 2, mean: [1, 1, 1, 1], lower: { 95: [0, 0, 0, 0] }, upper: { 95: [2, 2, 2, 2] } };
  assert.deepEqual(covered([9, 9, 1, 5, null], fan, "95"), { seen: 2, inside: 1 });
  assert.deepEqual(record(new Map([[2, { seen: 2, inside: 1 }], [3, { seen: 1, inside: 1 }]])), { origins: 2, seen: 3, inside: 2 });
});

test("several futures have names, and no two look alike", () => {
  const band = { 95: [0], 80: [0.5] }, fan = { from: 1, mean: [1], lower: band, upper: band };
  const one = { ...fan, values: [1] };
  assert.deepEqual(futures(one, undefined), [one]);
  const all = futures({ ...one, scenarios: Array(19).fill(fan) }, Array.from({ length: 20 }, (_, i) => `f${i}`));
  assert.deepEqual(all.map((f) => f.name).slice(0, 2), ["f0", "f1"]);
  assert.deepEqual(Object.keys(all[3].lower), ["80"]);
  assert.equal(new Set(all.map((f) => JSON.stringify([f.color, f.dash]))).size, 20);
});

test("an axis holds what is seen, and zero if it is near", () => {
  const s = { times: [0, 1, 2, 3], values: [50, 60], from: 2, mean: [70, 80], lower: { 80: [40, 60] }, upper: { 80: [90, 200] } };
  assert.deepEqual(range(s, [s], 0, 4), [0, 209.6]);
  const [lo, hi] = range(s, [s], 0, 2);
  assert.ok(lo > 45 && lo < 50 && hi > 60 && hi < 65);
  assert.deepEqual(range({ times: [0], values: [5] }, [], 0, 1), [4.75, 5.25]);
  assert.deepEqual(range({ times: [0], values: [null] }, [], 0, 1), [0, 1]);
  assert.deepEqual(range({ values: [7, 7] }, [{ from: 2, mean: [7 - 4e-7], lower: {}, upper: {} }], 0, 3).map(Math.round), [7, 7]); // rounding is no fall
});

test("numbers for people", () => {
  assert.equal(number(1234.5678, "en"), "1,235");
  assert.equal(number(0.00123456, "en"), "0.001235");
  assert.equal(number(12345678.9, "de"), "12.345.679");
  assert.equal(number(1e-7, "en"), "1E-7");
  assert.equal(number(null, "en"), "–");
});

test("dates are no finer than the steps, and in the reader's order", () => {
  const april = Date.UTC(1962, 3, 1) / 1000;
  assert.equal(date(april, unit("M"), "en-US"), "Apr 1962");
  assert.equal(date(april, unit("Q"), "en"), "Q2 1962");
  assert.equal(date(april, unit("Y"), "de"), "1962");
  assert.match(date(april + 3600 * 15, unit("15min"), "en-GB"), /^1 Apr 1962, 15:00$/);
  assert.match(date(april, unit("B"), "pt-BR"), /1 de abr\. de 1962/);
  assert.equal(unit("H[Mon-Fri 8-18]"), "hour");
});

test("a title that is too long loses its middle", () => {
  const width = (t) => t.length;
  assert.equal(ticks.shorten("sales", 5, width), "sales");
  assert.equal(ticks.shorten("a-long-name.csv", 9, width), "a-lo….csv");
  assert.equal(ticks.shorten("a-long-name.csv", 0, width), "a…v");
});

test("ticks are round", () => {
  assert.deepEqual(ticks.numbers(0, 1000, 5), [0, 200, 400, 600, 800, 1000]);
  assert.deepEqual(ticks.numbers(-0.3, 0.31, 3), [-0.25, 0, 0.25]);
  assert.deepEqual(ticks.numbers(5, 5, 3), [5]);
  const year = (y) => Date.UTC(y, 0, 1) / 1000;
  assert.deepEqual(ticks.times(year(1950) - 9, year(1970), 5), { at: [1950, 1955, 1960, 1965, 1970].map(year), by: "year" });
  assert.equal(ticks.times(year(2000), year(2000) + 86400, 8).by, "hour");
  assert.equal(ticks.times(year(2000), year(2001), 12).by, "month");
  assert.ok(ticks.times(year(1), year(9000), 6).at.length <= 10);
});

test("a thinned line keeps its extremes, its ends and its gaps", () => {
  const values = Array.from({ length: 10000 }, (_, i) => Math.sin(i / 50));
  values[4321] = 9;
  values[7000] = null;
  const kept = thin(values, 0, values.length, 100);
  assert.ok(kept.length < 450 && kept.includes(4321) && kept.includes(7000) && kept[0] === 0 && kept.at(-1) === 9999);
  assert.deepEqual(kept, [...kept].sort((a, b) => a - b));
  assert.deepEqual(thin([1, 2, 3], 0, 3, 100), [0, 1, 2]);
  assert.deepEqual(between([1, 3, 5, 7], 3, 6), [1, 3]);
});

test("the first rows of a table, and what its columns are", () => {
  assert.deepEqual(preview.rows('a;"b;c"\r\n1;"say ""so"""\n\n2;3'), [["a", "b;c"], ["1", 'say "so"'], ["2", "3"]]);
  assert.equal(preview.text(new Uint8Array([80, 75, 0, 255])), "");
  const taken = { time: "day", value: "sales", id: "region/shop", regressors: ["price"] };
  assert.deepEqual(["day", "sales", "shop", "price", "x"].map((c) => preview.roleOf(c, taken)), ["time", "value", "id", "regressors", ""]);
  assert.deepEqual(preview.fields([{ name: "d", role: "time" }, { name: "a,b", role: "value" }, { name: "c", role: "value" }]), { time: "d", value: '"a,b",c', id: "", regressors: "" });
});

test("the time machine asks for the same from earlier", () => {
  assert.equal(ask("method=theta&backtest=3", 12, 6), "method=theta&horizon=6&back=12");
  assert.deepEqual(placed({ hidden: 100 }, { hidden: 40, from: 90, mean: [1], lower: {}, upper: {} }).from, 30);
  assert.deepEqual(origins(10, 14, 12), [10, 11, 12, 13]);
  assert.equal(origins(24, 144, 12).length, 12);
});

test("a sketch becomes even values, drawn in any direction", () => {
  const values = sketch.resample([[0.9, 1], [0.1, 0], [0.5, 0.5]], 5);
  assert.deepEqual(values.map((v) => Math.round(100 * v)), [0, 25, 50, 75, 100]);
  assert.deepEqual(sketch.resample([[0.5, 1], [0.51, 0]]), []);
  assert.match(sketch.csv([0, 1]), /^step,sketch\n1,0.00\n2,100.00\n$/);
});

test("a drawn wave has a period, a drawn slope has none", () => {
  const of = (f) => sketch.wave(Array.from({ length: 96 }, (_, i) => f(i)));
  for (const period of [12, 24, 32, 45]) assert.ok(Math.abs(of((i) => Math.sin((2 * Math.PI * i) / period) + i / 90) - period) <= 1, String(period));
  assert.equal(of((i) => i), 0);
  assert.equal(of((i) => 1 / (1 + i)), 0);
  assert.equal(of((i) => Math.sin(i / 30)), 0);
  assert.equal(of(() => 0.5), 0);
});

test("a melody is a MIDI file, high where the curve is high", () => {
  const notes = midi.melody([1, 1, 5, null, 9]);
  assert.deepEqual(notes.map((n) => [n.start, n.length]), [[0, 1], [1, 0.5], [2, 0.5]]);
  assert.ok(notes[0].pitch < notes[1].pitch && notes[1].pitch < notes[2].pitch);
  const file = midi.write([{ start: 0, length: 1, pitch: 60 }, { start: 300, length: 1, pitch: 62 }]);
  assert.equal(String.fromCharCode(...file.slice(0, 4)), "MThd");
  assert.equal(new DataView(file.buffer).getUint32(18), file.length - 22);
  const band = String.fromCharCode(...midi.write([{ start: 0, length: 1, pitch: 40, channel: 9 }], { programs: { 1: 32 } }));
  assert.ok(band.includes("\x99\x28\x5a") && band.includes("\xc1\x20") && !band.includes("\xc0"));
  assert.deepEqual(midi.few([1, 2, 3, 4, 5], 3), [1, 3, 5]);
});

test("work survives a link, whatever its bytes", async () => {
  for (const data of ["time,value\n1,ä\n", new Uint8Array([77, 84, 104, 100, 0, 255, 128])]) {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    const w = { side: "forecast", name: "a b.csv", query: "method=theta", data: bytes.buffer, kept: [{ at: 1, query: "seed=3" }] };
    const packed = await state.pack(w);
    assert.match(packed, /^[\w-]+$/);
    const got = await state.unpack(packed);
    assert.deepEqual(got.kept, w.kept);
    assert.deepEqual([got.name, got.query, [...new Uint8Array(got.data)]], [w.name, w.query, [...bytes]]);
  }
  const big = await state.pack({ side: "forecast", name: "x", query: "", data: new TextEncoder().encode("2024-01-01,100\n".repeat(20000)).buffer });
  assert.ok(big.length < 3000);
  await assert.rejects(state.unpack("abc"), /damaged/);
  assert.throws(() => state.work({ v: 1, side: "other", query: "" }));
});

test("the verdict compares with seasonal naive", () => {
  const r = { weights: [{ method: "a", weight: 0.3 }, { method: "b", weight: 0.7 }, { method: "c", weight: 0 }], check: { mase: 0.7, seasonal_naive: 1.2 } };
  assert.match(verdict(r), /b \(70%\), a \(30%\),.* 0\.7, .* 1\.2: better by 42%/);
  r.check.mase = 1.3;
  assert.match(verdict(r), /: not better\./);
  assert.equal(verdict({ method: "theta" }), "Method theta.");
  r.method = "auto";
  r.backtest = [{ method: "snaive", mase: 2 }, { method: "auto", mase: 1.5 }]; // the numbers that the table shows, and no others
  assert.match(verdict(r), /test on the past below its error \(MASE\) was 1\.5, .*, 2: better by 25%\./);
});

test("a field's range and meaning come from the engine", () => {
  assert.deepEqual(attributes({ help: "steps", min: 1, max: 10, empty: "two seasons" }), { title: "steps", min: 1, max: 10, placeholder: "two seasons" });
  assert.deepEqual(attributes({ help: "words", length: 500 }), { title: "words", maxlength: 500 });
});

test("repairs are sentences", () => {
  assert.equal(note({ what: "missing values", count: 3, line: 7 }), "missing values: 3 (first on line 7)");
  assert.equal(note({ what: "sorted by time", count: 1 }), "sorted by time");
});

test("empty fields are left out of the query", () => {
  assert.equal(query([["horizon", ""], ["levels", "80, 95"], ["value", " a b "]]), "levels=80%2C95&value=a+b");
});

test("notes lie inside the roll, drums below, bars have their chords", () => {
  const take = {
    seconds: 4, from: 2, bars: [0, 2, 4], chords: ["", "G7"],
    parts: [{ drums: false, notes: [[0, 1, 60, 80], [2, 4, 72, 80]] }, { drums: true, notes: [[2, 2.1, 36, 90], [3, 3.1, 42, 90]] }],
  };
  const l = layout(take, 400, 200);
  assert.equal(l.from, 200);
  assert.deepEqual(l.bars.map((b) => b.label), ["1", "2", ""]);
  assert.deepEqual(l.chords, [{ bar: 1, x: 0, w: 200, chord: "", fresh: false }, { bar: 2, x: 200, w: 200, chord: "G7", fresh: true }]);
  const [low, high, kick, hat] = l.notes;
  assert.ok(low.y > high.y && !low.fresh && high.fresh);
  assert.ok(kick.drum && kick.y > hat.y && hat.y > low.y);
  for (const n of l.notes) assert.ok(n.x >= 0 && n.x + n.w <= 400.1 && n.y >= 18 && n.y + n.h <= 200.1, JSON.stringify(n));
  assert.equal(layout({ seconds: 1, from: 0, bars: [0, 1], parts: [] }, 100, 100).notes.length, 0);
});

test("a roll is as tall as its music is wide", () => {
  const of = (...pitches) => tall({ parts: [{ notes: pitches.map((p) => [0, 1, p, 90]) }, { drums: true, notes: [[0, 1, 30, 90], [0, 1, 100, 90]] }] });
  assert.equal(of(60, 72), 240);
  assert.ok(of(24, 70) > of(36, 70) && of(36, 70) > 240);
  assert.equal(of(21, 108), 420);
  assert.equal(of(), 240);
});

test("a long seed is cropped before the new bars", () => {
  const take = { seconds: 20, from: 16, bars: [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20], chords: ["", "", "", "", "", "", "", "F", "C", "G7"], parts: [{ notes: [[0, 1, 60, 80], [11, 13, 62, 80], [16, 17, 64, 80]] }] };
  const short = crop(take, 2);
  assert.deepEqual([short.first, short.shift, short.seconds, short.from, short.bars], [6, 12, 8, 4, [0, 2, 4, 6, 8]]);
  assert.deepEqual(short.parts[0].notes, [[0, 1, 62, 80], [4, 5, 64, 80]]);
  assert.deepEqual(layout(short, 100, 100).bars.map((b) => b.label), ["7", "8", "9", "10", ""]);
  assert.deepEqual(layout(short, 100, 100).chords.map((c) => [c.bar, c.chord, c.fresh]), [[7, "", false], [8, "F", false], [9, "C", true], [10, "G7", true]]);
  assert.equal(crop(take, 99).first, 0);
  assert.deepEqual(section(take, 3, 4), [4, 8]);
  assert.deepEqual(section(take, 9, 1), [16, 18]);
});

test("a chord that is changed makes the chart from there on", () => {
  const take = { bars: [0, 2, 4, 6, 8], from: 4, changes: ["Dm7 G7", "Cmaj7"], document: { heard: { chords: [{ bar: 1, chord: "Am7", certainty: 0.9 }, { bar: 2, chord: "E", certainty: 0.1 }] } } };
  const chords = chordsOf(take);
  assert.deepEqual(chords, ["Am7", "", "Dm7 G7", "Cmaj7"]);
  assert.deepEqual(chordsOf(take, ["F", "G"]), ["F", "G", "Dm7 G7", "Cmaj7"]);
  assert.deepEqual(chordsOf({ ...take, changes: undefined }), []);
  const heard = { ...take, changes: undefined, document: { ...take.document, changes: ["F", ""] } }; // not jazz: what is heard is shown
  assert.deepEqual(chordsOf(heard), ["Am7", "", "F", ""]);
  assert.deepEqual([canChange(take), canChange(heard)], [true, false]);
  assert.deepEqual(layout({ ...heard, seconds: 8, parts: [], chords: chordsOf(heard), fixed: true }, 400, 100).chords.map((c) => c.fresh), [false, false, false, false]);
  assert.equal(edited(chords, 2, "A7b9"), "A7b9 | Cmaj7");
  assert.equal(edited(chords, 3, "%"), "Dm7 G7");
  assert.equal(edited(chords, 2, "F | % | Bb | C"), "F | F");
  assert.equal(edited(["", "C"], 0, " "), "NC | C");
});

test("a part heard alone silences the others, whatever is muted", () => {
  const m = new Mixer(3);
  m.toggle("mute", 0);
  assert.deepEqual(m.silent(), [1]);
  m.toggle("solo", 0);
  assert.deepEqual(m.silent(), [2, 3]);
  m.toggle("solo", 0);
  m.toggle("mute", 0);
  assert.deepEqual(m.silent(), []);
});

test("what is played on keys becomes notes from the first press on", () => {
  const r = new Recorder(120);
  r.press(60, 1000);
  r.press(64, 1500, 70);
  r.release(60, 2000);
  r.release(64, 1750);
  r.release(99, 1750);
  assert.deepEqual(r.notes, [{ start: 0, pitch: 60, velocity: 90, length: 2 }, { start: 1, pitch: 64, velocity: 70, length: 0.5 }]);
});

test("the band comes in on a bar line, late only if it must", () => {
  assert.equal(entry(16, 15.2, 4), 16);
  assert.equal(entry(16, 16.3, 4), 20);
  assert.equal(entry(16, 20.1, 4), 24);
  assert.ok(lead(0.3, 2) > 0.3 && lead(0.3, 2) < 0.5);
  assert.equal(lead(9, 2), 2); // it hears all but a bar
});

test("the chart goes on where the conversation is", () => {
  assert.equal(rotated("Dm7 G7 | Cmaj7 | % | A7", 2), "Cmaj7 | A7 | Dm7 G7 | Cmaj7");
  assert.equal(rotated("|: Dm7 | G7 :|", 1), "|: Dm7 | G7 :|");
  assert.equal(chordAt("Dm7 G7 | Cmaj7 | % | A7", 5), "Cmaj7");
  assert.equal(chordAt("F", 3), "F");
});

test("what is answered is the melody before the bar line, without empty bars and the band", () => {
  const notes = [{ start: 9.75, length: 0.5, pitch: 60 }, { start: 11, length: 9, pitch: 62 }, { start: 12, length: 1, pitch: 40, part: 1 }, { start: 15, pitch: 64 }, { start: 15.99, length: 1, pitch: 65 }];
  assert.deepEqual(phrase(notes, 16).map((n) => [n.pitch, n.start, n.length]), [[60, 1.75, 0.5], [62, 3, 5], [64, 7, 1]]);
  assert.deepEqual(phrase([{ start: 1, length: 1, pitch: 60 }, { start: 99, length: 1, pitch: 61 }], 100).map((n) => n.pitch), [61]); // what is long past is forgotten
});

test("every part has an instrument, every pitch a sample near it", () => {
  assert.deepEqual([{ drums: true }, { program: 33 }, { program: 66 }, { program: 11 }, { program: -1 }].map(voiceOf), ["drums", "bass", "horn", "vibes", "piano"]);
  const samples = plan(["piano", "drums"]);
  for (let i = 1; i < samples.length; i++) assert.ok(samples[i].start >= samples[i - 1].start + samples[i - 1].length);
  const { sample, rate } = nearest(samples, "piano", 62);
  assert.ok(Math.abs(sample.pitch - 62) <= 2 && Math.abs(12 * Math.log2(rate) - (62 - sample.pitch)) < 1e-9);
  assert.equal(nearest(samples, "drums", 43).rate, 1);
  assert.equal(voiceOf({ drums: true, program: 40 }), "brushes");
  assert.equal(nearest(samples, "brushes", 40).sample.pitch, 38); // until they are rendered, the snare of the other kit
  assert.equal(nearest([...samples, ...plan(["brushes"])], "brushes", 40).sample.voice, "brushes");
});

test("clock", () => assert.equal(clock(75.4), "1:15"));

test("instruments are rendered before a key is pressed, and a failure is not asked for at every key", async () => {
  let now = 0, asked = 0, fails = false;
  const engine = { render: async () => { asked++; if (fails) throw new Error("no room"); return new ArrayBuffer(8); } };
  await new Voices(engine).render(); // there is no AudioContext here
  assert.equal(asked, 1);
  [asked, fails] = [0, true];
  const voices = new Voices(engine, () => now);
  const press = () => voices.render().catch(() => {});
  for (let i = 0; i < 5; i++) await press();
  assert.equal(asked, 1);
  now = patience + 1;
  for (let i = 0; i < 5; i++) await press();
  assert.equal(asked, 2);
  [now, fails] = [3 * patience, false];
  for (let i = 0; i < 5; i++) await press();
  assert.equal(asked, 3);

  let contexts = 0, decodes = 0;
  globalThis.AudioContext = class {
    constructor() { contexts++; }
    createGain() { return { gain: {}, connect: (to) => to }; }
    createDynamicsCompressor() { return { threshold: {}, knee: {}, ratio: {}, attack: {}, release: {}, connect: (to) => to }; }
    async decodeAudioData() { if (++decodes === 1) throw new Error("damaged"); return {}; }
  };
  const heard = new Voices(engine, () => now);
  await heard.render();
  assert.equal(contexts, 0);
  const loading = heard.load();
  assert.equal(contexts, 1); // in answer to the key, not after the rendering
  await assert.rejects(loading);
  now += patience + 1;
  await heard.load();
  assert.ok(heard.samples.length);
  delete globalThis.AudioContext;
});
