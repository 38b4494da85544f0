// How long a person waits, for a quiet machine: make timings prints seconds for both pages.
import { chromium } from "playwright-core";
import { kinds, table } from "./host.mjs";

const hours = Array.from({ length: 20000 }, (_, i) => `${new Date(Date.UTC(2020, 0, 1, i)).toISOString().slice(0, 16).replace("T", " ")},${30000 + 8000 * Math.sin(i / 4)}`);
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

for (const [kind, launch] of kinds) {
  const host = await launch();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.setDefaultTimeout(120000);
  const timed = async (what, act) => { const from = performance.now(); await act(); console.log(`${kind}: ${what} ${seconds(performance.now() - from)}`); };
  await page.goto(host.url);
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
  console.log(`${kind}: first paint ${seconds(paint)}`);
  await timed("first continuation", async () => { // the engine starts, too
    await page.click("#tab-music");
    await page.click("[data-midi='swing_seed.mid']"); // goes on at once
    await page.waitForSelector(".take canvas");
  });
  await page.click("#tab-forecast");
  await page.selectOption("[name=method]", "snaive");
  await page.selectOption("[name=backtest]", "");
  await timed("20,000 values, forecast and chart", async () => {
    await page.setInputFiles("#csv-file", table("load.csv", `time,load\n${hours.join("\n")}\n`));
    await page.waitForSelector("#forecast-result:not([hidden])");
  });
  // the chart alone: all values, drawn again
  const draw = await page.evaluate(async () => {
    document.querySelector("[aria-label='All values']").click();
    const from = performance.now();
    for (let i = 0; i < 10; i++) dispatchEvent(new Event("resize"));
    return (performance.now() - from) / 10;
  });
  console.log(`${kind}: the chart of 20,000 values alone ${seconds(draw)}`);
  await browser.close();
  host.stop();
}
