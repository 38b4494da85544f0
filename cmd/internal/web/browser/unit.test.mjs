// The logic of the page, without a browser.
import assert from "node:assert/strict";
import test from "node:test";
import { parser } from "../static/events.js";
import { attributes } from "../static/form.js";
import { clock, layout } from "../static/layout.js";
import { columns, note, number, query, verdict } from "../static/series.js";

test("events come whole, however the text is cut", () => {
  const text = 'event: progress\ndata: {"done":0.5}\n\n: working\n\nevent: result\ndata: a\ndata: b\n\n';
  for (let size = 1; size < text.length; size++) {
    const got = [];
    const take = parser((name, data) => got.push([name, data]));
    for (let at = 0; at < text.length; at += size) take(text.slice(at, at + size));
    assert.deepEqual(got, [["progress", '{"done":0.5}'], ["result", "a\nb"]]);
  }
});

test("the forecast joins the history, the widest interval first", () => {
  const s = { times: [1, 2, 3, 4], values: [5, 6], mean: [7, 8], lower: { 80: [6, 6], 95: [5, 4] }, upper: { 80: [8, 9], 95: [9, 12] } };
  const { data, levels } = columns(s);
  assert.deepEqual(levels, ["95", "80"]);
  assert.deepEqual(data, [[1, 2, 3, 4], [5, 6, null, null], [null, 6, 7, 8], [null, 6, 5, 4], [null, 6, 9, 12], [null, 6, 6, 6], [null, 6, 8, 9]]);
});

test("numbers for people", () => {
  assert.equal(number(1234.5678), "1235");
  assert.equal(number(0.00012345), "0.0001234");
  assert.equal(number(1234567.8), "1234568");
  assert.equal(number(null), "–");
});

test("the verdict compares with seasonal naive", () => {
  const r = { weights: [{ method: "a", weight: 0.3 }, { method: "b", weight: 0.7 }, { method: "c", weight: 0 }], check: { mase: 0.7, seasonal_naive: 1.2 } };
  assert.match(verdict(r), /b \(70%\), a \(30%\),.* 0\.7, .* 1\.2: better by 42%/);
  r.check.mase = 1.3;
  assert.match(verdict(r), /: not better\./);
  assert.equal(verdict({ method: "theta" }), "Method theta.");
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
    seconds: 4, from: 2, bars: [0, 2, 4], changes: ["G7"],
    parts: [{ drums: false, notes: [[0, 1, 60, 80], [2, 4, 72, 80]] }, { drums: true, notes: [[2, 2.1, 36, 90], [3, 3.1, 42, 90]] }],
  };
  const l = layout(take, 400, 200);
  assert.equal(l.from, 200);
  assert.deepEqual(l.bars.map((b) => b.label), ["1", "2  G7", ""]);
  const [low, high, kick, hat] = l.notes;
  assert.ok(low.y > high.y && !low.fresh && high.fresh);
  assert.ok(kick.drum && kick.y > hat.y && hat.y > low.y);
  for (const n of l.notes) assert.ok(n.x >= 0 && n.x + n.w <= 400.1 && n.y >= 18 && n.y + n.h <= 200.1, JSON.stringify(n));
  assert.equal(layout({ seconds: 1, from: 0, bars: [0, 1], parts: [] }, 100, 100).notes.length, 0);
});

test("clock", () => assert.equal(clock(75.4), "1:15"));
