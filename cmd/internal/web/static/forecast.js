// The side of the page that forecasts.
import { columns, note, number, query, verdict } from "./series.js";
import { $, Runner, dropZone, make, save } from "./ui.js";

export function setup(engine, described) {
  const section = $("#forecast"), form = $("#forecast-form");
  const runner = new Runner(section);
  let file, result, plot;

  const run = () => runner.run((o) => described.then(() => engine.forecast(file.data, query(new FormData(form)), o)), show);

  const take = (name, data) => {
    file = { name, data };
    $("#csv-name").textContent = name;
    run();
  };
  dropZone($("#csv-drop"), $("#csv-file"), take);
  for (const b of form.querySelectorAll("[data-csv]")) {
    b.addEventListener("click", () => engine.example(b.dataset.csv).then((data) => take(b.dataset.csv, data), (e) => runner.fail(e)));
  }
  const [train, noTrain] = [form.elements.train, form.elements["no-train"]];
  train.addEventListener("change", () => { noTrain.checked &&= !train.checked; });
  noTrain.addEventListener("change", () => { train.checked &&= !noTrain.checked; });
  form.addEventListener("submit", (e) => { e.preventDefault(); if (file) run(); });

  function show(r) {
    result = r;
    const stem = file.name.replace(/\.[^.]*$/, "") || "forecast";
    save($("#download-csv"), `${stem}-forecast.csv`, "text/csv", r.csv);
    save($("#download-json"), `${stem}-forecast.json`, "application/json", JSON.stringify({ ...r, csv: undefined, svg: undefined, series: undefined, count: undefined }, null, 2));
    save($("#download-svg"), `${stem}-forecast.svg`, "image/svg+xml", r.svg);
    $("#series").replaceChildren(...r.series.map((s, i) => make("option", s.id || `series ${i + 1}`, { value: i })));
    $("#series-choice").hidden = r.series.length < 2;
    $("#verdict").textContent = verdict(r);
    const left = (r.skipped || []).map((s) => `series ${s.id} is left out: ${s.reason}`);
    const notes = r.notes.map(note).concat(left, r.count > r.series.length ? [`${r.count} series; the first ${r.series.length} can be seen here, all are in the CSV file`] : []);
    $("#notes").replaceChildren(...(notes.length ? notes : ["nothing had to be repaired"]).map((n) => make("li", n)));
    backtest(r.backtest);
    $("#forecast-result").hidden = false;
    draw();
  }

  function backtest(scores) {
    const place = $("#backtest");
    place.replaceChildren();
    if (!scores?.length) return;
    place.append(make("h2", "On the past"));
    const table = make("table"), head = make("tr");
    for (const h of ["method", "MAE", "sMAPE", "MASE", "WQL", "in the 95% interval"]) head.append(make("th", h));
    table.append(head);
    for (const s of scores) {
      const row = make("tr");
      const cells = [s.method, number(s.mae), number(s.smape), number(s.mase), number(s.wql), s.coverage === null ? "–" : `${Math.round(100 * s.coverage)}%`];
      for (const c of cells) row.append(make("td", c));
      table.append(row);
    }
    const box = make("div", undefined, { class: "scroll" });
    box.append(table);
    place.append(box);
  }

  function draw() {
    if (!result) return;
    const s = result.series[Number($("#series").value) || 0];
    const { data, levels } = columns(s);
    const css = getComputedStyle(document.documentElement);
    const color = (name) => css.getPropertyValue(name).trim();
    const pen = color("--pen");
    const date = (u, t) => (t === null ? "" : s.timed ? new Date(t * 1000).toISOString().slice(0, 16).replace("T00:00", "") : t);
    const value = (u, v) => number(v);
    const edge = (label) => ({ label, stroke: "transparent", points: { show: false }, value });
    const series = [
      { label: s.timed ? "time" : "step", value: date },
      { label: "history", stroke: color("--ink"), width: 1.4, points: { show: false }, value },
      { label: "forecast", stroke: pen, width: 2, points: { show: false }, value },
    ];
    const bands = [];
    levels.forEach((l, i) => {
      series.push(edge(`low ${l}%`), edge(`high ${l}%`));
      bands.push({ series: [4 + 2 * i, 3 + 2 * i], fill: `color-mix(in srgb, ${pen} ${16 + 8 * i}%, transparent)` });
    });
    const axis = { stroke: color("--soft"), grid: { stroke: color("--line"), width: 0.5 }, ticks: { stroke: color("--line") } };
    plot?.destroy();
    const place = $("#chart");
    plot = new uPlot({ // eslint-disable-line no-undef
      width: place.clientWidth, height: 340, series, bands, scales: { x: { time: s.timed } }, tzDate: (t) => uPlot.tzDate(new Date(t * 1000), "UTC"), axes: [axis, axis],
    }, data, place);
    place.dataset.drawn = String(data[0].length);
    table(s, levels.slice().reverse());
  }

  function table(s, levels) {
    const head = make("tr");
    for (const h of ["time", "mean", ...levels.flatMap((l) => [`low ${l}%`, `high ${l}%`])]) head.append(make("th", h));
    const rows = s.mean.map((m, h) => {
      const row = make("tr"), t = s.times[s.values.length + h];
      row.append(make("td", s.timed ? new Date(t * 1000).toISOString().slice(0, 16).replace("T", " ").replace(" 00:00", "") : t));
      for (const v of [m, ...levels.flatMap((l) => [s.lower[l][h], s.upper[l][h]])]) row.append(make("td", number(v)));
      return row;
    });
    $("#table").replaceChildren(head, ...rows);
  }

  $("#series").addEventListener("change", draw);
  addEventListener("resize", () => plot?.setSize({ width: $("#chart").clientWidth, height: 340 }));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  return { shown: () => plot?.setSize({ width: $("#chart").clientWidth, height: 340 }) };
}
