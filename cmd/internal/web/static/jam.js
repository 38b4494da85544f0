// A jam: the player has some bars, the band answers on the next bar line with as many, and
// so on. Here is when what happens; voices.js makes the sound, keys.js hears the player.
import { write } from "./midi.js";
import { $, make, saveMIDI } from "./ui.js";
import { voiceOf } from "./voices.js";

export const beats = 4; // quarter notes in a bar
const programs = { piano: 0, vibes: 11, horn: 66 }; // of General MIDI
const remembered = 16; // bars of the conversation that an answer builds on

/** lead is how long before the band's turn it is asked, for answers that take so long: at most a bar is not heard. */
export const lead = (latency, bar) => Math.min(bar, 1.2 * latency + 0.05);

/** entry is when an answer that is ready begins: at its turn, or on the first bar line after. */
export const entry = (turn, ready, bar) => (ready <= turn ? turn : turn + Math.ceil((ready + 0.02 - turn) / bar) * bar);

/** rotated is a chart that begins some bars later; one with signs of repetition stays as it is. */
export function rotated(chart, bars) {
  const list = chart.split("|").map((c) => c.trim()).filter(Boolean);
  if (/[:[\]{}]/.test(chart) || list.length < 2) return chart;
  const full = list.map((c, i) => { for (let k = i; k >= 0; k--) if (list[k] !== "%") return list[k]; return c; });
  const n = ((bars % full.length) + full.length) % full.length;
  return [...full.slice(n), ...full.slice(0, n)].join(" | ");
}

/** chordAt is the chord of a bar of a chart, if it can be told. */
export const chordAt = (chart, bar) => rotated(chart, bar).split("|")[0].trim();

/** phrase is the melody of a conversation from a bar line near its first note on, at most some bars before a beat; notes are in beats, those without a length still sound. */
export function phrase(notes, to) {
  const from = Math.max(0, to - remembered * beats), heard = notes.filter((n) => !n.part && n.start >= from - 0.5 && n.start < to - 0.05);
  const skip = Math.max(0, Math.floor((Math.min(...heard.map((n) => n.start)) + 0.5 - from) / beats)) * beats;
  return heard.map(({ start, length, pitch, velocity }) => ({ pitch, velocity, start: Math.max(0, start - from - skip), length: Math.max(0.1, Math.min(length ?? Infinity, to - start)) }));
}

export class Jam {
  /** A jam in a place; keys hears the player, done(name, bytes) gets the whole. */
  constructor(place, { engine, voices, keys, options, done, fail }) {
    Object.assign(this, { place, engine, voices, keys, options, done, fail, took: [] });
    this.button = $("#jam-start", place);
    this.said = $("#jam-said", place);
    this.lamps = $("#jam-beats", place);
    for (let i = 0; i < beats; i++) this.lamps.append(make("span"));
    this.level = this.said.dataset;
    this.button.addEventListener("click", () => (this.running ? this.stop("The jam is over.") : this.start()));
    $("#jam-use", place).addEventListener("click", () => this.done("jam.mid", this.file().buffer));
    Object.assign(keys, { onPress: (pitch, velocity) => this.press(pitch, velocity), onRelease: (pitch) => this.release(pitch) });
  }

  /** start asks once for nothing, to learn how long an answer takes, and counts in. */
  async start() {
    const { context } = this.voices;
    const tempo = Math.max(40, Math.min(260, Number($("#keys-tempo").value) || 120)), bars = Math.max(1, Math.min(8, Number($("#jam-bars").value) || 4));
    const run = { tempo, bars, notes: [], sounding: [], timers: [], programs: {}, chart: this.options().chords.trim(), voice: $("#jam-voice").value, round: 0 };
    Object.assign(this, { running: run, took: [] });
    this.button.textContent = "Stop";
    $("#jam-use").hidden = $("#jam-save").hidden = true;
    this.say("The band tunes its instruments …");
    try {
      await this.voices.load().catch(() => {});
      const scale = [0, 2, 4, 5, 7].map((p, i) => ({ start: i / 2, length: 0.5, pitch: 60 + p }));
      const take = await this.ask(run, write(scale, { tempo }), 0);
      if (take.parts.some((p) => voiceOf(p) === "brushes")) await this.voices.load(["brushes"]).catch(() => {});
      this.level.loudness = await this.voices.balance(this.answered(take).map((n) => ({ ...n, when: n.start, seconds: n.length })));
    } catch (e) { this.stop(""); return this.fail(e); }
    if (this.running !== run) return;
    run.beat = 60 / tempo;
    run.origin = context.currentTime + 0.3 + beats * run.beat; // after the count-in
    for (let i = 0; i < beats; i++) this.click(run, i - beats, 37);
    this.say(`Count-in. ${this.speed()}`);
    this.turn(run, 0);
  }

  /** ask has the band answer a MIDI file. */
  async ask(run, midi, bar) {
    const q = new URLSearchParams({ bars: run.bars, candidates: 1, combo: true, seed: 1 + run.round, tempo: run.tempo, part: 1, style: "jazz" }), { creativity, prompt } = this.options();
    if (creativity) q.set("creativity", creativity);
    if (prompt) q.set("prompt", prompt);
    if (run.chart) q.set("chords", rotated(run.chart, bar));
    const from = performance.now(), r = await this.engine.continue(midi.buffer, q.toString(), {});
    this.took.push((performance.now() - from) / 1000);
    return r.variations[0];
  }

