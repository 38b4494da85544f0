// The engine does jobs: by a server over HTTP, or in the page itself by a worker
// that runs the engine as WebAssembly. Both have the same jobs.
import { parser } from "./events.js";

export class JobError extends Error {
  constructor({ message, hint, remedies }) {
    super(message);
    this.hint = hint || "";
    this.remedies = remedies || [];
  }
}

/** together makes one body of a table and the futures of its regressors: the table itself, or a form. */
export async function together(table, futures) {
  if (!futures.length) return table;
  const form = new FormData();
  form.append("table", new Blob([table]));
  for (const f of futures) form.append("future", new Blob([f.data]), f.name);
  return new Response(form).arrayBuffer();
}

/** example fetches one of the files that come with the page. */
async function example(name) {
  const response = await fetch(`examples/${name}`);
  if (!response.ok) throw new JobError({ message: `the example ${name} is missing` });
  return response.arrayBuffer();
}

/** httpEngine asks the server that the page came from. */
function httpEngine() {
  const post = async (path, query, body, { signal, onProgress, accept }) => {
    const response = await fetch(`api/v1/${path}?${query}`, { method: "POST", body, signal, headers: { Accept: accept, "Segue-Client": "page" } });
    if (!response.ok) {
      let error = { message: `the server answered ${response.status}` };
      try { ({ error } = await response.json()); } catch { /* not ours */ }
      throw new JobError(error);
    }
    if (accept !== "text/event-stream") return response.arrayBuffer();
    let result, error;
    const take = parser((name, data) => {
      const value = JSON.parse(data);
      if (name === "progress") onProgress?.(value);
      if (name === "result") result = value;
      if (name === "error") error = value.error;
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      take(value);
    }
    if (error) throw new JobError(error);
    if (result === undefined) throw new JobError({ message: "the connection was lost" });
    return result;
  };
  return {
    forecast: (body, query, o) => post("forecast", query, body, { ...o, accept: "text/event-stream" }),
    anomalies: (body, query, o) => post("anomalies", query, body, { ...o, accept: "text/event-stream" }),
    continue: (body, query, o) => post("continue", query, body, { ...o, accept: "text/event-stream" }),
    render: (body, query = "", o = {}) => post("render", query, body, { ...o, accept: "audio/wav" }),
    form: () => fetch("api/v1/form.json").then((r) => r.json()),
    example,
  };
}

/** fetched says how much of a file has come, of all bytes if they are known. */
export function fetched({ what, got, all }) {
  return { stage: `fetching ${what}${all ? "" : `, ${(got / 1e6).toFixed(1)} MB`}`, done: all ? got / all : 0 };
}

/** workerEngine runs the jobs in a worker. Cancelling ends it, and so does a file that did not come; the next job starts another. */
function workerEngine() {
  let worker, ready, next = 0;
  const waiting = new Map();
  const end = () => { worker?.terminate(); worker = undefined; };
  /** stop ends the worker with all that waits for it. */
  const stop = (error) => {
    end();
    for (const job of waiting.values()) job.reject(new JobError(error));
    waiting.clear();
  };
  const start = () => {
    worker = new Worker("worker.js");
    worker.onerror = (e) => stop({ message: `the engine did not start: ${e.message || "worker.js could not be fetched"}`, hint: "reload the page to try again" });
    ready = new Promise((resolve) => {
      worker.onmessage = ({ data: m }) => {
        if (m.ready) return resolve();
        if (m.broken) return stop(m.broken);
        if (m.fetching) return waiting.forEach((job) => job.onProgress?.(fetched(m.fetching)));
        const job = waiting.get(m.id);
        if (!job) return;
        if (m.progress) return job.onProgress?.(m.progress);
        waiting.delete(m.id);
        if (m.error) job.reject(new JobError(m.error)); else job.resolve(m.result);
      };
    });
  };
  start();
  const run = (kind, body, query, { signal, onProgress } = {}) => {
    if (!worker) start();
    onProgress?.({ stage: "starting the engine", done: 0 });
    const id = ++next;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject, onProgress });
      signal?.addEventListener("abort", () => {
        if (!waiting.delete(id)) return;
        end();
        if (waiting.size) stop({ message: "the engine was stopped", hint: "try again" });
        start();
        reject(signal.reason);
      });
      ready.then(() => waiting.has(id) && worker?.postMessage({ id, kind, query: query || "", body: body ? new Uint8Array(body) : new Uint8Array() }));
    });
  };
  const json = (text) => JSON.parse(text);
  return {
    forecast: (body, query, o) => run("forecast", body, query, o).then(json),
    anomalies: (body, query, o) => run("anomalies", body, query, o).then(json),
    continue: (body, query, o) => run("continue", body, query, o).then(json),
    render: (body, query, o) => run("render", body, query, o).then((b) => b.buffer),
    form: () => run("form").then(json),
    example,
  };
}

export function makeEngine(kind) {
  return kind === "wasm" ? workerEngine() : httpEngine();
}
