// One variation: its roll, its sound, its parts, and what can be done with it.
import { canChange, chordsOf, edited } from "./chords.js";
import { clock, crop, section } from "./layout.js";
import { Mixer } from "./mixer.js";
import { Roll, hue } from "./roll.js";
import { make, save, saveMIDI } from "./ui.js";

const shownSeed = 8; // bars of the seed before the new ones

export class Take {
  /** A take as the engine made it; known are chords of its first bars. side hears of seed(take), again(take, bar, chords), liked(), playing(take) and fail(error). */
  constructor(engine, take, index, name, side, known) {
    Object.assign(this, { engine, side, take: { ...take, chords: chordsOf(take, known), fixed: !canChange(take) }, number: index + 1, mixer: new Mixer(take.parts.length), liked: false });
    this.midi = Uint8Array.from(atob(take.midi), (c) => c.charCodeAt(0));
    this.stem = `${(name || "segue").replace(/\.[^.]*$/, "").replace(/[^\w-]+/g, "-")}-${this.number}`;
    this.root = make("article", undefined, { class: "take", "aria-label": `Variation ${this.number}` });
    this.roll = new Roll(`Piano roll of variation ${this.number}`, (seconds) => this.seek(seconds + this.shown.shift), (bar, text) => side.again(this, bar, edited(this.take.chords, bar - 1, text)));
    this.root.append(this.top(), this.parts(), this.roll.root, this.tools());
    this.crop(shownSeed);
  }

  top() {
    const row = make("div", undefined, { class: "row" });
    this.button = make("button", "▶ Play", { type: "button", class: "play" });
    this.button.addEventListener("click", () => this.toggle());
    this.time = make("span", `${clock(0)} / ${clock(this.take.seconds)}`);
    const downloads = make("span", "Download", { class: "downloads" });
    const midi = make("a", "MIDI"), wav = make("a", "WAV", { href: "#" });
    saveMIDI(midi, `${this.stem}.mid`, this.midi);
    wav.addEventListener("click", async (e) => {
      if (this.audio) return;
      e.preventDefault();
      try { await this.sound(); wav.click(); } catch (err) { this.side.fail(err); }
    });
    this.link = wav;
    downloads.append(midi, wav);
    this.like = make("button", "☆ Keep", { type: "button", "aria-pressed": "false", "aria-label": `☆ Keep: variation ${this.number}`, title: "Keep it while others are drawn" });
    this.like.addEventListener("click", () => { this.keep(!this.liked); this.side.liked(); });
    row.append(make("strong", `Variation ${this.number}`), this.button, this.time, this.like, make("span", `${this.take.new_notes} new notes`, { class: "soft" }), downloads);
    return row;
  }

  /** keep marks a take as good, or takes the mark away. */
  keep(liked) {
    this.liked = liked;
    this.like.setAttribute("aria-pressed", String(liked));
    this.like.textContent = liked ? "★ Kept" : "☆ Keep";
    this.like.setAttribute("aria-label", `${this.like.textContent}: variation ${this.number}`); // it begins with what is seen
    this.root.classList.toggle("kept", liked);
  }

  /** parts lists the parts with their colours; each can be muted or heard alone. */
  parts() {
    const list = make("ul", undefined, { class: "parts", "aria-label": "Parts" });
    this.take.parts.forEach((p, i) => {
      const item = make("li"), swatch = make("span", undefined, { class: "swatch", "aria-hidden": "true" });
      swatch.style.background = hue(i);
      item.append(swatch, make("span", p.name));
      if (this.take.parts.length > 1) {
        for (const [what, letter] of [["mute", "M"], ["solo", "S"]]) {
          const b = make("button", letter, { type: "button", "aria-pressed": "false", "aria-label": `${letter}: ${what} ${p.name}`, title: what });
          b.addEventListener("click", () => {
            this.mixer.toggle(what, i);
            b.setAttribute("aria-pressed", b.getAttribute("aria-pressed") !== "true");
            this.mix();
          });
          item.append(b);
        }
      }
      list.append(item);
    });
    return list;
  }