  /** latency is the middle of what the last answers took. */
  latency() { const t = this.took.slice(-5).sort((a, b) => a - b); return t[t.length >> 1] || 0; }
  speed() { return `An answer takes ${this.latency().toFixed(2)} s, a sound ${Math.round(1000 * this.voices.latency)} ms.`; }

  at(run, beat) { return run.origin + beat * run.beat; }
  /** when does something shortly before a beat. */
  when(run, beat, act, early = 0) {
    const wait = this.at(run, beat) - early - this.voices.context.currentTime;
    run.timers.push(setTimeout(() => this.running === run && act(), Math.max(0, 1000 * wait)));
  }
  click(run, beat, key) {
    const bar = Math.floor(beat / beats), i = beat - bar * beats;
    if ($("#jam-click").checked || beat < 0) run.sounding.push(this.voices.play("drums", key, i ? 60 : 100, this.at(run, beat)));
    this.when(run, beat, () => [...this.lamps.children].forEach((l, k) => l.classList.toggle("on", k === i)));
  }

  /** turn gives the player some bars from a beat on. */
  turn(run, beat) {
    const bar = beats * run.beat, end = beat + run.bars * beats;
    for (let b = 0; b < run.bars; b++) {
      const n = beat / beats + b;
      for (let i = 0; i < beats; i++) this.click(run, beat + b * beats + i, 42);
      this.when(run, beat + b * beats, () => this.say(`You play: bar ${b + 1} of ${run.bars}.${run.chart ? ` ${chordAt(run.chart, n)}` : ""}`), 0.05);
    }
    this.when(run, end, () => this.answer(run, beat, end), lead(this.latency(), bar));
  }

  async answer(run, call, end) {
    if (!run.notes.some((n) => n.mine && n.start >= call - 0.5 && n.start < end)) return this.stop("You did not play, so the jam rests.");
    let take;
    try { take = await this.ask(run, write(phrase(run.notes, end), { tempo: run.tempo, program: programs[run.voice] }), end / beats); } catch (e) { this.stop(""); return this.fail(e); }
    if (this.running !== run) return;
    run.round++;
    const ready = (this.voices.context.currentTime - run.origin) / run.beat, begin = entry(end, ready, beats);
    for (let b = end; b < begin; b++) this.click(run, b, 42);
    this.play(run, take, begin);
    const late = begin - end;
    this.when(run, begin, () => this.say(`The band answers${late ? `, ${late / beats} ${late === beats ? "bar" : "bars"} late` : " on the bar line"}. ${this.speed()}`), 0.05);
    this.when(run, begin + (run.bars - 1) * beats, () => this.turn(run, begin + run.bars * beats), 0.2);
  }

  /** answered lists the new notes of an answer in their order, in seconds from its beginning. */
  answered(take) {
    return take.parts.flatMap((p, i) => p.notes.filter(([start]) => start >= take.from - 1e-6).map(([start, end, pitch, velocity]) => (
      { voice: voiceOf(p), part: p.drums ? 9 : i, program: p.program, start: start - take.from, length: end - start, pitch, velocity }))).sort((a, b) => a.start - b.start);
  }

  /** play schedules an answer from a beat on, and remembers its solo. */
  play(run, take, begin) {
    const last = begin + run.bars * beats;
    run.band = [begin, last];
    for (const { voice, part, program, start, length, pitch, velocity } of this.answered(take)) {
      const b = begin + start / run.beat;
      if (b >= last) continue;
      if (program >= 0) run.programs[part] = program;
      const sounds = Math.min(length / run.beat, last - b);
      run.sounding.push(this.voices.play(voice, pitch, velocity, this.at(run, b), sounds * run.beat));
      run.notes.push({ start: b, length: sounds, pitch, velocity, part });
    }
    for (let i = 0; i < run.bars * beats; i++) this.when(run, begin + i, () => [...this.lamps.children].forEach((l, k) => l.classList.toggle("on", k === i % beats)));
  }

  press(pitch, velocity) {
    const run = this.running, start = this.beat();
    if (start === undefined) return;
    const during = run.band && start >= run.band[0] && start < run.band[1] - 0.5; // not a call: it is kept, but not answered
    run.notes.push({ start, pitch, velocity, mine: true, part: during ? 8 : 0 });
  }
  release(pitch) {
    const n = this.running?.notes.findLast((x) => x.mine && x.pitch === pitch && x.length === undefined);
    if (n) n.length = Math.max(0.1, this.beat() - n.start);
  }
  /** beat is now, for the player: what is heard now left the program some time ago. */
  beat() {
    const run = this.running;
    return run?.origin === undefined ? undefined : (this.voices.context.currentTime - this.voices.latency - run.origin) / run.beat;
  }

  /** file is the whole conversation with its band. */
  file() {
    const { notes, tempo, voice } = this.last, first = Math.floor((Math.min(...notes.map((n) => n.start)) + 0.5) / beats) * beats;
    return write(notes.map((n) => ({ ...n, channel: n.part || 0, start: Math.max(0, n.start - first), length: n.length ?? 1 })), { tempo, programs: { 8: programs[voice], ...this.last.programs, 0: programs[voice] } });
  }

  stop(text) {
    const run = this.running;
    this.running = undefined;
    if (!run) return;
    for (const t of run.timers) clearTimeout(t);
    for (const off of run.sounding) off(true);
    for (const l of this.lamps.children) l.classList.remove("on");
    this.button.textContent = "Jam with the band";
    this.last = run;
    const some = run.notes.length > 0;
    $("#jam-use").hidden = $("#jam-save").hidden = !some;
    if (some) saveMIDI($("#jam-save"), "jam.mid", this.file());
    this.say(text);
  }

  say(text) { this.said.textContent = text; }
}
