// The chords above a roll: each can be changed, and the music is drawn anew from there.
import { make } from "./ui.js";

const sure = 0.3; // chords that were heard in the seed with less certainty are not shown

/** canChange reports whether a take was played over chords, so that others make other music. */
export const canChange = (take) => take.changes?.length > 0;

/** chordsOf lists the chords of all bars of a take, those it was played over or else those that are heard in it; known are those of earlier bars that were given, by their index. */
export function chordsOf(take, known = []) {
  const changes = canChange(take) ? take.changes : take.document?.changes || [];
  if (!changes.some(Boolean)) return [];
  const joint = take.bars.findIndex((b) => b >= take.from - 1e-6), heard = [];
  for (const h of take.document?.heard?.chords || []) if (h.certainty >= sure) heard[h.bar - 1] = h.chord;
  return take.bars.slice(0, -1).map((_, i) => (i >= joint ? changes[i - joint] : known[i] ?? heard[i]) || "");
}

/** edited is the chart from a bar on (its index) after a change there; a text with "|" changes the next bars too. */
export function edited(chords, bar, text) {
  const out = chords.slice(bar);
  text.split("|").forEach((t, i) => {
    if (i >= out.length && i > 0) return;
    const before = i > 0 ? out[i - 1] : chords[bar - 1];
    out[i] = ["", "%"].includes(t.trim()) ? before || out[i] : t.trim(); // the bar before once more
  });
  return out.map((c) => c || "NC").join(" | ");
}

/** Chords is a row of buttons, one for each bar that can be changed; change(bar, text) hears of a change. */
export class Chords {
  constructor(change) {
    this.change = change;
    this.root = make("div", undefined, { class: "chords", role: "group", "aria-label": "Chords" });
    this.root.addEventListener("keydown", (e) => {
      if (e.target.tagName !== "BUTTON" || !["ArrowLeft", "ArrowRight"].includes(e.key)) return;
      const all = [...this.root.querySelectorAll("button")], next = all[all.indexOf(e.target) + (e.key === "ArrowRight" ? 1 : -1)];
      if (!next) return;
      e.preventDefault();
      for (const b of all) b.tabIndex = b === next ? 0 : -1; // one stop for the tab key
      next.focus();
    });
  }

  /** show shows bars {bar, x, w, chord, fresh} at their places. */
  show(bars) {
    this.root.hidden = !bars.some((b) => b.chord);
    let first = true;
    this.root.replaceChildren(...bars.filter((b) => b.chord).map((b) => {
      const place = (e) => { e.style.left = `${b.x + 1}px`; e.style.width = `${Math.max(20, b.w - 2)}px`; return e; };
      if (!b.fresh) return place(make("span", b.chord, { title: `heard in bar ${b.bar}` }));
      const button = place(make("button", b.chord, { type: "button", "aria-label": `Bar ${b.bar}: ${b.chord}, change`, title: `${b.chord}: change it, and the music goes on anew from there`, tabindex: first ? "0" : "-1" }));
      first = false;
      button.addEventListener("click", () => this.edit(button, b));
      return button;
    }));
  }

  edit(button, b) {
    const input = make("input", undefined, { "aria-label": `Chord of bar ${b.bar}`, value: b.chord, spellcheck: "false", autocapitalize: "off", autocomplete: "off" });
    input.style.left = button.style.left;
    let open = true;
    const close = (focus) => {
      if (!open) return;
      open = false;
      input.replaceWith(button);
      if (focus) button.focus();
    };
    input.addEventListener("keydown", (e) => {
      if (e.key === "Escape") return close(true);
      if (e.key !== "Enter") return;
      e.preventDefault();
      const text = input.value.trim();
      close(true);
      if (text && text !== b.chord) this.change(b.bar, text);
    });
    input.addEventListener("blur", () => close(false));
    button.replaceWith(input);
    input.focus();
    input.select();
  }
}
