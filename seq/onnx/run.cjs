// Runs ONNX models: reads {cases: [{model, feeds: {name: {type, dims, data}}}]} from
// standard input and writes [{name: {dims, data}}].
const ort = require(process.env.ONNXRUNTIME);
const fs = require("fs");
(async () => {
  const { cases } = JSON.parse(fs.readFileSync(0));
  const out = [];
  for (const c of cases) {
    const session = await ort.InferenceSession.create(c.model);
    const feeds = {};
    for (const [name, t] of Object.entries(c.feeds)) {
      const data = t.type === "int64" ? BigInt64Array.from(t.data, BigInt) : Float32Array.from(t.data);
      feeds[name] = new ort.Tensor(t.type, data, t.dims);
    }
    const results = await session.run(feeds);
    out.push(Object.fromEntries(Object.entries(results).map(([n, t]) => [n, { dims: t.dims, data: Array.from(t.data) }])));
  }
  process.stdout.write(JSON.stringify(out));
})();
