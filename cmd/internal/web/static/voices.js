// The engine's instruments in the page: it renders every few pitches of each once, and
// notes are played from those, so that keys and jam sound as the finished music does.
import { loudness, target } from "./loudness.js";
import { write } from "./midi.js";

const room = 0.25; // seconds after a note, in which it dies away

/** instruments of a band: General MIDI program, pitches that are rendered, seconds of each. */
export const kit = {
  piano: { program: 0, pitches: range(36, 96, 5), length: 2 },
  vibes: { program: 11, pitches: range(48, 90, 6), length: 2 },
  horn: { program: 66, pitches: range(46, 86, 5), length: 2.5 },
  bass: { program: 32, pitches: range(26, 56, 5), length: 1.5 },
  drums: { drums: true, program: 0, pitches: [36, 37, 38, 41, 42, 44, 45, 48, 53, 46, 51, 49], length: 1.5 },
  brushes: { drums: true, program: 40, pitches: [36, 38, 39, 40, 41, 42, 44, 45, 48, 53, 46, 51, 49], length: 1.5 },
};
const usual = ["piano", "vibes", "horn", "bass", "drums"]; // brushes are rendered when a ballad wants them

const percussion = (voice) => Boolean(kit[voice].drums);
const alike = { 35: 36, 39: 38, 40: 38, 43: 41, 47: 45, 50: 48, 52: 49, 55: 49, 57: 49, 59: 51 }; // drums that are not rendered
const openHat = 46, closes = [42, 44, openHat]; // what stops an open hi-hat

function range(from, to, step) {
  const out = [];
  for (let p = from; p <= to; p += step) out.push(p);
  return out;
}

/** voiceOf is the instrument that plays a part. */
export function voiceOf({ drums, program }) {
  if (drums) return program === kit.brushes.program ? "brushes" : "drums";
  if (program >= 32 && program < 40) return "bass";
  if (program >= 56 && program < 88) return "horn";
  return program >= 8 && program < 16 ? "vibes" : "piano";
}

/** plan lays the notes to be rendered one after another: {voice, pitch, start, length} in seconds. */
export function plan(names) {
  let at = 0;
  return names.flatMap((voice) => kit[voice].pitches.map((pitch) => {
    const note = { voice, pitch, start: at, length: kit[voice].length };
    at += note.length + room;
    return note;
  }));
}

/** nearest is the rendered note to play a pitch with, and how much faster. */
export function nearest(samples, voice, pitch) {
  if (!samples.some((s) => s.voice === voice)) voice = "drums"; // brushes that have not come
  const own = samples.filter((s) => s.voice === voice), near = percussion(voice) && !kit[voice].pitches.includes(pitch) ? alike[pitch] ?? pitch : pitch;
  const best = own.reduce((a, b) => (Math.abs(b.pitch - near) < Math.abs(a.pitch - near) ? b : a));
  return { sample: best, rate: percussion(voice) ? 1 : 2 ** ((pitch - best.pitch) / 12) };
}

/** patience is how many milliseconds what failed is left alone; plain tones sound meanwhile. */
export const patience = 20000;

export class Voices {
  constructor(engine, now = () => performance.now()) { Object.assign(this, { engine, now, asked: new Map() }); }

  /** context is the browser's sound; it must be asked for in answer to a click or a key. */
  get context() {
    if (!this.sounds) {
      this.sounds = new AudioContext({ latencyHint: "interactive" });
      this.gain = chain(this.sounds).gain;
    }
    if (this.sounds.state === "suspended") this.sounds.resume();
    return this.sounds;
  }

  /** latency is how long a sound takes to the loudspeaker, in seconds. */
  get latency() { return (this.context.baseLatency || 0) + (this.context.outputLatency || 0); }

  /** once makes something once, and again only when patience has passed since it failed. */
  once(key, make) {
    const had = this.asked.get(key);
    if (had && !(this.now() - had.failed > patience)) return had.promise;
    const asked = { promise: make() };
    asked.promise.catch(() => { asked.failed = this.now(); });
    this.asked.set(key, asked);
    return asked.promise;
  }

