// The side that plays on, as a person uses it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Desk, dataset, kinds } from "./host.mjs";

for (const [kind, launch] of kinds) {
  describe(`music: ${kind}`, { timeout: 1200000 }, () => {
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

    test("parts are muted and heard alone, a section is looped", async () => {
      const parts = desk.page.locator(".take:first-child .parts li");
      assert.deepEqual(await parts.allTextContents(), ["SoloMS", "BassMS", "PianoMS", "DrumsMS"]);
      const bytes = async () => (await desk.download(".take:first-child .downloads a:last-child")).data;
      const full = await bytes();
      await desk.page.click(".take:first-child [aria-label='S: solo Bass']");
      await desk.page.waitForFunction(() => document.querySelector(".take .play").textContent !== "…" && document.querySelector(".take audio"));
      assert.ok(!(await bytes()).equals(full));
      await desk.page.click(".take:first-child [aria-label='S: solo Bass']");
      await desk.page.fill(".take:first-child .acts input[type=number] >> nth=0", "5");
      await desk.page.fill(".take:first-child .acts input[type=number] >> nth=1", "5");
      await desk.page.check(".take:first-child .acts input[type=checkbox]");
      await desk.page.click(".take:first-child .play");
      await desk.page.waitForFunction(() => { // bar 5 is from 8 to 10 seconds
        const a = document.querySelector(".take audio");
        if (!a) return false;
        window.most = Math.max(window.most || 0, a.currentTime);
        return window.most > 9.5 && a.currentTime > 8 && a.currentTime < window.most - 1;
      });
      await desk.picture("loop");
    });

    test("the rest is drawn anew from a bar, and undone", async () => {
      await desk.page.fill(".take:first-child .acts input[type=number] >> nth=0", "9");
      const midi = async () => (await desk.download(".take:first-child .downloads a:first-child")).data.toString("latin1");
      const before = await midi();
      await desk.page.click(".take:first-child .acts >> text=Play on anew");
      await desk.page.waitForFunction(() => !document.querySelector("#undo").hidden && document.querySelector(".take canvas"));
      assert.equal(await desk.page.locator(".take:first-child .parts li").count(), 4);
      assert.ok(await midi() !== before);
      await desk.picture("anew");
      const anew = await midi();
      await desk.page.click("#copy-link");
      await desk.page.waitForFunction(() => /copied/.test(document.querySelector("#shared").textContent));
      const other = await desk.page.context().newPage();
      await other.goto(await desk.page.evaluate(() => navigator.clipboard.readText()));
      await other.waitForSelector(".take canvas", { timeout: 180000 });
      const [sent] = await Promise.all([other.waitForEvent("download"), other.click(".take:first-child .downloads a:first-child")]);
      const heard = readFileSync(await sent.path()).toString("latin1");
      await other.close();
      assert.ok(heard === anew); // whoever gets the link hears the same
      await desk.page.bringToFront();
      await desk.page.click("#undo");
      assert.ok(await midi() === before);
      await desk.page.click(".take:first-child .acts >> text=Make it the seed");
      assert.match(await desk.text("#midi-name"), /swing_seed-1\.mid/);
      assert.match(await desk.text("#music .status"), /is the seed now/);
    });

    test("a chord is changed and the music goes on from there; what is kept stays, in a link too", async () => {
      await desk.open({}, "#music");
      await desk.page.click("[data-midi='swing_seed.mid']");
      await desk.page.fill("[name=chords]", "Dm7 G7 | Cmaj7");
      await desk.page.fill("[name=bars]", "4");
      await desk.page.click("#music-run");
      await desk.page.waitForSelector(".take canvas");
      const chords = (n = 1, page = desk.page) => page.locator(`.take:nth-child(${n}) .chords > *`).allTextContents();
      const midi = async (n, page = desk.page) => {
        const [d] = await Promise.all([page.waitForEvent("download"), page.click(`.take:nth-child(${n}) .downloads a:first-child`)]);
        return readFileSync(await d.path()).toString("latin1");
      };
      const change = async (bar, text) => {
        await desk.page.click(`.take:first-child .chords [aria-label^='Bar ${bar}:']`);
        await desk.page.keyboard.type(text);
        await desk.page.keyboard.press("Enter");
      };
      assert.deepEqual((await chords()).slice(-4), ["Dm7 G7", "Cmaj7", "Dm7 G7", "Cmaj7"]);
      await change(7, "H7");
      await desk.page.waitForSelector("#music .error");
      assert.ok(await desk.page.isVisible(".take canvas")); // a mistake costs nothing
      await change(7, "Ebmaj7");
      await desk.page.waitForFunction(() => /ready/.test(document.querySelector("#music .status").textContent));
      assert.deepEqual((await chords()).slice(-4), ["Dm7 G7", "Cmaj7", "Ebmaj7", "Cmaj7"]); // and those before stay
      const [first, second] = [await midi(1), await midi(2)];
      await desk.page.click(".take:nth-child(2) >> text=Keep");
      await desk.page.click("#redraw");
      await desk.page.waitForFunction(() => document.querySelector(".take:nth-child(2)").classList.contains("kept") && document.querySelector("#music .cancel").hidden);
      assert.ok(await midi(1) !== first && await midi(2) === second);
      await desk.picture("chords");
      const now = await midi(1);
      await desk.page.click("#copy-link");
      await desk.page.waitForFunction(() => /copied/.test(document.querySelector("#shared").textContent));
      const other = await desk.page.context().newPage();
      await other.goto(await desk.page.evaluate(() => navigator.clipboard.readText()));
      await other.waitForSelector(".take canvas", { timeout: 180000 });
      assert.ok(await midi(1, other) === now && await midi(2, other) === second);
      await other.close();
      await desk.page.click("#undo");
      assert.ok(await midi(1) === first);
      await desk.page.fill("[name=chords]", "");
    });

    test("the computer's keys play a seed", async () => {
      await desk.page.click("#keys summary");
      for (const key of ["a", "d", "g", "h", "g"]) {
        await desk.page.keyboard.down(key);
        await desk.page.waitForTimeout(200);
        await desk.page.keyboard.up(key);
      }
      assert.equal(await desk.text("#keys-said"), "5 notes");
      await desk.picture("keys");
      await desk.page.uncheck("[name=combo]");
      await desk.page.click("#keys-use");
      await desk.page.waitForSelector(".take canvas");
      assert.match(await desk.text("#midi-name"), /played\.mid/);
    });

    test("the band answers four bars on the bar line, again and again", async () => {
      await desk.open({}, "#music");
      await desk.page.fill("[name=chords]", "Dm7 | G7 | Cmaj7 | %");
      await desk.page.fill("#keys-tempo", "160");
      await desk.page.focus("#jam-start");
      await desk.page.keyboard.press("Enter");
      const said = (pattern) => desk.page.waitForFunction((p) => new RegExp(p).test(document.querySelector("#jam-said").textContent), pattern);
      for (const round of [0, 1]) {
        await said("You play: bar [123] of 4");
        for (const key of ["a", "d", "g", "h", "g", "d"]) {
          await desk.page.keyboard.down(key);
          await desk.page.waitForTimeout(150);
          await desk.page.keyboard.up(key);
        }
        await said("The band answers.*takes [\\d.]+ s, a sound \\d+ ms");
        if (round === 0) await desk.picture("jam");
        if (round === 0) assert.ok(Math.abs(Number(await desk.page.getAttribute("#jam-said", "data-loudness")) + 16) < 1, await desk.page.getAttribute("#jam-said", "data-loudness")); // LUFS, as all other sound
      }
      await desk.page.click("#jam-start");
      assert.match(await desk.text("#jam-said"), /over/);
      const midi = await desk.download("#jam-save");
      assert.equal(midi.name, "jam.mid");
      assert.ok(midi.data.length > 500);
      const dragged = await desk.page.evaluate(() => {
        const e = new DragEvent("dragstart", { dataTransfer: new DataTransfer(), bubbles: true });
        document.querySelector("#jam-save").dispatchEvent(e);
        return e.dataTransfer.getData("DownloadURL");
      });
      assert.match(dragged, /^audio\/midi:jam\.mid:data:audio\/midi;base64,TVRoZ/);
      await desk.page.click("#jam-start");
      await said("You did not play"); // silence ends it
      await desk.page.fill("[name=chords]", "");
    });

    test("after a long seed the new bars are in view, from the network of styles", async () => {
      await desk.page.setInputFiles("#midi-file", dataset("midi/pineapple_rag.mid"));
      await desk.page.uncheck("[name=combo]");
      await desk.page.click("#music-run");
      await desk.page.waitForFunction(() => /ragtime/.test(document.querySelector("#music-remarks").textContent));
      const [left, wide, all] = await desk.page.evaluate(() => { const b = document.querySelector(".take .roll"); return [b.scrollLeft, b.clientWidth, b.scrollWidth]; });
      assert.ok(all < 3000 && left + wide > all - 600, `${left} + ${wide} of ${all}`);
      await desk.picture("rag");
    });

    test("nothing went wrong on the way", () => assert.deepEqual(desk.wrong, []));
  });
}
