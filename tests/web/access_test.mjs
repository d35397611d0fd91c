// The page for everybody: by keyboard alone, for who hears it, on a phone and a desk, in light and
// dark, enlarged, without scripts; and nothing is asked of anybody else.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { axeSource } from "./support/packages.mjs";
import { browser, server } from "./support/stage.mjs";
import { dayFrom, Visitor } from "./support/visitor.mjs";

let reservation;
before(async () => {
  await server.customer("clara", "manager");
  const today = await dayFrom(server, 0);
  const { locator } = await server.admin("BOOK", "grand", "101", `nights=${today}..${await dayFrom(server, 1)}`, "guest=Ana Ruiz");
  await server.admin("PAY", locator);
  await server.admin("HOLD", "gala", "A2", "ttl=30m");
  await server.admin("BLOCK", "gala", "A3", "reason=pillar");
  reservation = locator;
});

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
const desk = { viewport: { width: 1440, height: 900 } };
// Twice as large on a screen of 1280: half as many pixels to lay out.
const enlarged = { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 };

// Each view, and what is there once it is shown.
const views = () => [
  ["#/o/gala", ".seat"], ["#/o/express", ".coach"], ["#/o/grand", ".month"], ["#/o/mealtime", ".track"],
  ["#/mine", ".hint"], [`#/r/${reservation}`, ".ticket"], ["#/desk", '[aria-label="Arrivals"] .list'],
];

async function eachView(options, look) {
  const clara = await Visitor.arrive(browser, server, "", options);
  await clara.logIn("clara");
  for (const [hash, sign] of views()) {
    await clara.go(hash);
    await clara.see(sign);
    await look(clara, hash);
  }
  await clara.leave();
}

async function faults(visitor) {
  await visitor.page.evaluate(axeSource());
  const { violations } = await visitor.page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`).join("\n")}`);
}

test("axe finds nothing in any view, in light and dark", () => eachView(desk, async (visitor, hash) => {
  for (const colorScheme of ["light", "dark"]) {
    await visitor.page.emulateMedia({ colorScheme });
    assert.deepEqual(await faults(visitor), [], `${hash} ${colorScheme}`);
  }
}));

test("axe finds nothing in the dialogue, the basket and a hold", async () => {
  const ana = await Visitor.arrive(browser, server, "#/o/gala", phone);
  await ana.choose("F1");
  await ana.see('.total strong:text-is("$80.00")');
  assert.deepEqual(await faults(ana), []);
  await ana.press("Hold all of it");
  await ana.see("dialog");
  assert.deepEqual(await faults(ana), []);
  await ana.introduce("Ana");
  await ana.see(".countdown");
  assert.deepEqual(await faults(ana), []);
  await ana.leave();
});

// What has no room for itself; what scrolls within the page may be wider.
const overflowing = () => [...document.querySelectorAll("body, main *")].filter((element) =>
  !element.closest(".scroll, .cards, .track, .hours, .hidden") && Math.max(element.getBoundingClientRect().right, element === document.body ? document.documentElement.scrollWidth : 0) > innerWidth + 1)
  .map((element) => element.outerHTML.slice(0, 80));

// Smaller than a finger finds; text within a label is pressed as well.
const tiny = () => [...document.querySelectorAll("button, select, input, .seat rect, main a")].filter((element) => {
  const box = (element.closest("label") ?? element.closest(".seat") ?? element).getBoundingClientRect();
  return box.width > 0 && (box.width < 20 || box.height < 20);
}).map((element) => element.outerHTML.slice(0, 120));

for (const [name, options] of Object.entries({ phone, desk, enlarged })) {
  test(`everything has room on the screen, and is large enough to press: ${name}`, () => eachView(options, async ({ page }, hash) => {
    assert.deepEqual(await page.evaluate(overflowing), [], hash);
    assert.deepEqual(await page.evaluate(tiny), [], hash);
  }));
}

// Presses `key` until the focus is on what `selector` names.
async function until(page, key, selector) {
  for (let i = 0; i < 80; ++i) {
    await page.keyboard.press(key);
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`${key} does not lead to ${selector}`);
}

