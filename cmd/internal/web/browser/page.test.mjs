// The page as a person uses it, in Chromium: with the server, and without one.
// SEGUE is the program, WASM the folder that make wasm wrote, OUT takes pictures.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { chromium } from "playwright-core";

const out = process.env.OUT || "out";
mkdirSync(out, { recursive: true });
const air = new URL("../../../../datasets/csv/air_passengers.csv", import.meta.url).pathname;
const rag = new URL("../../../../datasets/midi/pineapple_rag.mid", import.meta.url).pathname;

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

const kinds = [["server", () => served()], ["wasm", () => folder(process.env.WASM)]];
for (const [kind, launch] of kinds) {
  describe(kind, { timeout: 240000 }, () => {
    let host, browser, page;
    const wrong = [];
    const open = async (options = {}) => {
      await page?.context().close();
      page = await (await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options })).newPage();
      page.setDefaultTimeout(60000);
      page.on("pageerror", (e) => wrong.push(e.message));
      page.on("console", (m) => m.type() === "error" && wrong.push(m.text()));
      await page.goto(host.url);
    };
    const download = async (link) => {
      const [d] = await Promise.all([page.waitForEvent("download"), page.click(link)]);
      return { name: d.suggestedFilename(), data: readFileSync(await d.path()) };
    };
    before(async () => {
      host = await launch();
      browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"] });
      await open();
    });
    after(async () => {
      await browser?.close();
      host?.stop();
    });

    test("a CSV file becomes a forecast that can be downloaded", async () => {
      await page.setInputFiles("#csv-file", air);
      await page.waitForSelector("#forecast-result:not([hidden])");
      assert.equal(await page.getAttribute("#chart", "data-drawn"), "168"); // 144 values and two years
      assert.match(await page.textContent("#verdict"), /better by \d+%/);
      assert.match(await page.textContent("#backtest"), /snaive.*auto/s);
      await page.screenshot({ path: join(out, `${kind}-forecast.png`), fullPage: true });
      const csv = await download("#download-csv");
      assert.equal(csv.name, "air_passengers-forecast.csv");
      assert.match(csv.data.toString(), /^month,mean,lo-80,hi-80,lo-95,hi-95\n1961-01,/);
      assert.match((await download("#download-svg")).data.toString(), /<svg/);
      assert.equal(JSON.parse((await download("#download-json")).data).horizon, 24);
    });

    test("options change the forecast, and errors are said", async () => {
      await page.fill("[name=horizon]", "6");
      await page.selectOption("[name=method]", "theta");
      await page.click("#forecast-run");
      await page.waitForFunction(() => document.querySelector("#chart").dataset.drawn === "150");
      await page.setInputFiles("#csv-file", { name: "bad.csv", mimeType: "text/csv", buffer: Buffer.from("time,value\n2020-01,1\n2020-02,1o2\n2020-03,4\n") });
      assert.match(await page.textContent("#forecast .error"), /line 3.*1o2/s);
    });

    test("a seed is continued, heard and downloaded", async () => {
      await page.click("#tab-music");
      await page.click("[data-midi='swing_seed.mid']");
      await page.check("[name=combo]");
      await page.waitForSelector("#music-run:not([disabled])");
      await page.click("#music-run");
      await page.waitForSelector(".take canvas");
      assert.equal(await page.locator(".take").count(), 2);
      await page.locator(".take .play").first().click();
      await page.waitForFunction(() => { const a = document.querySelector("audio"); return a && !a.paused && a.currentTime > 6.2; });
      await page.screenshot({ path: join(out, `${kind}-music.png`), fullPage: true });
      await page.locator(".take .play").first().click();
      const midi = await download(".take:first-child .downloads a:first-child");
      assert.equal(midi.name, "swing_seed-1.mid");
      assert.equal(midi.data.subarray(0, 4).toString(), "MThd");
      const wav = await download(".take:first-child .downloads a:last-child");
      assert.equal(wav.data.subarray(0, 4).toString(), "RIFF");
    });

    test("a rag goes on with the piano network", async () => {
      await page.setInputFiles("#midi-file", rag);
      await page.uncheck("[name=combo]");
      await page.click("#music-run");
      await page.waitForFunction(() => /piano/.test(document.querySelector("#music-remarks").textContent));
    });

    test("training can be cancelled", async () => {
      await page.click("#tab-forecast");
      await page.evaluate(() => { document.querySelector("details").open = true; });
      await page.fill("[name=horizon]", "");
      await page.selectOption("[name=method]", "auto");
      await page.check("[name=train]");
      await page.setInputFiles("#csv-file", air);
      await page.waitForFunction(() => /network/.test(document.querySelector("#forecast .status").textContent));
      await page.click("#forecast .cancel");
      await page.waitForFunction(() => /Cancelled/.test(document.querySelector("#forecast .status").textContent));
      await page.uncheck("[name=train]");
      await page.click("#forecast-run");
      await page.waitForFunction(() => document.querySelector("#chart").dataset.drawn === "168");
    });

    test("keys alone are enough", async () => {
      await open();
      await page.focus("#tab-forecast");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Tab"); // the drop zone
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter"); // the first example
      await page.waitForSelector("#music-run:not([disabled])");
      await page.focus("[name=bars]");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".take canvas");
    });

    test("a phone in the dark", async () => {
      await open({ viewport: { width: 380, height: 800 }, colorScheme: "dark", isMobile: true, hasTouch: true });
      await page.tap("[data-csv='nile.csv']");
      await page.waitForSelector("#forecast-result:not([hidden])");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `the page is ${wide} pixels too wide`);
      await page.screenshot({ path: join(out, `${kind}-phone.png`), fullPage: true });
    });

    test("nothing went wrong on the way", () => assert.deepEqual(wrong, []));
  });
}
