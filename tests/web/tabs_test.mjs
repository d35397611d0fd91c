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
const morePages = 8;
async function openPages(visitor, hash, unit) {
  const pages = [visitor.page];
  while (pages.length < morePages) {
    const page = await visitor.context.newPage();
    pages.push(page);
    await page.goto(`${server.url}/${hash}`);
    await page.waitForSelector(visitor.seat(unit));
  }
  return pages;
}

test("more pages than a browser has connections are seen, and all show what is sold", async () => {
  const first = await Visitor.arrive(browser, server, "#/o/ticket");
  const pages = await openPages(first, "#/o/ticket", "20");
  await first.go("#/o/gala");  // and one of them something else
  await first.see(first.seat("K2"));
  const token = await server.customer("cleo");
  await server.command(["HOLD", "ticket", "20"], token);
  for (const page of pages.slice(1)) await page.waitForSelector(first.seat("20", "held"));
  await server.command(["HOLD", "gala", "K2"], token);
  await first.see(first.seat("K2", "held"));
  // Those that stay do not need the one that was there first.
  await pages.shift().close();
  await server.command(["HOLD", "ticket", "21"], token);
  for (const page of pages) await page.waitForSelector(first.seat("21", "held"));
  await first.leave();
});

test("a page that is not seen is told of what was sold when it is seen again", async () => {
  const first = await Visitor.arrive(browser, server, "#/o/ticket");
  const look = (hidden) => first.page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
  const second = await first.context.newPage();
  await second.goto(`${server.url}/#/o/ticket`);
  await second.waitForSelector(first.seat("22"));
  await look(true);
  await server.command(["HOLD", "ticket", "22"], await server.customer("carl"));
  await second.waitForSelector(first.seat("22", "held"));
  assert.equal(await first.page.locator(first.seat("22", "held")).count(), 0);
  await look(false);
  await first.see(first.seat("22", "held"));
  await first.leave();
});

for (const [why, script] of [
  ["knows no shared workers", () => { delete window.SharedWorker; }],
  ["cannot run the one of the page", () => {
    const Real = SharedWorker;
    window.SharedWorker = class extends Real {
      constructor(address) {
        super(address);  // not as a module
      }
    };
  }],
]) {
  test(`a browser that ${why} shows what is sold`, async () => {
    const eve = await Visitor.arrive(browser, server);
    await eve.page.addInitScript(script);
    await eve.page.reload();
    await eve.go("#/o/ticket");
    const unit = why.startsWith("knows") ? "23" : "24";
    await eve.see(eve.seat(unit));
    await server.admin("BOOK", "ticket", unit);
    await eve.see(eve.seat(unit, "booked"));
    await eve.leave();
  });
}

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
