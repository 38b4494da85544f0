// The worker in which the engine runs; see engine.js for the messages.
importScripts("wasm_exec.js");

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
WebAssembly.instantiateStreaming(fetch("segue.wasm"), go.importObject)
  .then(({ instance }) => go.run(instance))
  .catch((e) => { throw e; });
