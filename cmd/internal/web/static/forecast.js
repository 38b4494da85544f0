// The side of the page that forecasts: takes a file, asks the engine, shows the answer.
import { Chart } from "./chart.js";
import { together } from "./engine.js";
import { SeriesList } from "./list.js";
import { Machine } from "./machine.js";
import { few, melody, write } from "./midi.js";
import * as preview from "./preview.js";
import { futures as fansOf, levelsOf, note, query, verdict } from "./series.js";
import * as sketch from "./sketch.js";
import { $, Runner, dropZone, fill, make, save } from "./ui.js";
import { date, number, percent, unit } from "./words.js";

// what the job that finds anomalies knows of the form
const shared = ["time", "value", "id", "wide", "date-format", "duplicates", "regressors", "past-regressors", "holidays", "freq", "season", "fill", "calendar", "deterministic"];

export function setup(engine, described, { changed, toMusic }) {
  const section = $("#forecast"), form = $("#forecast-form");
  const runner = new Runner(section, remedy);
  let file, result, asked, marks = new Map(), futures = [];

  // the same on every machine, so that a link shows what its sender saw
  const options = () => `${query(new FormData(form))}&deterministic=true`.replace(/^&/, "");
  const run = () => {
    hide();
    changed();
    return runner.run((o) => described.then(async () => { asked = options(); return engine.forecast(await together(file.data, futures), asked, o); }), show);
  };

  const chart = new Chart($("#chart"), { onToday: (i) => machine.go(i) });
  const list = new SeriesList($("#series-list"), () => draw());
  list.side($("#side-by-side"));
  const machine = new Machine({ forecast: async (q) => engine.forecast(await together(file.data, futures), q, {}), show: travel, fail: (e) => runner.fail(e) });

  /** take works on a file; before its answer comes nothing of an older one is left. */
  function take(name, data, example) {
    file = { name, data, example };
    list.at = 0;
    list.search.value = "";
    $("#csv-name").textContent = name;
    section.classList.add("busy");
    table(undefined);
    return run();
  }
  function hide() {
    result = undefined;
    marks.clear();
    $("#forecast-result").hidden = true;
  }
  /** fresh is take for a file that somebody chose: columns named for another, which this one has not, are forgotten. */
  function fresh(name, data, example) {
    const header = preview.rows(preview.text(data), 1)[0];
    for (const n of ["time", "value", "id", "regressors", "past-regressors"]) {
      const input = form.elements[n];
      if (header && file && !input.value.split(",").every((c) => header.includes(c.trim()))) input.value = "";
    }
    if (file?.name === "sketch.csv" && name !== file.name) form.elements.season.value = "";
    if (file && file.name !== name) { futures = []; listFutures(); }
    return take(name, data, example);
  }
  function listFutures() {
    $("#futures").replaceChildren(...futures.map((f) => {
      const item = make("li", f.name), b = make("button", "Remove", { type: "button", "aria-label": `Remove ${f.name}` });
      b.addEventListener("click", () => {
        futures = futures.filter((x) => x !== f);
        listFutures();
        $("#future-file").focus();
        if (file) run();
      });
      item.append(b);
      return item;
    }));
    if (futures.length) $("#futures-box").open = true;
  }
  dropZone($("#future-drop"), $("#future-file"), (name, data) => {
    futures = [...futures.filter((f) => f.name !== name), { name, data }];
    listFutures();
    return file && run();
  });
  dropZone($("#csv-drop"), $("#csv-file"), fresh);
  for (const b of section.querySelectorAll("[data-csv]")) {
    b.addEventListener("click", () => engine.example(b.dataset.csv).then((data) => fresh(b.dataset.csv, data, b.dataset.csv), (e) => runner.fail(e)));
  }
  const paste = (text) => text.trim() && fresh("pasted.csv", new TextEncoder().encode(/[a-z]/i.test(text.split("\n")[0]) || !/^[\s\d.,;+-]+$/.test(text) || text.trim().includes("\n") ? text : `value\n${text.trim().split(/[\s;]+|,\s*/).join("\n")}\n`).buffer);
  $("#paste-run").addEventListener("click", () => paste($("#paste").value));
  document.addEventListener("paste", (e) => {
    if (section.hidden || /^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
    paste(e.clipboardData.getData("text/plain"));
  });
  const sketched = (values) => {
    form.elements.season.value = sketch.wave(values) || "";
    fresh("sketch.csv", new TextEncoder().encode(sketch.csv(values)).buffer);
  };
  new sketch.Sketch($("#sketch"), sketched);
  $("#again").addEventListener("click", () => { section.classList.remove("busy"); dispatchEvent(new Event("resize")); $("#sketch").focus(); });

  const [train, noTrain] = [form.elements.train, form.elements["no-train"]];
  train.addEventListener("change", () => { noTrain.checked &&= !train.checked; });
  noTrain.addEventListener("change", () => { train.checked &&= !noTrain.checked; });
  form.addEventListener("submit", (e) => { e.preventDefault(); if (file) run(); });

  /** remedy does what an error advises, or leads to the field that can. */
  function remedy(option, value) {
    const input = option === "future" ? $("#future-file") : form.elements[option];
    if (!input) return;
    for (let e = input; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
    if (input.type === "checkbox") { input.checked = true; return run(); }
    if (value && !/^(NAME|A,B)$/.test(value)) { input.value = value; if (input.value === value) return run(); }
    const column = ["time", "value", "id", "regressors"].includes(option) && $("#preview select:not(.used)");
    if (column) $("#preview-box").open = true; // where a click is enough
    (column || input).focus();
  }

  /** table shows the first rows, and lets the columns be changed. */
  function table(taken) {
    const lines = preview.rows(preview.text(file.data));
    const box = preview.table(lines, taken, (fields) => {
      for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
      form.elements.wide.checked = false;
      run();
    });
    $("#preview").replaceChildren(box);
    $("#preview-box").hidden = lines.length < 2;
    if (!taken) $("#preview-box").open = true;
  }

  function show(r) {
    result = r;
    const stem = file.name.replace(/\.[^.]*$/, "") || "forecast";
    save($("#download-csv"), `${stem}-forecast.csv`, "text/csv", r.csv);
    save($("#download-json"), `${stem}-forecast.json`, "application/json", JSON.stringify({ ...r, csv: undefined, svg: undefined, series: undefined, count: undefined }, null, 2));
    save($("#download-svg"), `${stem}-forecast.svg`, "image/svg+xml", r.svg);
    table(r.columns);
    $("#preview-box").open = false;
    $("#verdict").textContent = verdict(r);
    const left = (r.skipped || []).map((s) => `series ${s.id} is left out: ${s.reason}`);
    const notes = (r.remarks || []).concat(r.notes.map(note), left);
    $("#notes").replaceChildren(...(notes.length ? notes : ["nothing had to be repaired"]).map((n) => make("li", n)));
    backtest(r.backtest);
    $("#forecast-result").hidden = false;
    list.show(r.series, r.count);
    draw();
    if (innerWidth < 992) $("#chart").scrollIntoView(); // it is below the form
    const s = r.series[0], last = s.times.length - 1;
    return `The forecast is ready: ${number(r.horizon)} steps${r.count > 1 ? ` of ${number(r.count)} series` : ""}${s.timed ? `, to ${date(s.times[last], unit(r.frequency))}` : ""}.`;
  }

  function backtest(scores) {
    const place = $("#backtest");
    place.replaceChildren();
    if (!scores?.length) return;
    place.append(make("h2", "On the past"));
    const t = make("table"), head = make("tr");
    for (const h of ["method", "MAE", "sMAPE", "MASE", "WQL", "in the 95% interval"]) head.append(make("th", h, { scope: "col" }));
    const meant = "Each method forecast the past from the origins that are drawn as earlier forecasts; smaller is better. MAE: mean absolute error, in the units of the data. sMAPE: in percent of the values. MASE: 1 is the error of repeating the season within the history. WQL: error of the quantiles, too, relative to the values.";
    t.append(head);
    for (const s of scores) {
      const row = make("tr");
      for (const c of [s.method, number(s.mae), number(s.smape), number(s.mase), number(s.wql), s.coverage === null ? "–" : percent(s.coverage)]) row.append(make("td", c));
      t.append(row);
    }
    const box = make("div", undefined, { class: "scroll", tabindex: "0", role: "region", "aria-label": "Accuracy on the past" });
    box.append(t);
    place.append(box, make("p", meant, { class: "soft legend" }));
  }

  /** chosen is the series that is shown. */
  const chosen = () => result.series[list.at];
  const name = (s) => s.id || file.name.replace(/\.[^.]*$/, "");

  function draw() {
    const s = chosen();
    machine.unit = unit(result.frequency);
    machine.begin(s, result, asked);
    look(s.values.length, s, false);
    $("#compared").textContent = s.compared ? `Compared, ${s.compared}.` : "";
    const hidden = s.hidden ? ` ${number(s.hidden)} earlier values are not shown.` : "";
    $("#seen").textContent = `${number(s.values.length)} values${hidden}`;
    numbers(s);
  }

  /** look shows the chosen series with the forecast that was made before step today. */
  function look(today, fan, keep) {
    const s = chosen(), now = today === s.values.length;
    const title = [name(s), result.columns.value].filter((t, i, all) => t && all.indexOf(t) === i).join(" · ");
    chart.show({
      series: s, unit: unit(result.frequency), title, today, keep, fans: now ? fansOf(s, result.scenarios) : fan ? [fan] : [], rings: marks.get(s.id) || [],
      past: now && $("#show-past").checked ? s.past || [] : [],
      label: `Chart of ${title}: ${number(s.values.length)} values and a forecast of ${number(result.horizon)} steps. Arrow keys read it.`,
    });
  }
  function travel(today, fan) { look(today, fan, true); }
  $("#show-past").addEventListener("change", () => result && look(chosen().values.length, chosen(), true));

  $("#mark").addEventListener("click", () => {
    const q = new URLSearchParams([...new URLSearchParams(asked)].filter(([k]) => shared.includes(k)));
    runner.run((o) => engine.anomalies(file.data, q.toString(), o), (found) => {
      marks = new Map();
      for (const f of found) marks.set(f.id || "", [...(marks.get(f.id || "") || []), f.step - (result.series.find((s) => s.id === (f.id || ""))?.hidden || 0)]);
      look(chosen().values.length, chosen(), true);
      const n = (marks.get(chosen().id) || []).length;
      return `${number(n)} values of this series stand out: each was outside the 99% interval of what was expected before it.`;
    });
  });

  // the curve and its forecast are one melody: 24 notes of the past, 8 of the future
  const seed = () => { const s = chosen(); return melody(few(s.values.slice(-Math.max(24, 4 * s.mean.length)), 32)); };
  const whole = () => { const s = chosen(); return melody([...few(s.values.slice(-Math.max(24, 3 * s.mean.length)), 24), ...few(s.mean, 16)]); };
  let audio;
  $("#hear").addEventListener("click", async () => {
    if (audio && !audio.paused) { audio.pause(); $("#hear").textContent = "♪ Hear the curve"; return; }
    try {
      const wav = await engine.render(write(whole(), { program: 11, name: "Curve" }).buffer);
      audio = new Audio(URL.createObjectURL(new Blob([wav], { type: "audio/wav" })));
      audio.addEventListener("ended", () => { $("#hear").textContent = "♪ Hear the curve"; });
      await audio.play();
      $("#hear").textContent = "❚❚ Stop";
    } catch (e) { runner.fail(e); }
  });
  $("#jam-on").addEventListener("click", () => toMusic(`${name(chosen())}.mid`, write(seed()).buffer));

  function numbers(s) {
    const levels = levelsOf(s).reverse(), u = unit(result.frequency), head = make("tr");
    const all = [s, ...(s.scenarios || [])], of = (i) => (all.length > 1 ? `${result.scenarios[i]}: ` : "");
    for (const h of [s.timed ? "time" : "step", ...all.flatMap((_, i) => [of(i) + result.point, ...levels.flatMap((l) => [`${of(i)}low ${l}%`, `${of(i)}high ${l}%`])])]) head.append(make("th", h, { scope: "col" }));
    const rows = s.mean.map((_, h) => {
      const row = make("tr"), t = s.times[s.values.length + h];
      row.append(make("td", s.timed ? date(t, u) : number(t + 1)));
      for (const v of all.flatMap((f) => [f.mean[h], ...levels.flatMap((l) => [f.lower[l]?.[h], f.upper[l]?.[h]])])) row.append(make("td", number(v)));
      return row;
    });
    $("#table").replaceChildren(head, ...rows);
  }

  return {
    shown: () => { chart.draw(); dispatchEvent(new Event("resize")); },
    // what is shown, or else what would be asked
    state: () => file && { side: "forecast", name: file.name, example: file.example, data: file.data, futures, query: (result ? asked : options()).replace("&deterministic=true", "") },
    restore: async (w) => {
      fill(form, w.query);
      futures = w.futures || [];
      listFutures();
      return take(w.name, w.example ? await engine.example(w.example) : w.data, w.example);
    },
  };
}
