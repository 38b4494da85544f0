// The worker in which the engine runs; see engine.js for the messages.

// A build of `make wasm-simd` has a second module, for browsers with vectors of 128 bits:
// they accept this smallest module that uses one.
const built = false;
const smallest = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
const folder = built && WebAssembly.validate(new Uint8Array(smallest)) ? "simd/" : "";
importScripts(folder + "wasm_exec.js");

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
WebAssembly.instantiateStreaming(fetch(folder + "segue.wasm"), go.importObject)
  .then(({ instance }) => go.run(instance))
  .catch((e) => { throw e; });