  /** render has instruments rendered, once, for load; it needs no click. Of the drum kits one at a time, since they share a channel. */
  render(names = usual) {
    return this.once(`render ${names}`, async () => {
      const notes = plan(names), tempo = 60; // a quarter note is a second
      const programs = {}, channels = {};
      names.forEach((voice, i) => {
        channels[voice] = percussion(voice) ? 9 : i;
        programs[channels[voice]] = kit[voice].program;
      });
      const wav = await this.engine.render(write(notes.map((n) => ({ ...n, channel: channels[n.voice], velocity: 100 })), { tempo, programs }).buffer);
      return { notes, wav };
    });
  }

  /** load makes instruments ready to play, once; it must be called in answer to a click or a key. */
  load(names = usual) {
    return this.once(`load ${names}`, async () => {
      const { context } = this, { notes, wav } = await this.render(names);
      try {
        const buffer = await context.decodeAudioData(wav);
        this.samples = [...(this.samples || []), ...notes.map((n) => ({ ...n, buffer }))];
      } catch (e) {
        this.asked.delete(`render ${names}`); // its bytes are gone
        throw e;
      }
    });
  }

  /** play plays a note at a time of the context for some seconds (undefined: until it is let go), and returns what lets it go. */
  play(voice, pitch, velocity = 90, when = this.context.currentTime, seconds) {
    const note = this.note(this.context, this.gain, { voice, pitch, velocity, when, seconds });
    if (percussion(voice) && closes.includes(pitch)) {
      this.open?.(when);
      this.open = pitch === openHat ? note.end : undefined;
    }
    return (now) => { if (now) note.off(); else note.end(this.context.currentTime); };
  }

  /** note builds a note in a context, so that it goes to a node. */
  note(c, to, { voice, pitch, velocity, when, seconds }) {
    const gain = c.createGain();
    let source, release = 0.05, level = (0.15 + 0.85 * (velocity / 127) ** 2) / 0.68; // beside the velocity that was rendered
    if (this.samples) {
      const { sample, rate } = nearest(this.samples, voice, pitch);
      source = c.createBufferSource();
      source.buffer = sample.buffer;
      source.playbackRate.value = rate;
      source.start(when, sample.start, (sample.length + room * 0.8) / rate);
    } else {
      source = c.createOscillator();
      source.type = "triangle";
      source.frequency.value = percussion(voice) ? 1000 : 440 * 2 ** ((pitch - 69) / 12);
      source.start(when);
      source.stop(when + (percussion(voice) ? 0.03 : 3));
      level *= 0.3;
    }
    if (percussion(voice)) release = 0.012;
    gain.gain.setValueAtTime(level, when);
    source.connect(gain).connect(to);
    const end = (at) => {
      gain.gain.setTargetAtTime(0, at, release);
      try { source.stop(at + 8 * release); } catch { /* it has ended */ }
    };
    if (seconds !== undefined && !percussion(voice)) end(when + seconds);
    return { end, off: () => gain.disconnect() };
  }

  /** balance sets how loud everything is, so that notes {voice, pitch, velocity, when, seconds} have the loudness of all other sound; it returns theirs, in LUFS. */
  async balance(notes) {
    if (!this.samples || !notes.length) return undefined;
    const rate = this.context.sampleRate, length = 0.5 + Math.max(...notes.map((n) => n.when + Math.min(4, n.seconds ?? 1)));
    const heard = async () => {
      const c = new OfflineAudioContext(2, Math.ceil(length * rate), rate), { gain } = chain(c);
      gain.gain.value = this.gain.gain.value;
      for (const n of notes) this.note(c, gain, n);
      const b = await c.startRendering();
      return loudness([b.getChannelData(0), b.getChannelData(1)], rate);
    };
    let is = await heard();
    for (let i = 0; i < 3 && Number.isFinite(is) && Math.abs(is - target) > 0.3; i++) { // the limiter takes some
      this.gain.gain.value = Math.max(0.05, Math.min(20, this.gain.gain.value * 10 ** ((target - is) / 20)));
      is = await heard();
    }
    return is;
  }
}

/** chain is the way out: a gain, and a limiter for peaks. */
function chain(c) {
  const gain = c.createGain(), limiter = c.createDynamicsCompressor();
  Object.entries({ threshold: -6, knee: 3, ratio: 20, attack: 0.001, release: 0.1 }).forEach(([k, v]) => { limiter[k].value = v; });
  gain.connect(limiter).connect(c.destination);
  return { gain };
}
