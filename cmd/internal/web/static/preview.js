// The first rows of a table, and what each column was taken for. The page reads just
// enough for that; the engine reads the file.
import { make } from "./ui.js";

/** text decodes a file, or returns "" if it is no text. */
export function text(data) {
  try {
    const t = new TextDecoder("utf-8", { fatal: true }).decode(data);
    return t.includes("\0") ? "" : t;
  } catch { return ""; }
}

/** rows reads the first rows of a table with whatever separates its cells. */
export function rows(source, most = 5) {
  const head = source.slice(0, 20000).replace(/^\ufeff/, "");
  const line = head.slice(0, (head.indexOf("\n") + 1 || head.length + 1) - 1);
  const comma = [";", "\t", "|", ","].map((c) => [c, line.split(c).length]).sort((a, b) => b[1] - a[1])[0][0];
  const out = [];
  let row = [], cell = "", quoted = false;
  const end = () => { row.push(cell.trim()); cell = ""; };
  for (let i = 0; i < head.length && out.length < most; i++) {
    const c = head[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (head[i + 1] === '"') cell += head[++i];
      else quoted = false;
    } else if (c === '"' && cell.trim() === "") { quoted = true; cell = ""; }
    else if (c === comma) end();
    else if (c === "\n") {
      end();
      if (row.some((x) => x !== "")) out.push(row);
      row = [];
    } else if (c !== "\r") cell += c;
  }
  if (out.length < most && (cell || row.length)) { end(); out.push(row); }
  return out;
}

export const roles = [["", "not used"], ["time", "time"], ["value", "values"], ["id", "series id"], ["regressors", "regressor"]];

/** roleOf says what a column was taken for; taken is the answer's columns. */
export function roleOf(name, taken) {
  if (!taken) return "";
  if (name === taken.time) return "time";
  if (taken.id.split("/").includes(name)) return "id";
  if (taken.regressors.includes(name)) return "regressors";
  return name === taken.value ? "value" : "";
}

/** listed writes names as a field that holds a list reads them. */
export const listed = (names) => names.map((n) => (/[",\n]/.test(n) ? `"${n.replaceAll('"', '""')}"` : n)).join(",");

/** fields turns the role of every column into what the form's fields hold. */
export function fields(chosen) {
  const of = (role) => listed(chosen.filter((c) => c.role === role).map((c) => c.name));
  return { time: of("time"), value: of("value"), id: of("id"), regressors: of("regressors") };
}

/** table shows the rows; onRoles(fields) hears of a change. Without taken the roles are still open. */
export function table(lines, taken, onRoles) {
  const box = make("div", undefined, { class: "scroll preview", tabindex: "0", role: "region", "aria-label": "The first rows of the table" });
  if (lines.length < 2) return box;
  const t = make("table"), choose = make("tr"), head = make("tr"), names = lines[0];
  const known = !taken || [taken.time, taken.value].every((n) => !n || names.includes(n) || n.split(",").every((x) => names.includes(x)));
  const selects = names.map((name) => {
    const s = make("select", undefined, { "aria-label": `Column ${name} is` });
    for (const [value, label] of roles) s.append(make("option", label, { value }));
    s.value = roleOf(name, taken);
    s.className = s.value ? "used" : "";
    s.addEventListener("change", () => {
      // one column of times at most: the old one gives way
      if (s.value === "time") for (const o of selects) if (o !== s && o.value === "time") o.value = "";
      onRoles(fields(names.map((n, i) => ({ name: n, role: selects[i].value }))));
    });
    return s;
  });
  names.forEach((name, i) => {
    const cell = make("td");
    cell.append(selects[i]);
    choose.append(cell);
    head.append(make("th", name, { scope: "col" }));
  });
  if (known) t.append(choose);
  t.append(head, ...lines.slice(1).map((cells) => {
    const row = make("tr");
    for (const c of cells) row.append(make("td", c.length > 40 ? `${c.slice(0, 40)}…` : c));
    return row;
  }));
  box.append(t);
  return box;
}
