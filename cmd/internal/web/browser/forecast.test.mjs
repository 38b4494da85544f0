// The side that forecasts, as a person uses it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Desk, dataset, kinds, table } from "./host.mjs";

const air = dataset("csv/air_passengers.csv");
const months = (n, value) => `month,value\n${Array.from({ length: n }, (_, i) => `${2000 + Math.floor(i / 12)}-${String(1 + (i % 12)).padStart(2, "0")},${value(i)}`).join("\n")}\n`;

for (const [kind, launch] of kinds) {
  describe(`forecasts: ${kind}`, { timeout: 1200000 }, () => {
    const desk = new Desk(kind, launch);
    const says = (pattern) => desk.page.waitForFunction((p) => new RegExp(p, "s").test(document.querySelector("#forecast .status").textContent), pattern);

    test("a CSV file becomes a forecast that can be downloaded", async () => {
      await desk.page.setInputFiles("#csv-file", air);
      await desk.ready(168); // 144 values and two years
      assert.match(await desk.text("#verdict"), /better by \d+%/);
      assert.match(await desk.text("#backtest"), /snaive.*auto/s);
      await desk.picture("forecast");
      const csv = await desk.download("#download-csv");
      assert.equal(csv.name, "air_passengers-forecast.csv");
      assert.match(csv.data.toString(), /^month,mean,lo-80,hi-80,lo-95,hi-95\n1961-01,/);
      assert.match((await desk.download("#download-svg")).data.toString(), /<svg/);
      assert.equal(JSON.parse((await desk.download("#download-json")).data).horizon, 24);
    });

    test("an answer is announced, and keys read the chart without losing their place", async () => {
      await desk.page.focus("#forecast-run");
      await desk.page.keyboard.press("Enter");
      await says("forecast is ready: 24 steps, to Dec 1962");
      assert.equal(await desk.page.evaluate(() => document.activeElement.id), "forecast-run");
      await desk.page.focus("#chart .plot");
      for (const key of ["End", "ArrowLeft"]) await desk.page.keyboard.press(key);
      assert.match(await desk.page.getAttribute("#chart .plot", "aria-valuetext"), /^Nov 1962, forecast [\d.]+, 95%: [\d.]+ to [\d.]+/);
    });

    test("options change the forecast", async () => {
      await desk.page.fill("[name=horizon]", "6");
      await desk.page.selectOption("[name=method]", "theta");
      await desk.page.click("#forecast-run");
      await desk.ready(150);
    });

    test("a file that cannot be read leaves nothing of the last one", async () => {
      await desk.page.setInputFiles("#csv-file", table("bad.csv", "time,value\n2020-01,1\n2020-02,1o2\n2020-03,4\n"));
      await says("line 3.*1o2");
      assert.ok(await desk.page.isHidden("#forecast-result"));
      assert.ok(await desk.page.isVisible("#preview"));
    });

    test("the columns of a panel are chosen by a click, and a series by its name", async () => {
      const days = Array.from({ length: 40 }, (_, i) => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10));
      await desk.page.setInputFiles("#csv-file", table("shops.csv", `shop,day,sales,price\n${["Ávila", "Bonn"].flatMap((s, k) => days.map((d, i) => `${s},${d},${20000 + 5000 * k + 900 * (i % 7)},${9 - k}`)).join("\n")}\n`));
      await says("hold numbers.*choose a column");
      await desk.page.selectOption("[aria-label='Column sales is']", "value");
      await desk.ready();
      assert.equal(await desk.page.inputValue("[name=value]"), "sales");
      assert.equal(await desk.page.inputValue("[aria-label='Column shop is']"), "id");
      await desk.page.fill("#series-search", "bon");
      assert.equal(await desk.page.locator(".series button").count(), 1);
      await desk.page.click(".series button");
      assert.match(await desk.page.getAttribute("#chart .plot", "aria-label"), /Bonn/);
      await desk.page.evaluate(() => { for (const d of document.querySelectorAll(".options details")) d.open = true; });
      await desk.page.fill("[name=id]", "shop"); // named as well as found
      await desk.page.click("#forecast-run");
      await desk.ready();
      await desk.picture("panel");
      await desk.page.fill("#series-search", "");
      await desk.page.click("#side-by-side summary");
      await desk.page.waitForSelector(".many button"); // they are drawn after the click
      assert.deepEqual(await desk.page.locator(".many button").allTextContents(), ["Ávila", "Bonn"]);
      await desk.page.click(".many button >> nth=0");
      assert.match(await desk.page.getAttribute("#chart .plot", "aria-label"), /Ávila/);
      assert.equal(await desk.page.locator(".series [aria-pressed=true]").textContent(), "Ávila");
      await desk.picture("side");
    });

    test("repairs and holidays are marked, each with its reason", async () => {
      await desk.open();
      await desk.page.selectOption("[name=method]", "theta");
      await desk.page.evaluate(() => { for (const d of document.querySelectorAll(".options details")) d.open = true; });
      await desk.page.fill("[name=holidays]", "US");
      const days = Array.from({ length: 60 }, (_, i) => `${new Date(Date.UTC(2023, 11, 1 + i)).toISOString().slice(0, 10)},${10 + (i % 7)}`);
      days.splice(5, 1);
      await desk.page.setInputFiles("#csv-file", table("gap.csv", `day,sales\n${days.join("\n")}\n`));
      await desk.ready();
      assert.equal(await desk.page.locator(".key").textContent(), "historyforecast95% interval80% intervalearlier forecastsrepairedholiday");
      await desk.page.focus("#chart .plot");
      await desk.page.keyboard.press("Home");
      for (let i = 0; i < 5; i++) await desk.page.keyboard.press("ArrowRight");
      assert.match(await desk.page.getAttribute("#chart .plot", "aria-valuetext"), /Dec 6, 2023.*repaired: a time without a row/);
      for (let i = 5; i < 24; i++) await desk.page.keyboard.press("ArrowRight");
      assert.match(await desk.page.getAttribute("#chart .plot", "aria-valuetext"), /holiday: Christmas Day/);
      await desk.picture("marks");
    });

    test("several futures are drawn side by side, and a link holds them", async () => {
      await desk.open();
      await desk.page.selectOption("[name=method]", "theta");
      await desk.page.evaluate(() => { for (const d of document.querySelectorAll("#forecast details")) d.open = true; });
      await desk.page.fill("[name=regressors]", "price");
      await desk.page.fill("[name=horizon]", "7");
      const day = (i) => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10), price = (i) => 10 - ((i * 7919) % 13) / 6;
      const future = (name, p) => table(name, `day,price\n${Array.from({ length: 7 }, (_, i) => `${day(90 + i)},${p}`).join("\n")}\n`);
      await desk.page.setInputFiles("#csv-file", table("shop.csv", `day,sales,price\n${Array.from({ length: 90 }, (_, i) => `${day(i)},${300 - 20 * price(i) + (i % 7) + ((i * 31) % 5)},${price(i)}`).join("\n")}\n`));
      await says("is known for 0 of the 7 steps.*Futures to compare");
      await desk.page.click(".error button >> nth=0");
      assert.equal(await desk.page.evaluate(() => document.activeElement.id), "future-file");
      await desk.page.setInputFiles("#future-file", [future("as now.csv", 10), future("cheap.csv", 8)]);
      await desk.page.waitForFunction(() => /cheap/.test(document.querySelector("#compared").textContent));
      assert.match(await desk.text("#compared"), /as now [\d.]+, cheap [\d.]+ \(\+\d+\.\d%; price 8 instead of 10\)/);
      assert.equal(await desk.page.locator(".key").textContent(), "historyas nowcheap80% interval of eachearlier forecasts");
      await desk.page.focus("#chart .plot");
      await desk.page.keyboard.press("End");
      assert.match(await desk.page.getAttribute("#chart .plot", "aria-valuetext"), /as now 1\d\d[\d.]*, 80%: .* cheap 1\d\d/);
      assert.match(await desk.text("#table"), /as now: mean.*cheap: mean/);
      await desk.picture("futures");
      const sent = (await desk.download("#download-csv")).data.toString();
      assert.match(sent, /^scenario,day,mean.*\nas now,.*\ncheap,/s);
      await desk.page.focus("#today"); // the past had one course
      await desk.page.keyboard.press("PageDown");
      await desk.page.waitForFunction(() => /Today is .* inside the/.test(document.querySelector("#record").textContent));
      assert.match(await desk.page.locator(".key").textContent(), /^historyforecast95%/);
      await desk.page.click("#copy-link");
      await desk.page.waitForFunction(() => /copied/.test(document.querySelector("#shared").textContent));
      await desk.open({}, new URL(await desk.page.evaluate(() => navigator.clipboard.readText())).hash);
      await desk.ready();
      assert.equal((await desk.download("#download-csv")).data.toString(), sent);
      await desk.page.click("[aria-label='Remove cheap.csv']");
      await desk.page.waitForFunction(() => document.querySelector("#compared").textContent === "" && !document.querySelector("#forecast-result").hidden);
      assert.match((await desk.download("#download-csv")).data.toString(), /^day,mean/);
    });

    test("the time machine shows what would have been forecast, and how often that held", async () => {
      await desk.open();
      await desk.page.selectOption("[name=method]", "theta");
      await desk.example("air_passengers.csv");
      await desk.page.focus("#today");
      for (let i = 0; i < 3; i++) await desk.page.keyboard.press("PageDown");
      await desk.page.waitForFunction(() => /Today is .* of \d+ values of \d forecasts? /.test(document.querySelector("#record").textContent));
      const now = Number(await desk.page.inputValue("#today"));
      await desk.page.focus("#chart .plot");
      await desk.page.keyboard.press("Home");
      for (let i = 0; i < now; i++) await desk.page.keyboard.press("ArrowRight");
      assert.match(await desk.page.getAttribute("#chart .plot", "aria-valuetext"), /value \d+, forecast [\d.]+/); // the truth and what was expected
      await desk.picture("machine");
      await desk.page.click("#now");
      assert.ok(await desk.page.isHidden("#now"));
    });

    test("a curve that somebody draws goes on", async () => {
      await desk.open();
      const box = await desk.page.locator("#sketch").boundingBox();
      await desk.page.mouse.move(box.x + 10, box.y + 100);
      await desk.page.mouse.down();
      for (let i = 1; i <= 80; i++) await desk.page.mouse.move(box.x + 10 + 6 * i, box.y + 100 + 60 * Math.sin(i / 4));
      await desk.page.mouse.up();
      await desk.ready();
      await desk.picture("sketch");
      await desk.page.click("#hear");
      await desk.page.waitForFunction(() => /Stop/.test(document.querySelector("#hear").textContent));
      await desk.page.click("#jam-on");
      assert.match(await desk.text("#midi-name"), /sketch\.mid/);
    });

    test("20,000 values are all there, thousands and locale dates", async () => {
      await desk.open({ locale: "de-DE" });
      await desk.page.selectOption("[name=backtest]", "");
      await desk.page.selectOption("[name=method]", "snaive");
      const text = `time,load\n${Array.from({ length: 20000 }, (_, i) => `${new Date(Date.UTC(2020, 0, 1, i)).toISOString().slice(0, 16).replace("T", " ")},${30000 + 8000 * Math.sin(i / 4)}`).join("\n")}\n`;
      await desk.page.setInputFiles("#csv-file", table("load.csv", text));
      await desk.ready();
      assert.equal((await desk.text("#seen")).trim(), "20.000 values");
      const first = async (key) => { await desk.page.focus("#chart .plot"); await desk.page.keyboard.press(key); return desk.page.getAttribute("#chart .plot", "aria-valuetext"); };
      assert.match(await first("Home"), /^1\. Jan\. 2020, 00:00, value 30\.000$/);
      await desk.page.click("[aria-label='All values']");
      await desk.picture("long");
    });

    test("what stands out is marked", async () => {
      await desk.open();
      await desk.page.selectOption("[name=method]", "theta");
      await desk.page.setInputFiles("#csv-file", table("spike.csv", months(60, (i) => (i === 40 ? 900 : 100 + 10 * (i % 12)))));
      await desk.ready();
      await desk.page.click("#mark");
      await says("stand out");
      await desk.page.focus("#chart .plot");
      await desk.page.keyboard.press("Home");
      for (let i = 0; i < 40; i++) await desk.page.keyboard.press("ArrowRight");
      assert.match(await desk.page.getAttribute("#chart .plot", "aria-valuetext"), /value 900.*stands out/);
    });

    test("training can be cancelled", async () => {
      await desk.page.evaluate(() => { for (const d of document.querySelectorAll(".options details")) d.open = true; });
      await desk.page.selectOption("[name=method]", "auto");
      await desk.page.check("[name=train]");
      await desk.page.setInputFiles("#csv-file", air);
      await says("network");
      await desk.page.click("#forecast .cancel");
      await says("Cancelled");
      await desk.page.uncheck("[name=train]");
      await desk.page.click("#forecast-run");
      await desk.ready(168);
    });

    test("nothing went wrong on the way", () => assert.deepEqual(desk.wrong, []));
  });
}
