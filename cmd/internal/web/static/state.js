// Work as a link, as a file, and in the browser's own storage. Work is the side, the data
// (or the name of an example), and the options as a query; the engine makes the rest
// again, the same to the byte.

const base64 = (bytes) => { let s = ""; for (const b of bytes) s += String.fromCharCode(b); return btoa(s); };
const unbase64 = (s) => Uint8Array.from(atob(s), (c) => c.charCodeAt(0));

async function through(bytes, stream) {
  const response = new Response(new Blob([bytes]).stream().pipeThrough(stream));
  return new Uint8Array(await response.arrayBuffer());
}

/** plain turns work into what JSON can hold: data that is text stays text. */
export function plain({ side, name, example, query, data, kept, futures }) {
  const out = { v: 1, side, name, query };
  if (futures?.length) out.futures = futures.map((f) => ({ name: f.name, ...held(f.data) }));
  if (kept?.length) out.kept = kept.map(({ at, query: q }) => ({ at, query: q }));
  if (example) return { ...out, example };
  return data ? { ...out, ...held(data) } : out;
}

/** held is data as text, if it is text. */
function held(data) {
  const bytes = new Uint8Array(data);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes("\0")) return { text };
  } catch { /* not text */ }
  return { bytes: base64(bytes) };
}
const unheld = (o) => (typeof o.text === "string" ? new TextEncoder().encode(o.text) : typeof o.bytes === "string" ? unbase64(o.bytes) : undefined)?.buffer;

/** work is the way back; it throws for what is none. */
export function work(o) {
  if (o?.v !== 1 || !["forecast", "music"].includes(o.side) || typeof o.query !== "string") throw new Error("this is not work that segue saved");
  const kept = Array.isArray(o.kept) ? o.kept.filter((k) => Number.isInteger(k?.at) && k.at >= 0 && k.at < 8 && typeof k.query === "string").slice(0, 8) : [];
  const futures = Array.isArray(o.futures) ? o.futures.map((f) => ({ name: String(f?.name || ""), data: f && unheld(f) })).filter((f) => f.data).slice(0, 20) : [];
  return { side: o.side, name: String(o.name || ""), query: o.query, kept, futures, example: typeof o.example === "string" ? o.example : undefined, data: unheld(o) };
}

/** pack makes text for a link's fragment. */
export async function pack(w) {
  const packed = await through(new TextEncoder().encode(JSON.stringify(plain(w))), new CompressionStream("deflate-raw"));
  return base64(packed).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** unpack is the way back. */
export async function unpack(text) {
  try {
    const packed = unbase64(text.replaceAll("-", "+").replaceAll("_", "/"));
    return work(JSON.parse(new TextDecoder().decode(await through(packed, new DecompressionStream("deflate-raw")))));
  } catch {
    throw new Error("this link is damaged or cut short");
  }
}

/** longest is how many characters of a link most programs pass on whole. */
export const longest = 30000;

const key = "segue.work";

/** keep stores the last work of the browser's user, if there is room. */
export function keep(w) {
  try {
    const text = JSON.stringify(plain(w));
    if (text.length < 2e6) localStorage.setItem(key, text); else localStorage.removeItem(key);
  } catch { /* no storage here: the page does without */ }
}

/** recall returns it, or undefined. */
export function recall() {
  try {
    const text = localStorage.getItem(key);
    return text ? work(JSON.parse(text)) : undefined;
  } catch { return undefined; }
}

export function forget() {
  try { localStorage.removeItem(key); } catch { /* no storage */ }
}
