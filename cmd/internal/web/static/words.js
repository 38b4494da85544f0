// Numbers and dates in the reader's own language: no drawing here. The last argument is
// a locale, for tests; left out it is the browser's.

const cache = new Map();
/** formatter makes one of Intl's formatters once: making them is slow. */
function formatter(kind, locale, options) {
  const key = kind.name + locale + JSON.stringify(options);
  if (!cache.has(key)) cache.set(key, new kind(locale, options));
  return cache.get(key);
}

/** number writes a value with four digits, or as many as stand before the point, in groups of thousands. */
export function number(x, locale) {
  if (x === null || x === undefined || Number.isNaN(x)) return "–";
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return formatter(Intl.NumberFormat, locale, { notation: "scientific", maximumSignificantDigits: 4 }).format(x);
  if (size >= 1000) return formatter(Intl.NumberFormat, locale, { maximumFractionDigits: 0 }).format(x);
  return formatter(Intl.NumberFormat, locale, { maximumSignificantDigits: 4 }).format(x);
}

/** exact writes a value with all its digits. */
export const exact = (x, locale) => (x === null || x === undefined ? "–" : formatter(Intl.NumberFormat, locale, { maximumSignificantDigits: 15 }).format(x));

/** percent writes a share. */
export const percent = (x, locale) => formatter(Intl.NumberFormat, locale, { style: "percent", maximumFractionDigits: 0 }).format(x);

/** unit is the unit that a frequency of the engine ("M", "15min", "H[Mon-Fri 8-18]") counts. */
export function unit(frequency) {
  const name = /^\d*([A-Za-z]+)/.exec(frequency || "")?.[1] || "";
  return { S: "second", min: "minute", H: "hour", D: "day", B: "day", W: "week", DEK: "day", SM: "day", M: "month", BM: "month", Q: "quarter", Y: "year" }[name] || (name ? "day" : "");
}

const shapes = {
  second: { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" },
  minute: { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" },
  hour: { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" },
  day: { weekday: "short", year: "numeric", month: "short", day: "numeric" },
  week: { year: "numeric", month: "short", day: "numeric" },
  month: { year: "numeric", month: "short" },
  year: { year: "numeric" },
};

/** date writes the time of a step, no finer than the steps are. */
export function date(seconds, unit, locale) {
  const d = new Date(seconds * 1000);
  if (unit === "quarter") return `Q${Math.floor(d.getUTCMonth() / 3) + 1} ${formatter(Intl.DateTimeFormat, locale, { year: "numeric", timeZone: "UTC" }).format(d)}`;
  return formatter(Intl.DateTimeFormat, locale, { ...(shapes[unit] || shapes.day), timeZone: "UTC" }).format(d);
}

/** step names a step of a series: its time, or its number. */
export function step(series, i, unit, locale) {
  return series.timed ? date(series.times[i], unit, locale) : `step ${number(series.times[i] + 1, locale)}`;
}

/** tickDate writes the label of a tick: the year where one begins, otherwise what has changed. */
export function tickDate(seconds, by, locale) {
  const d = new Date(seconds * 1000), newYear = d.getUTCMonth() === 0 && d.getUTCDate() === 1, midnight = d.getUTCHours() + d.getUTCMinutes() + d.getUTCSeconds() === 0;
  const write = (options) => formatter(Intl.DateTimeFormat, locale, { ...options, timeZone: "UTC" }).format(d);
  if (by === "year" || (newYear && midnight && by !== "hour" && by !== "minute" && by !== "second")) return write({ year: "numeric" });
  if (by === "month") return write({ month: "short" });
  if (by === "day" || midnight) return write({ month: "short", day: "numeric" });
  return write({ hour: "2-digit", minute: "2-digit", ...(by === "second" ? { second: "2-digit" } : {}) });
}
