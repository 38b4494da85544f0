// The side of the page that plays on.
import { clock, layout } from "./layout.js";
import { query } from "./series.js";
import { $, Runner, dropZone, fill, make, save } from "./ui.js";

const height = 220;
const light = ["#1f6fb2", "#d15b1b", "#2e8b57", "#8e44ad", "#b08d00", "#c2185b"];
const dark = ["#66b0ee", "#ff9d66", "#6fd39b", "#cf9bea", "#e3c34a", "#ff82b2"];

export function setup(engine, described, { changed }) {
  const section = $("#music"), form = $("#music-form");
  const runner = new Runner(section);
  let seed, takes = [];

  const options = () => query(new FormData(form));
  const run = () => {
    hide();
    changed();
    return runner.run((o) => described.then(() => engine.continue(seed.data, `${options()}&deterministic=true`.replace(/^&/, ""), o)), show);
  };
  const hide = () => {
    for (const t of takes) t.stop();
    takes = [];
    $("#music-result").hidden = true;
  };

  const take = (name, data, example) => {
    hide();
    seed = { name, data, example };
    $("#midi-name").textContent = name;
    $("#music-run").disabled = false;
  };
  dropZone($("#midi-drop"), $("#midi-file"), take);
  for (const b of form.querySelectorAll("[data-midi]")) {
    b.addEventListener("click", () => {
      if (b.dataset.midi) return engine.example(b.dataset.midi).then((data) => take(b.dataset.midi, data, b.dataset.midi), (e) => runner.fail(e));
      take("no seed: music from words", undefined);
      $("#midi-name").textContent = "No seed: describe the music in words";
      form.prompt.value ||= "melodic jazz, medium, F major";
      form.prompt.focus();
    });
  }
  form.addEventListener("submit", (e) => { e.preventDefault(); if (seed) run(); });

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
    takes = r.variations.map((v, i) => new Take(engine, v, i, seed.name, runner, () => takes.forEach((t) => t.pause())));
    $("#takes").replaceChildren(...takes.map((t) => t.root));
    $("#music-result").hidden = false;
    for (const t of takes) t.draw();
    return `The music is ready: ${r.variations.length === 1 ? "one variation" : `${r.variations.length} variations`}.`;
  }

  const redraw = () => takes.forEach((t) => t.draw());
  addEventListener("resize", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  return {
    shown: redraw,
    seed: take,
    state: () => seed && { side: "music", name: seed.name, example: seed.example, data: seed.data, query: options() },
    restore: async (w) => {
      fill(form, w.query);
      take(w.name, w.example ? await engine.example(w.example) : w.data, w.example);
      return run();
    },
  };
}

/** Take is one variation: its roll, its sound, its downloads. */
class Take {
  constructor(engine, take, index, name, runner, pauseAll) {
    Object.assign(this, { engine, take, runner, pauseAll });
    this.midi = Uint8Array.from(atob(take.midi), (c) => c.charCodeAt(0));
    this.stem = `${(name || "segue").replace(/\.[^.]*$/, "").replace(/[^\w-]+/g, "-")}-${index + 1}`;
    this.root = make("article", undefined, { class: "take", "aria-label": `Variation ${index + 1}` });
    const row = make("div", undefined, { class: "row" });
    this.button = make("button", "▶ Play", { type: "button", class: "play" });
    this.button.addEventListener("click", () => this.toggle());
    this.time = make("span", `${clock(0)} / ${clock(take.seconds)}`);
    const downloads = make("span", "Download", { class: "downloads" });
    const midi = make("a", "MIDI"), wav = make("a", "WAV", { href: "#" });
    save(midi, `${this.stem}.mid`, "audio/midi", this.midi);
    wav.addEventListener("click", async (e) => {
      if (this.audio) return;
      e.preventDefault();
      try { await this.sound(); wav.click(); } catch (err) { runner.fail(err); }
    });
    this.link = wav;
    downloads.append(midi, wav);
    row.append(make("strong", `Variation ${index + 1}`), make("span", `${take.new_notes} new notes`), this.button, this.time, downloads);
    this.box = make("div", undefined, { class: "roll" });
    this.canvas = make("canvas", undefined, { role: "img", "aria-label": `Piano roll of variation ${index + 1}: the seed is pale, the new bars have a warm background` });
    this.canvas.addEventListener("click", async (e) => {
      try { await this.sound(); } catch (err) { return runner.fail(err); }
      this.audio.currentTime = (e.offsetX / this.canvas.clientWidth) * take.seconds;
      this.play();
    });
    this.box.append(this.canvas);
    this.root.append(row, this.box);
  }

