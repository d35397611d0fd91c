// Pictures of the page, to be looked at:
//   cd tests/web && node screenshots.mjs [NAME...]
// into tests/web/screenshots of the build directory. The packages are there once a test has run.

import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { launchBrowser } from "./support/browser.mjs";
import { Holdfastd } from "./support/holdfastd.mjs";
import { buildRoot } from "./support/packages.mjs";
import { dayFrom, Visitor } from "./support/visitor.mjs";

const folder = join(buildRoot, "tests/web/screenshots");
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const dark = { colorScheme: "dark" };

// A house with some life in it.
async function furnish(server) {
  const day = (days) => dayFrom(server, days);
  await server.admin("PLAN", "CREATE", "bistro", "units=T1-T6", "type=table", "capacity=4");
  await server.admin("OFFERING", "CREATE", "bistro", "plan=bistro", "axis=slots", "slot=30m", "currency=EUR", "price=500");
  await server.admin("HOLD", "gala", "A10", "A11", "B10", "ttl=1h");
  await server.admin("BOOK", "gala", "C14", "C15", "C16", "H3");
  await server.admin("BLOCK", "gala", "T1", "T2", "reason=view");
  await server.admin("BOOK", "grand", "type=single_bed", "n=8", `nights=${await day(3)}..${await day(9)}`);
  await server.admin("BOOK", "grand", "type=single_bed", "n=2", `nights=${await day(5)}..${await day(7)}`);
  await server.admin("BOOK", "grand", "type=double_bed", "n=1", `nights=${await day(0)}..${await day(2)}`, "guest=Ana Ruiz");
  await server.admin("BOOK", "express", "1", "2", "7", "legs=BLR-MYS");
  await server.admin("BOOK", "bistro", "T1", `at=${await day(1)}T18:00/20:00`, "+", "bistro", "T3", `at=${await day(1)}T12:00/14:30`);
  await server.customer("clara", "manager");
}

const chosenSeats = async (visitor) => {
  await visitor.choose("F11", "F12");
  await visitor.see('.total strong:text-is("$160.00")');
};
const held = async (visitor) => {
  await visitor.choose("F13", "F14");
  await visitor.press("Hold all of it");
  await visitor.introduce("Ana Ruiz");
  await visitor.see(".countdown");
};
const tomorrow = (visitor) => visitor.page.click('[aria-label="Day after"]');
const nextMonth = async (visitor) => {
  await visitor.page.click('[aria-label="Next month"]');
  await visitor.page.locator(".day").nth(2).click();
  await visitor.page.locator(".day").nth(6).click();
};
const paid = async (visitor) => {
  await held(visitor);
  await visitor.pay();
  await visitor.see(".ticket");
};

// More offerings than one finds at a glance.
const searched = async (visitor) => {
  for (const name of ["matinee", "premiere"]) {
    await visitor.server.admin("OFFERING", "CREATE", name, "plan=bistro", "axis=event", "currency=EUR", "price=500");
    await visitor.server.admin("OFFERING", "OPEN", name);
  }
  await visitor.page.reload();
  await visitor.page.fill("[type=search]", "g");
};

const pictures = {
  seats: ["#/o/gala", {}, chosenSeats],
  "seats-dark": ["#/o/gala", dark, chosenSeats],
  "seats-phone": ["#/o/gala", phone, chosenSeats],
  "search-phone": ["#/o/gala", phone, searched],
  "search-dark": ["#/o/gala", dark, searched],
  coach: ["#/o/express", {}],
  rooms: ["#/o/grand", {}, nextMonth],
  "rooms-dark": ["#/o/grand", dark, nextMonth],
  "rooms-phone": ["#/o/grand", phone],
  tables: ["#/o/bistro", {}, tomorrow],
  "tables-phone": ["#/o/bistro", phone, tomorrow],
  dialogue: ["#/o/gala", {}, async (visitor) => {
    await visitor.choose("F15");
    await visitor.press("Hold all of it");
    await visitor.see("dialog");
  }],
  hold: ["#/o/gala", {}, held],
  declined: ["#/o/gala", phone, async (visitor) => {
    await held(visitor);
    await visitor.pay("declined");
    await visitor.see(".payment .error:not(:empty)");
  }],
  ticket: ["#/o/gala", {}, paid],
  "ticket-dark": ["#/o/gala", { ...dark, ...phone }, paid],
  print: ["#/o/gala", {}, async (visitor) => {
    await paid(visitor);
    await visitor.page.emulateMedia({ media: "print" });
  }],
  mine: ["#/o/gala", {}, async (visitor) => {
    await paid(visitor);
    await visitor.go("#/mine");
    await visitor.see("a.card");
  }],
  desk: ["", {}, async (visitor) => {
    await visitor.logIn("clara");
    await visitor.go("#/desk");
    await visitor.see(".list");
  }],
  away: ["#/o/gala", {}, async (visitor) => {
    await visitor.choose("K1");
    await visitor.server.kill();
    await visitor.see("#link.down");
  }],
  plain: ["plain", {}],
};

mkdirSync(folder, { recursive: true });
const browser = await launchBrowser();
const wanted = process.argv.slice(2);
for (const [name, [hash, options, act]] of Object.entries(pictures)) {
  if (wanted.length && !wanted.includes(name)) continue;
  const server = await Holdfastd.start();
  await furnish(server);
  const visitor = await Visitor.arrive(browser, server, hash, options);
  await act?.(visitor);
  await visitor.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  console.log(join(folder, `${name}.png`));
  await visitor.leave();
  await server.remove();
}
await browser.close();
