// Which parts are heard: some are muted, or some alone are.

export class Mixer {
  constructor(count) { Object.assign(this, { count, mutes: new Set(), solos: new Set() }); }

  /** toggle changes a part's "mute" or "solo". */
  toggle(what, part) {
    const set = what === "solo" ? this.solos : this.mutes;
    if (!set.delete(part)) set.add(part);
  }

  heard(part) { return this.solos.size ? this.solos.has(part) : !this.mutes.has(part); }

  /** silent lists the parts that are not heard, counted from 1. */
  silent() { return Array.from({ length: this.count }, (_, i) => i).filter((i) => !this.heard(i)).map((i) => i + 1); }
}