  /** sound renders the take once. */
  async sound() {
    if (this.audio) return;
    this.button.textContent = "…";
    try {
      this.wav = await this.engine.render(this.midi);
    } finally {
      this.button.textContent = "▶ Play";
    }
    save(this.link, `${this.stem}.wav`, "audio/wav", this.wav);
    this.audio = new Audio(URL.createObjectURL(new Blob([this.wav], { type: "audio/wav" })));
    this.audio.addEventListener("ended", () => this.pause());
    this.root.append(this.audio); // for assistive technology and tests; without controls it shows nothing
  }

  async toggle() {
    if (this.audio && !this.audio.paused) return this.pause();
    try { await this.sound(); } catch (err) { return this.runner.fail(err); }
    // the seed is known: begin shortly before the new bars
    if (this.audio.currentTime === 0 || this.audio.ended) this.audio.currentTime = Math.max(0, this.take.from - 2);
    this.play();
  }

  play() {
    this.pauseAll();
    this.audio.play().then(() => {
      this.button.textContent = "❚❚ Pause";
      const step = () => { this.draw(); if (!this.audio.paused) requestAnimationFrame(step); };
      step();
    }, (err) => this.runner.fail(err));
  }

  pause() {
    this.audio?.pause();
    this.button.textContent = "▶ Play";
    this.draw();
  }

  stop() {
    if (this.audio) { this.audio.pause(); URL.revokeObjectURL(this.audio.src); }
  }

  draw() {
    const { canvas, take } = this;
    const width = Math.max(this.box.clientWidth, Math.min(12000, take.bars.length * 24));
    if (this.box.clientWidth === 0) return;
    const ratio = devicePixelRatio || 1;
    if (this.size !== width * ratio) {
      this.size = width * ratio;
      canvas.width = width * ratio;
      canvas.height = height * ratio;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      this.layout = layout(take, width, height);
    }
    const css = getComputedStyle(document.documentElement);
    const color = (name) => css.getPropertyValue(name).trim();
    const palette = matchMedia("(prefers-color-scheme: dark)").matches ? dark : light;
    const c = canvas.getContext("2d");
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);
    c.fillStyle = color("--fresh");
    c.fillRect(this.layout.from, 0, width - this.layout.from, height);
    c.font = "11px system-ui, sans-serif";
    let free = 0;
    for (const b of this.layout.bars) {
      c.fillStyle = color("--line");
      c.fillRect(b.x, 0, 1, height);
      if (b.x >= free && b.label) {
        c.fillStyle = color("--soft");
        c.fillText(b.label, b.x + 3, 12);
        free = b.x + 8 + c.measureText(b.label).width;
      }
    }
    for (const n of this.layout.notes) {
      c.globalAlpha = n.fresh ? 1 : 0.4;
      c.fillStyle = n.drum ? color("--soft") : palette[n.part % palette.length];
      c.fillRect(n.x, n.y, n.w, n.h);
    }
    c.globalAlpha = 1;
    if (!this.audio) return;
    const x = this.layout.x(this.audio.currentTime);
    c.fillStyle = color("--bad");
    c.fillRect(x, 0, 1.5, height);
    this.time.textContent = `${clock(this.audio.currentTime)} / ${clock(take.seconds)}`;
    if (!this.audio.paused && (x < this.box.scrollLeft || x > this.box.scrollLeft + this.box.clientWidth)) this.box.scrollLeft = x - 40;
  }
}
