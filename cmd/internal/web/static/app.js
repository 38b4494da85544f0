import { makeEngine } from "./engine.js";
import * as forecast from "./forecast.js";
import { describe } from "./form.js";
import * as music from "./music.js";
import { $ } from "./ui.js";

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
const sides = { forecast: forecast.setup(engine, described.forecast), music: music.setup(engine, described.music) };

function choose(name) {
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
const follow = () => choose(location.hash === "#music" ? "music" : "forecast");
addEventListener("hashchange", follow);
follow();
// a file that misses the zone must not make the browser leave the page
for (const type of ["dragover", "drop"]) addEventListener(type, (e) => e.preventDefault());
