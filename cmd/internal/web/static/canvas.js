// What canvases have in common: sharp pixels, and the page's colours.

/** color reads one of the colours of style.css, which differ in the dark. */
export const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** faded mixes a colour with nothing. */
export const faded = (name, share) => `color-mix(in srgb, ${color(name)} ${100 * share}%, transparent)`;

/** sharp sizes a canvas for the screen's pixels and returns its context, empty. */
export function sharp(canvas, width, height) {
  const ratio = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const c = canvas.getContext("2d");
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.clearRect(0, 0, width, height);
  c.font = "12px system-ui, sans-serif";
  return c;
}

/** onLook calls f when the colours or the size of the window change. */
export function onLook(f) {
  addEventListener("resize", f);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", f);
}
