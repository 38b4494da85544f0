// The side of the page that plays on.
import { onLook } from "./canvas.js";
import { Jam } from "./jam.js";
import { Keys } from "./keys.js";
import { query } from "./series.js";
import { Take } from "./take.js";
import { $, Runner, dropZone, fill } from "./ui.js";
import { Voices } from "./voices.js";

/** one is a query that asks for one variation of several again. */
const one = (query, seed) => { const q = new URLSearchParams(query); q.set("seed", seed); q.set("variations", 1); return q.toString(); };

export function setup(engine, described, { changed }) {
  const section = $("#music"), form = $("#music-form");
  const runner = new Runner(section);
  const past = []; // what Undo goes back to: seed, form, what was asked, and the answer
  let seed, now, takes = [];

  // the same on every machine, so that a link plays what its sender heard
  const options = () => query(new FormData(form));
  const answer = (data, query, o) => engine.continue(data, `${query}&deterministic=true`.replace(/^&/, ""), o);
  /** ask has music drawn; kept are takes {at, query, take, chords} that stay at their places, known the chords of bars that stay. */
  const ask = (asked, { kept = [], known } = {}) => runner.run((o) => described.then(async () => {
    const r = await answer(asked.data, asked.query, o), queries = r.variations.map((v) => one(asked.query, v.document.seed)), chords = r.variations.map(() => known);
    for (const k of [...kept].sort((a, b) => a.at - b.at)) {
      const take = k.take || (await answer(asked.data, k.query, o)).variations[0];
      r.variations.splice(k.at, 0, take);
      queries.splice(k.at, 0, k.query);
      chords.splice(k.at, 0, k.chords);
    }
    return { r, queries, chords };
  }), ({ r, queries, chords }) => {
    if (now) past.push(now);
    now = { seed, form: options(), asked: { ...asked, kept: kept.map(({ at, query }) => ({ at, query })) }, result: r, queries, chords };
    changed();
    return show(now);
  });
  const run = () => {
    hide();
    changed();
    return described.then(() => ask({ ...seed, query: options() }));
  };
  const hide = () => {
    for (const t of takes) t.stop();
    takes = [];
    $("#music-result").hidden = $("#redraw").hidden = true;
  };
  /** others says what the button will draw. */
  const others = () => {
    const kept = takes.filter((t) => t.liked).length;
    $("#redraw").textContent = kept ? "Draw the others anew" : "Draw others";
    $("#redraw").disabled = kept === takes.length;
  };

  /** take works on a seed. */
  function take(name, data, example) {
    hide();
    now = undefined;
    seed = { name, data, example };
    $("#midi-name").textContent = name;
    $("#music-run").disabled = false;
    section.classList.add("busy");
    $("#keys").open = false; // what it said is not wanted now, and the music has its place
    runner.say("");
  }
  /** fresh is take for a file that somebody chose: it goes on at once. */
  function fresh(name, data, example) {
    take(name, data, example);
    return run();
  }
  dropZone($("#midi-drop"), $("#midi-file"), fresh);
  for (const b of section.querySelectorAll("[data-midi]")) {
    b.addEventListener("click", () => {
      if (b.dataset.midi) return engine.example(b.dataset.midi).then((data) => fresh(b.dataset.midi, data, b.dataset.midi), (e) => runner.fail(e));
      take("no seed: music from words", undefined);
      $("#midi-name").textContent = "No seed: describe the music in words";
      form.prompt.value ||= "melodic jazz, medium, F major";
      form.prompt.focus();
    });
  }
  form.addEventListener("submit", (e) => { e.preventDefault(); if (seed) run(); });
  const voices = new Voices(engine), played = (name, data) => { take(name, data); $("#keys").open = true; run(); };
  new Jam($("#keys"), {
    engine, voices, keys: new Keys($("#keys"), voices, played), done: played, fail: (e) => runner.fail(e),
    options: () => ({ chords: form.chords.value, creativity: form.creativity.value, prompt: form.prompt.value }),
  });

  const side = {
    fail: (e) => runner.fail(e),
    playing: (one) => takes.forEach((t) => t !== one && t.pause()),
    liked: () => others(),
    /** seed makes a take the seed of what comes next. */
    seed: (t) => {
      const kept = { name: `${t.stem}.mid`, data: t.midi.slice().buffer };
      past.push(now);
      take(kept.name, kept.data);
      changed();
      undo.hidden = false;
      runner.say(`Variation ${t.number} is the seed now. Continue plays on from its end.`);
      $("#music-run").focus();
    },
    /** again keeps a take up to a bar and draws the rest anew, perhaps over other chords. */
    again: (t, bar, chords) => {
      const q = new URLSearchParams(options()), random = Number(q.get("seed") || 1) + past.length + 1;
      q.set("at", bar);
      q.set("bars", Math.max(1, t.take.bars.length - bar));
      q.set("seed", random);
      if (chords) q.set("chords", chords);
      ask({ name: seed.name, data: t.midi.slice().buffer, example: undefined, query: q.toString() }, { known: t.take.chords.slice(0, bar - 1) });
    },
  };

  const undo = $("#undo");
  undo.addEventListener("click", () => {
    hide();
    now = past.pop();
    seed = now.seed;
    fill(form, now.form);
    $("#midi-name").textContent = seed.name;
    changed();
    runner.say(`${show(now)} Undone.`);
  });
  $("#redraw").addEventListener("click", () => {
    const kept = takes.flatMap((t, at) => (t.liked ? [{ at, query: now.queries[at], take: now.result.variations[at], chords: now.chords[at] }] : []));
    const next = Math.max(Number(form.seed.value || 1), ...now.result.variations.map((v) => v.document.seed)) + 1;
    if (!kept.length) {
      form.seed.value = next;
      form.seed.dispatchEvent(new Event("input", { bubbles: true }));
      return run();
    }
    const q = new URLSearchParams(now.asked.query), wish = new URLSearchParams(options()); // as long and from the same bar, but as the form says now
    for (const n of ["creativity", "prompt", "combo"]) if (wish.has(n)) q.set(n, wish.get(n)); else q.delete(n);
    q.set("seed", next);
    q.set("variations", takes.length - kept.length);
    ask({ ...now.asked, query: q.toString() }, { kept, known: now.chords.find((c) => c) }).then(() => { for (const k of kept) takes[k.at]?.keep(true); others(); });
  });

  function show({ result: r, chords }) {
    hide();
    const remarks = [...r.repairs.map((x) => `Repaired: ${x}.`), `Network: ${r.style ? `${r.network}, told ${r.style}` : r.network}.`];
    const heard = r.variations[0]?.document.heard;
    if (heard) {
      const who = heard.part ? `part ${heard.part}${heard.part_name ? ` (${heard.part_name})` : ""}` : "all parts";
      remarks.push(`Continuing ${who}. Heard: ${[heard.key, heard.meter, `${heard.tempo} quarter notes a minute`, heard.feel].filter(Boolean).join(", ")}.`);
    }
    if (r.understood) remarks.push(`Understood: ${r.understood}.`);
    if (r.unknown?.length) remarks.push(`Not understood: ${r.unknown.join(", ")}.`);
    $("#music-remarks").textContent = remarks.join(" ");
    takes = r.variations.map((v, i) => new Take(engine, v, i, seed.name, side, chords[i]));
    $("#takes").replaceChildren(...takes.map((t) => t.root));
    undo.hidden = past.length === 0;
    $("#redraw").hidden = false;
    $("#music-result").hidden = false;
    for (const t of takes) t.draw();
    others();
    if (innerWidth < 992) $("#takes").scrollIntoView(); // it is below the form
    return `The music is ready: ${r.variations.length === 1 ? "one variation" : `${r.variations.length} variations`}.`;
  }

  const redraw = () => takes.forEach((t) => t.draw());
  onLook(redraw);
  return {
    shown: redraw,
    seed: take,
    // what is heard, or else what would be asked
    state: () => seed && { side: "music", query: options(), ...seed, ...now?.asked },
    restore: async (w) => {
      fill(form, w.query);
      take(w.name, w.example ? await engine.example(w.example) : w.data, w.example);
      return ask({ ...seed, query: w.query }, { kept: w.kept }); // with what the form does not show: a bar to play on from
    },
  };
}
