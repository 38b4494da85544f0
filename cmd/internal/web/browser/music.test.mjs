// The side that plays on, as a person uses it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Desk, dataset, kinds } from "./host.mjs";

for (const [kind, launch] of kinds) {
  describe(`music: ${kind}`, { timeout: 200000 }, () => {
    const desk = new Desk(kind, launch);

    test("a seed is continued, heard and downloaded", async () => {
      await desk.page.click("#tab-music");
      await desk.page.click("[data-midi='swing_seed.mid']");
      await desk.page.check("[name=combo]");
      await desk.page.waitForSelector("#music-run:not([disabled])");
      await desk.page.click("#music-run");
      await desk.page.waitForSelector(".take canvas");
      assert.equal(await desk.page.locator(".take").count(), 2);
      await desk.page.locator(".take .play").first().click();
      await desk.page.waitForFunction(() => { const a = document.querySelector("audio"); return a && !a.paused && a.currentTime > 6.2; });
      await desk.picture("music");
      await desk.page.locator(".take .play").first().click();
      const midi = await desk.download(".take:first-child .downloads a:first-child");
      assert.equal(midi.name, "swing_seed-1.mid");
      assert.equal(midi.data.subarray(0, 4).toString(), "MThd");
      const wav = await desk.download(".take:first-child .downloads a:last-child");
      assert.equal(wav.data.subarray(0, 4).toString(), "RIFF");
    });

    test("a rag goes on with the piano network", async () => {
      await desk.page.setInputFiles("#midi-file", dataset("midi/pineapple_rag.mid"));
      await desk.page.uncheck("[name=combo]");
      await desk.page.click("#music-run");
      await desk.page.waitForFunction(() => /piano/.test(document.querySelector("#music-remarks").textContent));
    });

    test("nothing went wrong on the way", () => assert.deepEqual(desk.wrong, []));
  });
}
