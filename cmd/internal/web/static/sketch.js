// Draw the past: a curve drawn with a finger or a mouse becomes a series.
import { color, faded, onLook, sharp } from "./canvas.js";

const points = 96;

/** resample makes n even values of a stroke's points [x, y], 0 to 1; where there was no stroke the line goes on straight. */
export function resample(stroke, n = points) {
  const sorted = [...stroke].sort((a, b) => a[0] - b[0]);
  if (sorted.length < 2) return [];
  const [first, last] = [sorted[0][0], sorted[sorted.length - 1][0]];
  if (last - first < 0.05) return [];
  const out = [];
  let k = 0;
  for (let i = 0; i < n; i++) {
    const x = first + ((last - first) * i) / (n - 1);
    while (k < sorted.length - 2 && sorted[k + 1][0] < x) k++;
    const [x0, y0] = sorted[k], [x1, y1] = sorted[k + 1];
    out.push(x1 === x0 ? y1 : y0 + ((y1 - y0) * Math.max(0, Math.min(1, (x - x0) / (x1 - x0)))));
  }
  return out;
}

/**
 * wave is the period of a curve that goes up and down again and again, in values, or 0. A hand draws
 * without noise and seldom more than three waves, which are too few for the engine's test of seasons.
 */
export function wave(values) {
  const n = values.length, middle = (n - 1) / 2, mean = values.reduce((s, v) => s + v, 0) / n;
  let up = 0, across = 0;
  values.forEach((v, i) => { up += (i - middle) * (v - mean); across += (i - middle) ** 2; });
  const z = values.map((v, i) => v - mean - (up / across) * (i - middle));
  const like = (m) => { // the correlation of what is m values apart
    let both = 0, a = 0, b = 0;
    for (let i = m; i < n; i++) { both += z[i] * z[i - m]; a += z[i] ** 2; b += z[i - m] ** 2; }
    return both / Math.sqrt(a * b || 1);
  };
  let valley = 1, best = 0, at = 0;
  for (let m = 2; m <= n / 2; m++) {
    const r = like(m);
    valley = Math.min(valley, r);
    if (r > like(m - 1) && r >= like(m + 1) && valley < 0.2 && r > 0.6 && r > best + 0.1) { best = r; at = m; }
  }
  return at;
}

/** csv writes a sketch as a table. */
export const csv = (values) => `step,sketch\n${values.map((v, i) => `${i + 1},${(100 * v).toFixed(2)}`).join("\n")}\n`;

/** Sketch is a canvas to draw on; done(values) hears of a curve. */
export class Sketch {
  constructor(canvas, done) {
    Object.assign(this, { canvas, done, stroke: new Map() });
    canvas.addEventListener("pointerdown", (e) => {
      canvas.setPointerCapture(e.pointerId);
      this.stroke.clear();
      this.drawing = true;
      this.add(e);
    });
    canvas.addEventListener("pointermove", (e) => { if (this.drawing) this.add(e); });
    canvas.addEventListener("pointerup", () => {
      this.drawing = false;
      const values = resample(this.list());
      if (values.length) this.done(values);
    });
    canvas.addEventListener("pointercancel", () => { this.drawing = false; });
    onLook(() => this.draw());
    this.draw();
  }

  list() { return [...this.stroke].map(([x, y]) => [x / 1000, y]); }

  add(e) {
    const r = this.canvas.getBoundingClientRect(), x = Math.round((1000 * (e.clientX - r.left)) / r.width), y = 1 - (e.clientY - r.top) / r.height;
    if (x < 0 || x > 1000) return;
    if (this.last !== undefined && this.stroke.size) for (let k = Math.min(x, this.last) + 1; k < Math.max(x, this.last); k++) this.stroke.delete(k); // drawn over
    this.stroke.set(x, Math.max(0, Math.min(1, y)));
    this.last = x;
    this.draw();
  }

  /** example is pale: a past, and a future that is less sure the farther it is. */
  example(c, width, height) {
    const x = (u) => u * width, y = (v) => height * (0.66 - 0.5 * v);
    const curve = (u) => 0.15 + 0.62 * u + 0.16 * Math.sin(38 * u) + 0.035 * Math.sin(91 * u + 1) * (u < 0.72 ? 1 : 0), steps = (a, b) => Array.from({ length: 81 }, (_, i) => a + ((b - a) * i) / 80);
    const line = (a, b, name, share) => {
      c.strokeStyle = faded(name, share);
      c.lineWidth = 2;
      c.beginPath();
      for (const u of steps(a, b)) c.lineTo(x(u), y(curve(u)));
      c.stroke();
    };
    for (const [wide, share] of [[0.2, 0.1], [0.11, 0.16]]) {
      const from = steps(0.72, 1), off = (u) => wide * Math.sqrt((u - 0.72) / 0.28);
      c.fillStyle = faded("pen", share);
      c.beginPath();
      for (const u of from) c.lineTo(x(u), y(curve(u) + off(u)));
      for (const u of from.reverse()) c.lineTo(x(u), y(curve(u) - off(u)));
      c.fill();
    }
    line(0.02, 0.72, "ink", 0.32);
    line(0.72, 1, "pen", 0.6);
  }

  draw() {
    const width = this.canvas.parentElement.clientWidth, height = Math.max(220, Math.min(480, innerHeight * (width < 600 ? 0.34 : 0.5)));
    if (!width) return;
    const c = sharp(this.canvas, width, height);
    c.strokeStyle = color("line");
    c.setLineDash([4, 5]);
    c.beginPath(); c.moveTo(width * 0.72, 0); c.lineTo(width * 0.72, height); c.stroke();
    c.setLineDash([]);
    c.fillStyle = color("soft");
    c.textAlign = "right";
    c.fillText("the past", width * 0.72 - 8, height - 8);
    c.textAlign = "left";
    c.fillText("the future", width * 0.72 + 8, height - 8);
    const list = this.list().sort((a, b) => a[0] - b[0]);
    if (!list.length) {
      this.example(c, width, height);
      c.fillStyle = color("ink");
      c.textAlign = "center";
      c.font = "16px system-ui, sans-serif";
      const words = ["Draw a curve here,", "and it goes on"], whole = words.join(" "), short = c.measureText(whole).width > 0.68 * width;
      (short ? words : [whole]).forEach((line, i) => c.fillText(line, width * 0.36, height * 0.82 + 20 * (i - (short ? 1 : 0))));
      return;
    }
    c.strokeStyle = color("pen");
    c.lineWidth = 2.5;
    c.lineJoin = c.lineCap = "round";
    c.beginPath();
    for (const [x, y] of list) c.lineTo(x * width, (1 - y) * height);
    c.stroke();
  }
}
