// The worker in which the engine runs; see engine.js for the messages.

// `make wasm` may add a second module, for browsers with vectors of 128 bits:
// they accept this smallest module that uses one.
const built = false;
const smallest = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
const folder = built && WebAssembly.validate(new Uint8Array(smallest)) ? "simd/" : "";
importScripts(folder + "wasm_exec.js", "files.js");

const broken = (message, hint) => postMessage({ broken: { message, hint } });
networks(globalThis.fs,
  (got, all) => postMessage({ fetching: { what: "the network", got, all } }),
  (path, e) => broken(`${path} could not be fetched: ${e.message}`, "try again: what has been fetched is kept"));

self.segueReady = () => postMessage({ ready: true });

onmessage = async ({ data: { id, kind, body, query } }) => {
  try {
    const result = await segueRun(kind, body, query, (stage, done) => postMessage({ id, progress: { stage, done } }));
    postMessage({ id, result });
  } catch (e) {
    let error = { message: String(e) };
    try { error = JSON.parse(e); } catch { /* not ours */ }
    postMessage({ id, error });
  }
};

const go = new Go();
async function start() {
  const response = await fetch(folder + "segue.wasm");
  if (!response.ok) throw new Error(`segue.wasm: status ${response.status}`);
  const copy = response.clone(); // the original is compiled as it comes, and what was compiled is kept by the browser
  const bytes = body(copy, (got, all) => postMessage({ fetching: { what: "the engine", got, all } }));
  let module;
  try {
    module = await WebAssembly.instantiateStreaming(response, go.importObject);
  } catch { // a host that does not know the type of such files
    module = await WebAssembly.instantiate(await bytes, go.importObject);
  }
  return module.instance;
}
start().then((instance) => go.run(instance)).then(
  () => broken("the engine stopped", "it may have run out of memory: try again with less data"),
  (e) => broken(`the engine did not start: ${e.message}`, "reload the page to try again"));
