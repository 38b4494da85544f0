// A piano on the screen, played by the computer's keyboard, the mouse, a finger or a MIDI
// keyboard; what was played becomes a seed.
import { write } from "./midi.js";
import { $, make } from "./ui.js";

// the keys of a typewriter that lie like a piano's, by their places on it
const places = ["KeyA", "KeyW", "KeyS", "KeyE", "KeyD", "KeyF", "KeyT", "KeyG", "KeyY", "KeyH", "KeyU", "KeyJ", "KeyK", "KeyO", "KeyL", "KeyP", "Semicolon"];
const names = ["C", "C sharp", "D", "D sharp", "E", "F", "F sharp", "G", "G sharp", "A", "A sharp", "B"];

/** Recorder turns presses into notes, in quarter notes from the first one on. */
export class Recorder {
  constructor(tempo = 120) { Object.assign(this, { tempo, notes: [], held: new Map() }); }
  beats(ms) { return ((ms - this.from) * this.tempo) / 60000; }
  press(pitch, ms, velocity = 90) {
    this.from ??= ms;
    this.release(pitch, ms);
    this.held.set(pitch, { start: this.beats(ms), pitch, velocity });
  }
  release(pitch, ms) {
    const n = this.held.get(pitch);
    if (!n) return;
    this.held.delete(pitch);
    this.notes.push({ ...n, length: Math.max(0.05, this.beats(ms) - n.start) });
  }
}

export class Keys {
  /** A piano in a place, heard by voices; take(name, bytes) gets what was played. onPress and onRelease, if they are set, hear every key. */
  constructor(place, voices, take) {
    Object.assign(this, { place, voices, take, sounding: new Map(), low: 60, buttons: new Map(), recorder: new Recorder() });
    const board = $(".board", place);
    for (let k = 0; k < places.length; k++) {
      const black = [1, 3, 6, 8, 10].includes(k % 12), letter = places[k].replace("Key", "").replace("Semicolon", ";");
      const b = make("button", letter, { type: "button", class: black ? "black" : "white", "aria-label": `${letter}: ${names[k % 12]}` });
      b.addEventListener("pointerdown", (e) => { e.preventDefault(); b.setPointerCapture(e.pointerId); this.press(this.low + k); });
      for (const type of ["pointerup", "pointercancel"]) b.addEventListener(type, () => this.release(this.low + k));
      b.addEventListener("click", (e) => { if (e.detail === 0) { this.press(this.low + k); setTimeout(() => this.release(this.low + k), 250); } }); // by Enter
      board.append(b);
      this.buttons.set(k, b);
    }
    board.addEventListener("pointerenter", () => this.voices.render().catch(() => {}), { once: true }); // no sound before a key is pressed
    $("summary", place).addEventListener("click", () => { if (!place.open) this.start(); });
    document.addEventListener("keydown", (e) => {
      const k = places.indexOf(e.code);
      if (k < 0 || e.repeat || !this.listens(e)) return;
      e.preventDefault();
      this.press(this.low + k);
    });
    document.addEventListener("keyup", (e) => { const k = places.indexOf(e.code); if (k >= 0) this.release(this.low + k); });
    $("#octave-down").addEventListener("click", () => { this.low = Math.max(24, this.low - 12); });
    $("#octave-up").addEventListener("click", () => { this.low = Math.min(84, this.low + 12); });
    $("#keys-clear").addEventListener("click", () => this.clear());
    $("#keys-use").addEventListener("click", () => {
      const tempo = Math.max(30, Math.min(300, Number($("#keys-tempo").value) || 120));
      for (const p of [...this.recorder.held.keys()]) this.release(p);
      const scale = tempo / this.recorder.tempo; // what lasted a second lasts as many more quarter notes
      take("played.mid", write(this.recorder.notes.map((n) => ({ ...n, start: n.start * scale, length: n.length * scale })), { tempo }).buffer);
    });
    this.tell();
  }

  listens(e) { return this.place.open && this.place.offsetParent && !e.ctrlKey && !e.metaKey && !e.altKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName); }

  /** start gets the sounds and asks for MIDI keyboards, once somebody wants to play: not when the page opens. */
  start() {
    this.midi();
    this.voices.load().catch(() => {});
  }

  press(pitch, velocity = 90) {
    this.start();
    this.recorder.press(pitch, performance.now(), velocity);
    this.buttons.get(pitch - this.low)?.classList.add("down");
    this.sounding.get(pitch)?.();
    this.sounding.set(pitch, this.voices.play($("#jam-voice").value, pitch, velocity));
    this.onPress?.(pitch, velocity);
    this.tell();
  }
  release(pitch) {
    this.recorder.release(pitch, performance.now());
    this.buttons.get(pitch - this.low)?.classList.remove("down");
    this.sounding.get(pitch)?.();
    this.sounding.delete(pitch);
    this.onRelease?.(pitch);
    this.tell();
  }
  clear() { this.recorder = new Recorder(); this.tell(); }
  tell() {
    const n = this.recorder.notes.length + this.recorder.held.size;
    $("#keys-said").textContent = n ? `${n} ${n === 1 ? "note" : "notes"}` : "";
    $("#keys-use").disabled = n === 0;
  }

  /** midi listens to MIDI keyboards, where the browser has them. */
  async midi() {
    if (this.asked || !navigator.requestMIDIAccess) return;
    this.asked = true;
    try {
      this.access = await navigator.requestMIDIAccess();
    } catch { return; } // not allowed: the screen's keys do
    const listen = () => { for (const input of this.access.inputs.values()) input.onmidimessage = ({ data: [kind, pitch, velocity] }) => ((kind & 0xf0) === 0x90 && velocity ? this.press(pitch, velocity) : [0x80, 0x90].includes(kind & 0xf0) && this.release(pitch)); };
    listen();
    this.access.onstatechange = listen;
  }
}
