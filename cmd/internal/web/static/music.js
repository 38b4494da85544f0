// The side of the page that plays on.
import { onLook } from "./canvas.js";
import { Keys } from "./keys.js";
import { query } from "./series.js";
import { Take } from "./take.js";
import { $, Runner, dropZone, fill } from "./ui.js";

export function setup(engine, described, { changed }) {
  const section = $("#music"), form = $("#music-form");
  const runner = new Runner(section);
  const past = []; // what Undo goes back to: seed, form, what was asked, and the answer
  let seed, now, takes = [];

  // the same on every machine, so that a link plays what its sender heard
  const options = () => query(new FormData(form));
  const ask = (asked) => runner.run((o) => described.then(() => engine.continue(asked.data, `${asked.query}&deterministic=true`.replace(/^&/, ""), o)), (r) => {
    if (now) past.push(now);
    now = { seed, form: options(), asked, result: r };
    changed();
    return show(r);
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

  /** take works on a seed. */
  function take(name, data, example) {
    hide();
    now = undefined;
    seed = { name, data, example };
    $("#midi-name").textContent = name;
    $("#music-run").disabled = false;
    runner.say("");
  }
  dropZone($("#midi-drop"), $("#midi-file"), take);
  for (const b of section.querySelectorAll("[data-midi]")) {
    b.addEventListener("click", () => {
      if (b.dataset.midi) return engine.example(b.dataset.midi).then((data) => take(b.dataset.midi, data, b.dataset.midi), (e) => runner.fail(e));
      take("no seed: music from words", undefined);
      $("#midi-name").textContent = "No seed: describe the music in words";
      form.prompt.value ||= "melodic jazz, medium, F major";
      form.prompt.focus();
    });
  }
  form.addEventListener("submit", (e) => { e.preventDefault(); if (seed) run(); });
  new Keys($("#keys"), (name, data) => { take(name, data); run(); });

  const side = {
    fail: (e) => runner.fail(e),
    playing: (one) => takes.forEach((t) => t !== one && t.pause()),
    /** keep makes a take the seed of what comes next. */
    keep: (t) => {
      const kept = { name: `${t.stem}.mid`, data: t.midi.slice().buffer };
      past.push(now);
      take(kept.name, kept.data);
      changed();
      undo.hidden = false;
      runner.say(`Variation ${t.number} is the seed now. Continue plays on from its end.`);
      $("#music-run").focus();
    },
    /** again keeps a take up to a bar and draws the rest anew. */
    again: (t, bar) => {
      const q = new URLSearchParams(options()), random = Number(q.get("seed") || 1) + past.length + 1;
      q.set("at", bar);
      q.set("bars", Math.max(1, t.take.bars.length - bar));
      q.set("seed", random);
      hide();
      ask({ name: seed.name, data: t.midi, example: undefined, query: q.toString() });
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
    runner.say(`${show(now.result)} Undone.`);
  });
  $("#redraw").addEventListener("click", () => {
    form.seed.value = Number(form.seed.value || 1) + Number(form.variations.value || 1);
    form.seed.dispatchEvent(new Event("input", { bubbles: true }));
    run();
  });

  function show(r) {
    const remarks = [...r.repairs.map((x) => `Repaired: ${x}.`), `Network: ${r.network}.`];
    const heard = r.variations[0]?.document.heard;
    if (heard) {
      const who = heard.part ? `part ${heard.part}${heard.part_name ? ` (${heard.part_name})` : ""}` : "all parts";
      remarks.push(`Continuing ${who}. Heard: ${[heard.key, heard.meter, `${heard.tempo} quarter notes a minute`, heard.feel].filter(Boolean).join(", ")}.`);
    }
    if (r.understood) remarks.push(`Understood: ${r.understood}.`);
    if (r.unknown?.length) remarks.push(`Not understood: ${r.unknown.join(", ")}.`);
    $("#music-remarks").textContent = remarks.join(" ");
    takes = r.variations.map((v, i) => new Take(engine, v, i, seed.name, side));
    $("#takes").replaceChildren(...takes.map((t) => t.root));
    undo.hidden = past.length === 0;
    $("#redraw").hidden = false;
    $("#music-result").hidden = false;
    for (const t of takes) t.draw();
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
      return ask({ ...seed, query: w.query }); // with what the form does not show: a bar to play on from
    },
  };
}