test("a seat and a room are booked by keyboard alone", async () => {
  const kim = await Visitor.arrive(browser, server, "", desk);
  const { keyboard } = kim.page;
  await until(kim.page, "Tab", 'a.card[href="#/o/gala"]');
  await keyboard.press("Enter");
  await kim.see(kim.seat("G1"));
  await until(kim.page, "Tab", ".seat");
  await until(kim.page, "ArrowDown", '[data-unit="G1"]');
  await until(kim.page, "ArrowRight", '[data-unit="G11"]');
  await keyboard.press("Space");
  await kim.see(kim.seat("G11", "chosen"));
  assert.match(await kim.page.getAttribute(kim.seat("G11"), "aria-label"), /^G11, circle, \$60\.00, chosen by you$/);
  await until(kim.page, "Shift+Tab", 'a.card[href="#/o/grand"]');
  await keyboard.press("Enter");
  await kim.see(".month");
  await until(kim.page, "Tab", ".day");
  await until(kim.page, "ArrowDown", ".day:not([aria-current])");
  await keyboard.press("Enter");
  await keyboard.press("ArrowRight");
  await keyboard.press("ArrowRight");
  await keyboard.press("Enter");
  await kim.see('.stay:has-text("2 nights")');
  await until(kim.page, "Tab", ".stay .primary");
  await keyboard.press("Enter");
  await kim.see('.total strong:text-is("$160.00")');
  await until(kim.page, "Tab", ".basket .primary");
  await keyboard.press("Enter");
  await kim.see("dialog");
  await keyboard.type("Kim");
  await keyboard.press("Tab");
  await keyboard.type("a password of Kim");
  await keyboard.press("Enter");
  await kim.see(".countdown");
  await until(kim.page, "Tab", ".payment .primary");
  await keyboard.press("Enter");
  await kim.see(".ticket");
  assert.match(await kim.page.evaluate(() => document.activeElement.textContent), /^Reservation /);
  await kim.leave();
});

test("on a phone the rows keep their names in sight, and a card in hand is not cut", async () => {
  for (let i = 0; i < 4; ++i) {
    await server.admin("OFFERING", "CREATE", `gala-${i}`, "plan=gala", "axis=event", "currency=EUR", "price=100");
  }
  const nora = await Visitor.arrive(browser, server, "#/o/gala", phone);
  await nora.see(nora.seat("F11"));
  const edges = (selector) => nora.page.locator(selector).evaluate((element) => {
    const { left, right } = element.getBoundingClientRect();
    return { left, right };
  });
  const isWhole = async (selector) => {
    const { left, right } = await edges(selector);
    return left >= 0 && right <= phone.viewport.width;
  };
  assert.ok(await isWhole("a.card[aria-current]"));
  const name = 'g[aria-label$=" F"] .row >> nth=1';  // the one at the left: it lies over the seats
  const scroll = (pixels) => nora.page.locator(".scroll").evaluate((element, left) => new Promise((resolve) => {
    element.addEventListener("scroll", () => requestAnimationFrame(resolve), { once: true });
    element.scrollLeft = left;
  }), pixels);
  const { left } = await edges(".scroll");
  for (const pixels of [10_000, 40]) {
    await scroll(pixels);
    const named = await edges(name);
    assert.ok(named.left >= left - 1 && named.right < left + 40, `${pixels}: ${named.left} to ${named.right}`);
  }
  // Found by name, the first of them is whole.
  await nora.page.fill("[type=search]", "gala-");
  await nora.page.waitForFunction(() => document.querySelectorAll("a.card").length === 4);
  await nora.page.locator(".cards").evaluate((list) => { list.scrollLeft = 10_000; });
  await nora.page.fill("[type=search]", "gala");
  await nora.page.waitForFunction(() => document.querySelectorAll("a.card").length === 5);
  assert.ok(await isWhole("a.card >> nth=0"));
  await nora.leave();
});

test("a table is chosen by keyboard alone", async () => {
  const lea = await Visitor.arrive(browser, server, "#/o/mealtime", desk);
  await until(lea.page, "Tab", '[aria-label="Day after"]');
  await lea.page.keyboard.press("Enter");
  await until(lea.page, "Tab", "[type=time]");
  await lea.page.keyboard.type("0830PM");
  await until(lea.page, "Tab", ".inline .primary");
  await lea.page.keyboard.press("Enter");
  await lea.see('.basket section:has-text("20:30–22:30")');
  await lea.leave();
});

test("changes are told to who hears the page", async () => {
  const max = await Visitor.arrive(browser, server, "#/o/gala", desk);
  await max.choose("H1");
  await server.admin("BOOK", "gala", "H1");
  await max.see('#notices[role=status]:has-text("H1 of Gala was taken")');
  await max.see('[data-unit="H1"][aria-checked=false][aria-disabled=true][aria-label$="booked"]');
  await max.leave();
});

test("nothing is asked of another origin, and the policy of the page is kept", async () => {
  const ana = await Visitor.arrive(browser, server, "#/o/gala", desk);
  const blocked = await ana.page.evaluate(() => fetch("http://127.0.0.1:9/").then(() => "let through", (error) => error.message));
  assert.match(blocked, /Failed to fetch/);
  assert.ok(ana.complaints.some((text) => text.includes("Content Security Policy")));
  ana.complaints.length = 0;
  ana.requests.splice(ana.requests.indexOf("http://127.0.0.1:9/"), 1);
  assert.ok(ana.requests.length > 10);
  for (const address of ana.requests) assert.ok(address.startsWith(`${server.url}/`), address);
  await ana.leave();
});

test("without scripts there is a list of what is free", async () => {
  const old = await browser.newContext({ javaScriptEnabled: false });
  const page = await old.newPage();
  await page.goto(server.url);
  await page.waitForURL(`${server.url}/plain`);
  assert.match(await page.innerText('tr:has-text("gala")'), /59\d of 600/);
  assert.match(await page.innerText('tr:has-text("grand")'), /single_bed: 9 free, 50\.00 USD each/);
  await old.close();
});
