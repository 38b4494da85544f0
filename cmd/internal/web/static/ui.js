// What both sides of the page have in common.

export const $ = (selector, root = document) => root.querySelector(selector);

/** make makes an element. */
export function make(tag, text, attributes = {}) {
  const e = document.createElement(tag);
  if (text !== undefined) e.textContent = text;
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  return e;
}

/** save makes a link download bytes under a name. */
export function save(link, name, type, data) {
  if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([data], { type }));
  link.download = name;
}

/** saveMIDI makes a link download a MIDI file, or be dragged out of the page to where such files are used. */
export function saveMIDI(link, name, bytes) {
  save(link, name, "audio/midi", bytes);
  link.draggable = true;
  link.title = "Click to download, or drag it into another program";
  link.ondragstart = (e) => {
    e.dataTransfer.effectAllowed = "copy";
    e.dataTransfer.setData("DownloadURL", `audio/midi:${name}:data:audio/midi;base64,${btoa(String.fromCharCode(...bytes))}`);
    e.dataTransfer.items?.add(new File([bytes], name, { type: "audio/midi" }));
  };
}

/** dropZone calls take(name, bytes) for a file that is chosen or dropped; for several, where there may be several. */
export function dropZone(zone, input, take) {
  const read = async (files) => { for (const f of [...files].slice(0, input.multiple ? undefined : 1)) await take(f.name, await f.arrayBuffer()); };
  input.addEventListener("change", () => { read(input.files); input.value = ""; }); // the same file may be chosen again
  for (const type of ["dragenter", "dragover"]) zone.addEventListener(type, (e) => { e.preventDefault(); zone.classList.add("over"); });
  for (const type of ["dragleave", "drop"]) zone.addEventListener(type, (e) => { e.preventDefault(); zone.classList.remove("over"); });
  zone.addEventListener("drop", (e) => read(e.dataTransfer.files));
}

/** fill puts the options of a query into a form; what the query leaves out is empty. */
export function fill(form, query) {
  const q = new URLSearchParams(query);
  for (const input of form.elements) {
    if (!input.name) continue;
    if (input.type === "checkbox") input.checked = q.get(input.name) === "true";
    else input.value = q.get(input.name) ?? "";
    input.dispatchEvent(new Event("input", { bubbles: true })); // it is the user's now
  }
}

/** Runner runs one job at a time, shows how far it is, says what came out, and can stop it. */
export class Runner {
  /** A runner of a section; remedy(option, value) is called if somebody takes the advice of an error. */
  constructor(section, remedy) {
    this.status = $(".status", section);
    this.cancel = $(".cancel", section);
    this.button = $(".main", section);
    this.remedy = remedy;
    this.cancel.addEventListener("click", () => this.abort?.abort());
  }

  /** run does a job; done shows its result and returns what is to be said of it. */
  async run(job, done) {
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    this.cancel.hidden = false;
    this.button.disabled = false;
    const bar = make("progress", undefined, { max: "1", "aria-label": "Progress" });
    const stage = make("span", " starting");
    this.status.replaceChildren(bar, stage);
    try {
      const result = await job({
        signal: abort.signal,
        onProgress: (p) => {
          if (p.done > 0) bar.value = p.done;
          stage.textContent = ` ${p.stage}${p.done > 0 ? ` ${Math.round(100 * p.done)}%` : ""}`;
        },
      });
      if (this.abort !== abort) return;
      this.say(done(result));
    } catch (e) {
      if (this.abort !== abort) return;
      if (abort.signal.aborted) this.say("Cancelled.");
      else this.fail(e);
    }
    if (document.activeElement === this.cancel) this.button.focus(); // it goes away now
    this.cancel.hidden = true;
  }

  /** say tells everybody, those who listen too. */
  say(text) { this.status.replaceChildren(make("span", text || "")); }

  fail(e) {
    const box = make("div", e.message, { class: "error" });
    const advice = (e.remedies || []).filter((r) => r.option && this.remedy);
    if (e.hint) box.append(make("div", e.hint, { class: "hint" }));
    for (const r of advice) {
      const b = make("button", r.do, { type: "button" });
      b.addEventListener("click", () => this.remedy(r.option, r.suggest || ""));
      box.append(b);
    }
    this.status.replaceChildren(box);
  }
}
