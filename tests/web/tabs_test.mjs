// Several views and tabs of one browser: what comes late, what outlives a reload, many pages at once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browser, server } from "./support/stage.mjs";
import { Visitor } from "./support/visitor.mjs";

test("a view that comes late does not paint over the next one", async () => {
  await server.customer("ana");
  const ana = await Visitor.arrive(browser, server);
  await ana.logIn("ana");
  await ana.go("#/mine");
  await ana.page.reload();
  let asked;
  const isAsked = new Promise((resolve) => { asked = resolve; });
  let release;
  const released = new Promise((resolve) => { release = resolve; });
  await ana.page.route("**/v1/command", async (route) => {
    if (route.request().postData().includes('"LIST"')) {
      asked();
      await released;
    }
    await route.continue();
  });
  await ana.page.evaluate(() => { location.hash = "#/"; });
  await isAsked;
  await ana.go("#/mine");
  // It has painted its list when it asks for what is in the first offering.
  const painted = ana.page.waitForRequest((request) => request.postData()?.includes('"SHOW"'));
  release();
  await painted;
  assert.equal(await ana.text("main h1"), "My reservations");
  assert.equal(await ana.page.locator("main .selling").count(), 0);
  await ana.leave();
});

test("what was chosen outlives a reload, but for what is gone", async () => {
  const token = await server.customer("bert");
  const ben = await Visitor.arrive(browser, server, "#/o/gala");
  await ben.choose("B1", "B2");
  await ben.go("#/o/express");
  await ben.choose("9");
  await server.command(["HOLD", "gala", "B1"], token);
  await ben.page.goto("about:blank");
  await server.command(["HOLD", "express", "9", "legs=BLR-MYS"], token);
  await ben.go("#/o/gala");
  await ben.see(ben.seat("B2", "chosen"));
  await ben.see('.basket li:has-text("B2")');
  assert.equal(await ben.page.locator(".basket li").count(), 1);
  await ben.see('#notices:has-text("9 of Express was taken")');
  await ben.press("Hold all of it");
  await ben.introduce("Ben");
  await ben.see(".countdown");
  await ben.leave();
});

// Over HTTP/1.1 a browser has six connections for a server, and a stream takes one.
test("more pages than a browser has connections show what is sold", async () => {
  const first = await Visitor.arrive(browser, server, "#/o/ticket");
  const pages = [first.page];
  const look = (page, hidden) => page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
  while (pages.length < 8) {
    await look(pages.at(-1), true);
    const page = await first.context.newPage();
    pages.push(page);
    await page.goto(`${server.url}/#/o/ticket`);
    await page.waitForSelector(first.seat("20"));
  }
  const token = await server.customer("cleo");
  await server.command(["HOLD", "ticket", "20"], token);
  await pages.at(-1).waitForSelector(first.seat("20", "held"));
  assert.equal(await first.page.locator(first.seat("20", "held")).count(), 0);
  await look(first.page, false);
  await first.see(first.seat("20", "held"));
  await first.leave();
});

test("among many offerings one is found by its name", async () => {
  await server.admin("PLAN", "CREATE", "hall", "units=1-10", "per_row=10", "type=seat");
  for (let i = 0; i < 60; ++i) {
    await server.admin("OFFERING", "CREATE", `show-${i}`, "plan=hall", "axis=event", "currency=EUR", "price=100");
  }
  const dora = await Visitor.arrive(browser, server, "#/o/gala");
  await dora.page.fill("[type=search]", "show-59");
  await dora.page.click('a.card:has-text("Show-59")');
  await dora.see('h2:has-text("Show-59")');
  assert.equal(await dora.page.locator("a.card").count(), 1);
  assert.equal(await dora.page.inputValue("[type=search]"), "show-59");
  await dora.page.fill("[type=search]", "");
  await dora.see('a.card:has-text("Gala")');
  await dora.leave();
});