  /** tools are what can be done: loop a section, play on anew from a bar, keep. */
  tools() {
    const row = make("div", undefined, { class: "row acts" }), bars = this.take.bars.length - 1, joint = this.take.bars.findIndex((b) => b >= this.take.from - 1e-6) + 1;
    const bar = (label, value, min) => {
      const l = make("label", label), input = make("input", undefined, { type: "number", min, max: bars, value });
      l.append(" ", input);
      row.append(l);
      return input;
    };
    const button = (text, act) => { const b = make("button", text, { type: "button" }); b.addEventListener("click", act); row.append(b); return b; };
    const from = bar("From bar", Math.max(1, Math.min(bars, joint)), 1), to = bar("to bar", bars, 1);
    this.looping = make("input", undefined, { type: "checkbox" });
    const loop = make("label", undefined, { class: "check" });
    loop.append(this.looping, " loop");
    row.append(loop);
    const change = () => { this.loop = this.looping.checked ? section(this.take, Number(from.value), Number(to.value)) : undefined; this.draw(); };
    for (const i of [from, to, this.looping]) i.addEventListener("change", change);
    button("Play on anew from there", () => this.side.again(this, Math.max(2, Math.min(bars, Number(from.value)))));
    button("Make it the seed", () => this.side.seed(this));
    if (joint - 1 > shownSeed) {
      const whole = button("Show the whole seed", () => { whole.hidden = true; this.crop(Infinity); this.draw(); });
    }
    return row;
  }

  crop(bars) {
    this.shown = crop(this.take, bars);
    this.roll.show(this.shown);
  }

  /** sound renders what is heard, once; whoever else waits for it gets the same. */
  sound() {
    if (!this.audio) this.rendering ??= this.render().finally(() => { this.rendering = undefined; });
    return this.rendering;
  }

  async render() {
    this.button.textContent = "…";
    let wav, silent;
    try {
      do { // the parts may change meanwhile
        silent = this.mixer.silent().join(",");
        wav = await this.engine.render(this.midi, silent ? `mute=${silent}` : "");
      } while (silent !== this.mixer.silent().join(","));
    } finally {
      this.button.textContent = "▶ Play";
    }
    save(this.link, `${this.stem}.wav`, "audio/wav", wav);
    this.audio = new Audio(URL.createObjectURL(new Blob([wav], { type: "audio/wav" })));
    this.audio.addEventListener("ended", () => this.pause());
    this.audio.addEventListener("timeupdate", () => this.around());
    this.root.append(this.audio); // for assistive technology and tests; without controls it shows nothing
  }

  /** mix renders again without the parts that are not heard, and goes on where it was. */
  async mix() {
    this.draw();
    const old = this.audio;
    if (!old) return;
    const at = old.currentTime, playing = !old.paused;
    old.pause();
    old.remove();
    URL.revokeObjectURL(old.src);
    this.audio = undefined;
    if (this.mixer.silent().length === this.take.parts.length) return this.pause();
    try {
      await this.sound();
      this.audio.currentTime = at;
      if (playing) this.play();
    } catch (err) { this.side.fail(err); }
  }

  /** around goes back to where the loop begins. */
  around() {
    if (this.loop && this.audio && !this.audio.paused && (this.audio.currentTime >= this.loop[1] - 0.02 || this.audio.currentTime < this.loop[0] - 0.1)) this.audio.currentTime = this.loop[0];
  }

  async seek(seconds) {
    try { await this.sound(); } catch (err) { return this.side.fail(err); }
    this.audio.currentTime = seconds;
    this.play();
  }

  async toggle() {
    if (this.audio && !this.audio.paused) return this.pause();
    try { await this.sound(); } catch (err) { return this.side.fail(err); }
    // the seed is known: begin shortly before the new bars
    if (this.audio.currentTime === 0 || this.audio.ended) this.audio.currentTime = this.loop ? this.loop[0] : Math.max(0, this.take.from - 2);
    this.play();
  }

  play() {
    this.side.playing(this);
    const audio = this.audio;
    audio.play().then(() => {
      this.button.textContent = "❚❚ Pause";
      const step = () => { this.around(); this.draw(); if (this.audio === audio && !audio.paused) requestAnimationFrame(step); };
      step();
    }, (err) => this.side.fail(err));
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
    const at = this.audio?.currentTime, shift = this.shown.shift;
    this.roll.draw({
      at: at === undefined ? undefined : at - shift, playing: this.audio && !this.audio.paused,
      heard: (part) => this.mixer.heard(part), loop: this.loop && this.loop.map((t) => t - shift),
    });
    if (at !== undefined) this.time.textContent = `${clock(at)} / ${clock(this.take.seconds)}`;
  }
}
