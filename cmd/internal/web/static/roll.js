// Draws the piano roll of a take: a keyboard that stays, and the notes that scroll.
import { color, faded, sharp } from "./canvas.js";
import { Chords } from "./chords.js";
import { layout, tall } from "./layout.js";
import { make } from "./ui.js";

const keyboard = 34, perBar = 60;
const light = ["#1f6fb2", "#c2510f", "#23774a", "#8e44ad", "#8a6d00", "#c2185b", "#00757f", "#5b5bd6", "#7a5230", "#56616e"];
const dark = ["#66b0ee", "#ff9d66", "#6fd39b", "#cf9bea", "#e3c34a", "#ff82b2", "#4fd1d9", "#a5a5ff", "#d3a57c", "#b6c0cb"];

/** hue is the colour of a part. */
export const hue = (part) => { const all = matchMedia("(prefers-color-scheme: dark)").matches ? dark : light; return all[part % all.length]; };

export class Roll {
  /** A roll with a name for those who cannot see it; seek(seconds) hears where it is clicked, chord(bar, text) of a chord that is changed. */
  constructor(label, seek, chord) {
    this.root = make("div", undefined, { class: "rolls" });
    this.keys = make("canvas", undefined, { "aria-hidden": "true" });
    this.box = make("div", undefined, { class: "roll", tabindex: "0", role: "region", "aria-label": label });
    this.canvas = make("canvas", undefined, { role: "img", "aria-label": `${label}: the seed is pale, the new bars have a warm background` });
    this.canvas.addEventListener("click", (e) => seek((e.offsetX / this.canvas.clientWidth) * this.take.seconds));
    this.chords = new Chords(chord);
    this.box.append(this.chords.root, this.canvas);
    this.root.append(this.keys, this.box);
  }

  /** show shows a take; the view moves to where the new music begins. */
  show(take) {
    this.take = take;
    this.height = tall(take);
    this.width = 0;
  }

  /** draw draws with a cursor at some seconds (undefined: none); heard(part) says which parts are not pale. */
  draw({ at, playing, heard, loop }) {
    const { take, height } = this, room = this.box.clientWidth;
    if (!room) return;
    const width = Math.max(room, Math.min(12000, take.bars.length * perBar));
    if (this.width !== width) {
      this.width = width;
      this.layout = layout(take, width, height);
      this.keyboard();
      this.chords.show(this.layout.chords);
      this.keys.style.marginTop = this.chords.root.hidden ? "" : "1.6rem";
      this.box.scrollLeft = this.layout.from - room / 4;
    }
    const l = this.layout, c = sharp(this.canvas, width, height);
    c.fillStyle = color("fresh");
    c.fillRect(l.from, 0, width - l.from, height);
    c.fillStyle = faded("line", 0.28);
    for (const k of l.piano) if (k.black) c.fillRect(0, k.y, width, k.h);
    if (loop) { c.fillStyle = color("shade"); c.fillRect(0, 0, l.x(loop[0]), height); c.fillRect(l.x(loop[1]), 0, width, height); }
    c.font = "11px system-ui, sans-serif";
    let free = 0;
    for (const b of l.bars) {
      c.fillStyle = color("line");
      c.fillRect(b.x, 0, 1, height);
      if (b.x >= free && b.label) {
        c.fillStyle = color("soft");
        c.fillText(b.label, b.x + 3, 12);
        free = b.x + 8 + c.measureText(b.label).width;
      }
    }
    for (const n of l.notes) {
      c.globalAlpha = heard(n.part) ? (n.fresh ? 0.55 + 0.45 * Math.min(1, n.velocity / 110) : 0.4) : 0.1;
      c.fillStyle = hue(n.part);
      c.fillRect(n.x, n.y, n.w, n.h);
    }
    c.globalAlpha = 1;
    if (at === undefined) return;
    const x = l.x(at);
    c.fillStyle = color("bad");
    c.fillRect(x, 0, 1.5, height);
    if (playing && (x < this.box.scrollLeft || x > this.box.scrollLeft + room - 20)) this.box.scrollLeft = x - 40;
  }

  keyboard() {
    const c = sharp(this.keys, keyboard, this.height), wide = keyboard - 2, edge = "#aab3bf", piano = this.layout.piano;
    c.font = "9px system-ui, sans-serif";
    c.fillStyle = "#ffffff";
    c.fillRect(0, piano.at(-1).y, wide, piano[0].y + piano[0].h - piano.at(-1).y);
    for (const k of piano) { // white keys meet below C and F, and in the middle of each black one
      c.fillStyle = edge;
      if (k.black) c.fillRect(0, k.y + k.h / 2 - 0.5, wide, 1);
      else if ([0, 5].includes(k.pitch % 12)) c.fillRect(0, k.y + k.h - 0.5, wide, 1);
      if (k.black) { c.fillStyle = "#222b36"; c.fillRect(0, k.y, wide * 0.58, Math.max(1, k.h - 0.5)); }
      if (k.label) { c.fillStyle = "#3b4654"; c.fillText(k.label, wide - 14, k.y + k.h / 2 + 3); }
    }
    c.strokeStyle = edge;
    c.strokeRect(0.5, piano.at(-1).y + 0.5, wide - 1, piano[0].y + piano[0].h - piano.at(-1).y - 1);
  }
}
