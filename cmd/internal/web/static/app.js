import { makeEngine } from "./engine.js";
import * as forecast from "./forecast.js";
import { describe } from "./form.js";
import * as music from "./music.js";
import * as state from "./state.js";
import { $, save } from "./ui.js";

const kind = $("meta[name=segue-engine]").content;
if (kind === "wasm") {
  $("#where").textContent = "in this browser";
  $("#api").hidden = true;
}
const engine = makeEngine(kind);
const forms = engine.form();
// what a form holds at first comes from the engine, so jobs wait for it
const described = {
  forecast: describe($("#forecast-form"), forms.then((f) => f.forecast)),
  music: describe($("#music-form"), forms.then((f) => f.continue)),
};
const sides = {
  forecast: forecast.setup(engine, described.forecast, { changed: () => changed("forecast"), toMusic: (name, data) => { show("music"); sides.music.seed(name, data); } }),
  music: music.setup(engine, described.music, { changed: () => changed("music") }),
};
let side = "forecast";
$("main").hidden = false; // without JavaScript there is only the note

/** changed keeps the work of a side in this browser. */
function changed(name) {
  const w = sides[name].state();
  if (w) state.keep(w);
  $("#share").hidden = !w;
}

function choose(name) {
  side = name;
  $("#share").hidden = !sides[name].state();
  for (const n of Object.keys(sides)) {
    const tab = $(`#tab-${n}`), on = n === name;
    tab.setAttribute("aria-selected", on);
    tab.tabIndex = on ? 0 : -1;
    $(`#${n}`).hidden = !on;
  }
  sides[name].shown();
}
/** show chooses a side at once, and lets the address tell. */
function show(name) {
  choose(name);
  location.hash = name;
}
for (const name of Object.keys(sides)) {
  const tab = $(`#tab-${name}`);
  tab.addEventListener("click", () => show(name));
  tab.addEventListener("keydown", (e) => {
    if (e.key !== "ArrowLeft" && e.key !== "ArrowRight") return;
    const other = name === "forecast" ? "music" : "forecast";
    show(other);
    $(`#tab-${other}`).focus();
  });
}

const said = $("#shared");
$("#copy-link").addEventListener("click", async () => {
  const packed = await state.pack(sides[side].state());
  if (packed.length > state.longest) {
    said.textContent = "This is too much data for a link. Save it as a file instead.";
    return;
  }
  const link = `${location.origin}${location.pathname}#s=${packed}`;
  history.replaceState(null, "", link);
  try {
    await navigator.clipboard.writeText(link);
    said.textContent = "The link is copied. It holds the data and all options.";
  } catch {
    said.textContent = "The link is in the address bar: copy it there.";
  }
});
$("#save-work").addEventListener("click", () => {
  const w = sides[side].state(), link = document.createElement("a");
  save(link, `${w.name.replace(/\.[^.]*$/, "") || "work"}.segue.json`, "application/json", JSON.stringify(state.plain(w)));
  link.click();
  said.textContent = "Saved. Drop the file on this page to open it again.";
});
$("#forget").addEventListener("click", () => {
  state.forget();
  history.replaceState(null, "", location.pathname);
  location.reload();
});

/** open shows somebody's work. */
function open(w) {
  choose(w.side);
  return sides[w.side].restore(w);
}
async function follow() {
  if (location.hash.startsWith("#s=")) {
    try { await open(await state.unpack(location.hash.slice(3))); } catch (e) { said.textContent = e.message; choose("forecast"); }
    return;
  }
  choose(location.hash === "#music" ? "music" : "forecast");
}
addEventListener("hashchange", follow);
const kept = location.hash.startsWith("#s=") ? undefined : state.recall();
follow();
if (kept && (location.hash === "" || location.hash === `#${kept.side}`)) open(kept);
// a file that misses the zone must not make the browser leave the page
addEventListener("dragover", (e) => e.preventDefault());
addEventListener("drop", (e) => e.preventDefault());
// work that was saved as a file is opened wherever it is dropped
addEventListener("drop", async (e) => {
  const file = e.dataTransfer.files[0];
  if (!file?.name.endsWith(".segue.json")) return;
  e.stopPropagation();
  try { await open(state.work(JSON.parse(await file.text()))); } catch (err) { said.textContent = err.message; }
}, { capture: true });
