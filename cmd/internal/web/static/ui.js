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

/** dropZone calls take(name, bytes) for a file that is chosen or dropped. */
export function dropZone(zone, input, take) {
  const read = async (file) => file && take(file.name, await file.arrayBuffer());
  input.addEventListener("change", () => read(input.files[0]));
  for (const type of ["dragenter", "dragover"]) zone.addEventListener(type, (e) => { e.preventDefault(); zone.classList.add("over"); });
  for (const type of ["dragleave", "drop"]) zone.addEventListener(type, (e) => { e.preventDefault(); zone.classList.remove("over"); });
  zone.addEventListener("drop", (e) => read(e.dataTransfer.files[0]));
}

/** Runner runs one job at a time, shows how far it is, and can stop it. */
export class Runner {
  constructor(section) {
    this.status = $(".status", section);
    this.cancel = $(".cancel", section);
    this.button = $(".main", section);
    this.cancel.addEventListener("click", () => this.abort?.abort());
  }

  async run(job, done) {
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    this.cancel.hidden = false;
    this.button.disabled = true;
    const bar = make("progress", undefined, { max: "1" });
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
      this.status.replaceChildren();
      done(result);
    } catch (e) {
      if (this.abort !== abort) return;
      if (abort.signal.aborted) this.status.replaceChildren(make("span", "Cancelled."));
      else this.fail(e);
    }
    this.cancel.hidden = true;
    this.button.disabled = false;
  }

  fail(e) {
    this.status.replaceChildren(make("span", e.message + (e.hint ? `\n${e.hint}` : ""), { class: "error" }));
  }
}
