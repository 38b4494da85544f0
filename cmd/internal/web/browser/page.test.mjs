// What both sides have in common: links, the browser's memory, keys, the dark, readers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { Desk, kinds, table } from "./host.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

for (const [kind, launch] of kinds) {
  describe(`page: ${kind}`, { timeout: 1200000 }, () => {
    const desk = new Desk(kind, launch);

    /** accessible asks axe-core about the page as it is now. */
    const accessible = async (what) => {
      await desk.page.evaluate(axe);
      const found = await desk.page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      assert.deepEqual(found.violations.map((v) => `${what}: ${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(" | ")}`), []);
    };

    test("a link shows another the same, to the byte", async () => {
      await desk.page.fill("[name=horizon]", "5");
      await desk.page.selectOption("[name=backtest]", "");
      await desk.page.setInputFiles("#csv-file", table("café.csv", "day,café\n2024-01-01,4\n2024-01-02,6\n2024-01-03,5\n2024-01-04,8\n2024-01-05,7\n2024-01-06,9\n2024-01-07,8\n"));
      await desk.ready(12);
      const sent = (await desk.download("#download-csv")).data.toString();
      await desk.page.click("#copy-link");
      await desk.page.waitForFunction(() => /copied/.test(document.querySelector("#shared").textContent));
      const link = await desk.page.evaluate(() => navigator.clipboard.readText());
      await desk.open({}, new URL(link).hash);
      await desk.ready(12);
      const got = await desk.download("#download-csv");
      assert.equal(got.name, "café-forecast.csv");
      assert.equal(got.data.toString(), sent);
      assert.equal(await desk.page.inputValue("[name=backtest]"), "");
      await desk.open({}, "#s=nonsense");
      assert.match(await desk.text("#shared"), /damaged/);
    });

    test("the last work outlives a reload, until it is cleared", async () => {
      await desk.open();
      await desk.page.selectOption("[name=method]", "theta");
      await desk.example("nile.csv");
      await desk.page.reload();
      await desk.ready();
      assert.equal(await desk.text("#csv-name"), "nile.csv");
      assert.equal(await desk.page.inputValue("[name=method]"), "theta");
      await Promise.all([desk.page.waitForNavigation(), desk.page.click("#forget")]);
      assert.ok(await desk.page.isHidden("#forecast-result"));
      assert.equal(await desk.page.evaluate(() => localStorage.length), 0);
    });

    test("work is saved as a file and opened again", async () => {
      await desk.page.selectOption("[name=method]", "theta");
      await desk.example("nile.csv");
      const saved = await desk.download("#save-work");
      assert.equal(saved.name, "nile.segue.json");
      await desk.open();
      await desk.page.evaluate((text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], "nile.segue.json"));
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
      }, saved.data.toString());
      await desk.ready();
      assert.equal(await desk.text("#csv-name"), "nile.csv");
    });

    test("axe finds nothing", async () => {
      await desk.open();
      await accessible("empty");
      await desk.page.selectOption("[name=method]", "theta");
      await desk.example("air_passengers.csv");
      await desk.page.evaluate(() => { for (const d of document.querySelectorAll("details")) d.open = true; });
      await accessible("forecast");
      await desk.page.setInputFiles("#csv-file", table("two.csv", "a,b\n1,2\n3,4\n5,6\n"));
      await desk.page.waitForSelector("#forecast .error");
      await accessible("error");
      await desk.page.click("#tab-music");
      await desk.page.click("[data-midi='swing_seed.mid']");
      await desk.page.waitForSelector("#music-run:not([disabled])");
      await desk.page.fill("[name=chords]", "Dm7 | G7");
      await desk.page.click("#music-run");
      await desk.page.waitForSelector(".take canvas");
      await desk.page.click(".take:nth-child(2) >> text=Keep");
      await desk.page.click(".take:first-child .chords button >> nth=1");
      await accessible("music, a chord open");
      await desk.page.keyboard.press("Escape");
      assert.match(await desk.page.evaluate(() => document.activeElement.getAttribute("aria-label")), /^Bar 6: G7/);
      await desk.page.keyboard.press("ArrowLeft");
      assert.match(await desk.page.evaluate(() => document.activeElement.getAttribute("aria-label")), /^Bar 5: Dm7/);
      await desk.open({ colorScheme: "dark" });
      await desk.page.selectOption("[name=method]", "theta");
      await desk.example("nile.csv");
      await accessible("dark");
      await desk.picture("dark");
    });

    test("keys alone are enough", async () => {
      await desk.open();
      await desk.page.focus("#tab-forecast");
      await desk.page.keyboard.press("ArrowRight");
      await desk.page.keyboard.press("Tab"); // the drop zone
      await desk.page.keyboard.press("Tab");
      await desk.page.keyboard.press("Enter"); // the first example
      await desk.page.waitForSelector("#music-run:not([disabled])");
      await desk.page.focus("[name=bars]");
      await desk.page.keyboard.press("Enter");
      await desk.page.waitForSelector(".take canvas");
    });

    test("a phone in the dark", async () => {
      await desk.open({ viewport: { width: 380, height: 800 }, colorScheme: "dark", isMobile: true, hasTouch: true });
      await desk.page.tap("[data-csv='nile.csv']");
      await desk.ready();
      const wide = () => desk.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(await wide() <= 0, `the page is ${await wide()} pixels too wide`);
      await desk.picture("phone");
      await desk.page.tap("#tab-music");
      await desk.page.tap("[data-midi='swing_seed.mid']");
      await desk.page.fill("[name=chords]", "Dm7 | G7");
      await desk.page.click("#music-run");
      await desk.page.waitForSelector(".take canvas");
      await desk.page.tap("#keys summary");
      assert.ok(await wide() <= 0, `the music side is ${await wide()} pixels too wide`);
      await accessible("music on a phone in the dark");
      await desk.picture("phone-music");
    });

    test("a network that does not come is told, and fetched when it is asked for again", { skip: kind !== "wasm" }, async () => {
      await desk.open();
      await desk.page.context().route("**/weights/*", (route) => route.fulfill({ status: 503 }));
      await desk.page.click("[data-csv='nile.csv']");
      await desk.page.waitForSelector("#forecast .error");
      assert.match(await desk.text("#forecast .error"), /weights\/.*status 503.*try again/);
      await desk.page.context().unroute("**/weights/*");
      desk.wrong = desk.wrong.filter((w) => !/503/.test(w));
      await desk.page.click("#forecast-run");
      await desk.ready();
    });

    test("without JavaScript the page says so", async () => {
      await desk.open({ javaScriptEnabled: false });
      assert.ok(await desk.page.isVisible("noscript p"));
      assert.ok(await desk.page.isHidden("main"));
    });

    test("nothing went wrong on the way", () => assert.deepEqual(desk.wrong, []));
  });
}
