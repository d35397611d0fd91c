// A page that stays open while the server goes: what it shows then, and that it goes on by itself.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { browser, server } from "./support/stage.mjs";
import { Visitor } from "./support/visitor.mjs";

let ana;
beforeEach(async () => {
  ana = await Visitor.arrive(browser, server, "#/o/gala");
});
afterEach(() => ana.leave());

// A change that nobody has told the page of: made before it is back.
async function sell(unit) {
  assert.equal((await server.admin("BOOK", "gala", unit)).status, "confirmed");
}

for (const [signal, units] of [["SIGKILL", ["A1", "A2"]], ["SIGTERM", ["B1", "B2"]]]) {
  test(`after ${signal} and a start the page says that it was away, and misses nothing`, async () => {
    await ana.choose(units[0], "F1");
    await server.end(signal);
    await ana.see('#link.down:has-text("connection is lost")');
    await server.start();
    await sell(units[0]);
    await ana.see('#link.back:has-text("Back again after")');
    await ana.see(ana.seat(units[0], "booked"));
    await ana.see(`#notices:has-text("${units[0]} of Gala was taken")`);
    await ana.see(ana.seat("F1", "chosen"));
    await sell(units[1]);
    await ana.see(ana.seat(units[1], "booked"));
  });
}

test("who presses a button while the server is away is served when it is back, once", async () => {
  await server.customer("ben");
  await ana.logIn("ben");
  await ana.choose("C1");
  await server.kill();
  await ana.see("#link.down");
  await ana.press("Hold all of it");
  await server.start();
  // A restart has ended all logins.
  await ana.see("dialog");
  await ana.knownAs("ben");
  await ana.see(".countdown");
  const held = (await server.admin("LIST", "gala")).filter((row) => row.items.some((item) => item.unit === "C1"));
  assert.deepEqual(held.map((row) => row.locator), [ana.locator()]);
});

test("an answer that is lost is asked for again, and what was asked is done once", async () => {
  await server.customer("dora");
  await ana.logIn("dora");
  await ana.choose("E1");
  await ana.page.route("**/v1/command", async (route) => {
    await route.fetch();
    await route.abort();
  }, { times: 1 });
  await ana.hold();
  const held = (await server.admin("LIST", "gala")).filter((row) => row.items.some((item) => item.unit === "E1"));
  assert.deepEqual(held.map((row) => row.locator), [ana.locator()]);
});

test("a hold on the screen outlives the server", async () => {
  await ana.choose("D1");
  await ana.press("Hold all of it");
  await ana.introduce("Cleo");
  await ana.see(".countdown");
  await server.kill();
  await ana.see("#link.down");
  await server.start();
  await ana.see("dialog");
  await ana.knownAs("Cleo");
  await ana.see(".countdown");
  await ana.pay();
  await ana.see(".ticket");
});

test("a history that is not known any more is answered with the map as it is", async () => {
  await ana.page.addInitScript(() => {
    delete window.SharedWorker;  // the stream is the page's own
    const Real = EventSource;
    // Comes again with the position of another history, as after a restore.
    window.EventSource = class extends Real {
      constructor(address) {
        super(window.lied ? address : address.replace(/from=.*/, "from=feedcafe%3A1"));
        window.lied = true;
      }
    };
  });
  await ana.page.reload();
  await ana.go("#/o/ticket");
  await ana.see('.seat[data-unit="50"].free');
  await server.admin("BOOK", "ticket", "50");
  await ana.see('.seat[data-unit="50"].booked');
});

test("a view that could not be fetched is there when it is asked for again", async () => {
  const path = "**/page/mine.js";
  await ana.page.route(path, (route) => route.abort());
  await ana.page.reload();
  await ana.page.click("#nav >> text=My reservations");
  await ana.see('#notices:has-text("cannot be reached")');
  await ana.page.unroute(path);
  await ana.page.click("#nav >> text=Book");
  await ana.page.click("#nav >> text=My reservations");
  await ana.see("dialog");  // which asks who she is
});
