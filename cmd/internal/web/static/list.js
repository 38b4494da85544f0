// Many series as a list that can be searched, each with a little picture.
import { color, sharp } from "./canvas.js";
import { frame, fan, line } from "./plot.js";
import { make } from "./ui.js";
import { number } from "./words.js";

/** matches are the indices of the series whose name contains all words of a search. */
export function matches(series, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean), out = [];
  series.forEach((s, i) => { if (words.every((w) => s.id.toLowerCase().includes(w))) out.push(i); });
  return out;
}

function spark(canvas, s, width = 96, height = 26) {
  const c = sharp(canvas, width, height), { times } = s;
  const f = frame(c, { series: s, fans: [s], view: [times[Math.max(0, times.length - 200)], times[times.length - 1]], width, height, small: true });
  fan(c, f, s, s, { name: "pen", width: 1 });
  line(c, f, times, s.values, 0, { color: color("soft"), width: 1 });
}

const mostSides = 48; // pictures side by side

/** SeriesList chooses one of many; choose(i) hears which. */
export class SeriesList {
  constructor(place, choose) {
    Object.assign(this, { place, choose, at: 0 });
    this.search = make("input", undefined, { type: "search", id: "series-search", placeholder: "Search the series", "aria-label": "Search the series" });
    this.found = make("p", "", { class: "soft" });
    this.list = make("ul", undefined, { class: "series", "aria-label": "Series" });
    this.search.addEventListener("input", () => this.fill());
    place.append(this.search, this.found, this.list);
  }

  /** side sets where the series that are found are drawn side by side, on one scale of time. */
  side(place) {
    this.many = make("ul", undefined, { class: "many", "aria-label": "Series side by side" });
    place.append(this.many);
    place.addEventListener("toggle", () => this.fill());
    this.sides = place;
  }

  show(series, count) {
    Object.assign(this, { series, count, at: Math.min(this.at, series.length - 1) });
    this.place.hidden = this.sides.hidden = series.length < 2;
    this.fill();
  }

  fill() {
    if (!this.series) return;
    const found = matches(this.series, this.search.value);
    this.found.textContent = `${number(found.length)} of ${number(this.count)} series${this.count > this.series.length ? `; the first ${number(this.series.length)} can be seen here, all are in the CSV file` : ""}`;
    this.list.replaceChildren(...found.map((i) => this.item(i, 96, 26)));
    this.many.replaceChildren(...(this.sides.open ? found.slice(0, mostSides).map((i) => this.item(i, 200, 90)) : []));
  }

  /** item is a button that chooses a series, with its picture. */
  item(i, width, height) {
    const s = this.series[i], item = make("li"), b = make("button", undefined, { type: "button", "aria-pressed": String(i === this.at), "data-series": i });
    const picture = make("canvas", undefined, { "aria-hidden": "true" });
    b.append(picture, make("span", s.id || `series ${i + 1}`));
    b.addEventListener("click", () => {
      this.at = i;
      for (const list of [this.list, this.many]) for (const o of list.querySelectorAll("button")) o.setAttribute("aria-pressed", String(Number(o.dataset.series) === i));
      this.choose(i);
    });
    item.append(b);
    requestAnimationFrame(() => spark(picture, s, width, height));
    return item;
  }
}
