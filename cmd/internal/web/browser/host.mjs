// The two pages that the tests drive in Chromium: the server's, and the one without.
// SEGUE is the program, WASM the folder that make wasm wrote, OUT takes pictures.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, before } from "node:test";
import { chromium } from "playwright-core";

const out = process.env.OUT || "out";
mkdirSync(out, { recursive: true });
export const dataset = (name) => new URL(`../../../../datasets/${name}`, import.meta.url).pathname;
export const table = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

/** served starts the program and returns its address. */
function served() {
  const program = spawn(process.env.SEGUE, ["serve", "--listen", "127.0.0.1:0", "-q"], { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    program.on("error", reject);
    program.stdout.on("data", (text) => resolve({ url: String(text).trim(), stop: () => program.kill() }));
  });
}

/** folder serves files as any web host does. */
function folder(root) {
  const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".svg": "image/svg+xml" };
  const server = createServer(async (request, response) => {
    const path = request.url === "/" ? "/index.html" : request.url;
    try {
      const data = await readFile(join(root, path));
      response.writeHead(200, { "content-type": types[extname(path)] || "application/octet-stream" }).end(data);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve({ url: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() })));
}

export const kinds = [["server", () => served()], ["wasm", () => folder(process.env.WASM)]].filter(([kind]) => !process.env.KIND || process.env.KIND === kind); // KIND drives one of them

/** Desk opens the page of one host before a suite, and closes it after. */
export class Desk {
  constructor(kind, launch) {
    Object.assign(this, { kind, wrong: [] });
    before(async () => {
      this.host = await launch();
      this.browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"] });
      await this.open();
    });
    after(async () => {
      await this.browser?.close();
      this.host?.stop();
    });
  }

  /** open opens a page of a new visitor. */
  async open(options = {}, fragment = "") {
    await this.page?.context().close();
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-US", permissions: ["clipboard-read", "clipboard-write"], ...options });
    this.page = await context.newPage();
    this.page.setDefaultTimeout(180000);
    this.page.on("pageerror", (e) => this.wrong.push(e.message));
    this.page.on("console", (m) => m.type() === "error" && this.wrong.push(m.text()));
    await this.page.goto(this.host.url + fragment);
    return this.page;
  }

  picture(name) { return this.page.screenshot({ path: join(out, `${this.kind}-${name}.png`), fullPage: true }); }

  async download(link) {
    const [d] = await Promise.all([this.page.waitForEvent("download"), this.page.click(link)]);
    return { name: d.suggestedFilename(), data: readFileSync(await d.path()) };
  }

  /** ready waits for a forecast with this many steps, history included. */
  ready(steps) {
    return this.page.waitForFunction((n) => !document.querySelector("#forecast-result").hidden && (n === undefined || document.querySelector("#chart").dataset.drawn === String(n)), steps);
  }

  /** example asks for an example's forecast. */
  async example(name) {
    await this.page.click(`[data-csv='${name}']`);
    await this.ready();
  }

  text(selector) { return this.page.textContent(selector); }
}
