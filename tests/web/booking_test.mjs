// Booking on the page: choosing, holding, paying, the ticket, giving back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { PNG, jsQR } from "./support/packages.mjs";
import { browser, server } from "./support/stage.mjs";
import { dayFrom, Visitor } from "./support/visitor.mjs";

const arrive = (hash, options) => Visitor.arrive(browser, server, hash, options);
const states = async (offering, ...units) => (await server.command(["AVAIL", offering, ...units])).rows.map((row) => row.state);

test("a newcomer books a seat, a room and a table in one go", async () => {
  const ana = await arrive("#/o/gala");
  await ana.choose("F11");
  await ana.page.click('a.card:has-text("Grand")');
  await ana.page.check('label:has-text("double") input');
  await ana.page.click('[aria-label="Next month"]');
  const [from, to] = [await dayFrom(server, 40), await dayFrom(server, 42)].map((date) => Date.parse(`${date}T00:00Z`) / 86400000);
  while (!(await ana.page.$(`[data-day="${from}"]`))) await ana.page.click('[aria-label="Next month"]');
  await ana.page.click(`[data-day="${from}"]`);
  while (!(await ana.page.$(`[data-day="${to}"]`))) await ana.page.click('[aria-label="Next month"]');
  await ana.page.click(`[data-day="${to}"]`);
  await ana.press("Add to basket");
  await ana.page.click('a.card:has-text("Mealtime")');
  await ana.page.fill("[type=date]", await dayFrom(server, 40));
  await ana.page.fill("[type=time]", "19:00");
  await ana.press("Add to basket");
  await ana.see('.total strong:text-is("$280.00")');
  await ana.press("Hold all of it");
  await ana.introduce("Ana Ruiz");
  await ana.see(".countdown");
  const token = (await ana.page.evaluate(() => JSON.parse(sessionStorage.getItem("holdfast.session")))).token;
  const mine = await server.command(["MINE"], token);
  assert.equal(mine.rows.length, 1);
  assert.deepEqual(mine.rows[0].items.map((item) => item.offering).sort(), ["gala", "grand", "mealtime"]);
  assert.equal(mine.rows[0].status, "held");
  await ana.pay();
  await ana.see(".ticket");
  assert.match(await ana.text(".state"), /Confirmed.*Paid \$280\.00/s);
  await ana.leave();
});

test("a payment is declined, said so, and made with another card", async () => {
  const ben = await arrive("#/o/gala");
  await ben.choose("A1");
  await ben.press("Hold all of it");
  await ben.introduce("Ben");
  await ben.pay("declined");
  await ben.see('.payment .error:has-text("was declined")');
  assert.deepEqual(await states("gala", "A1"), ["held"]);
  await ben.pay();
  await ben.see(".ticket");
  assert.deepEqual(await states("gala", "A1"), ["booked"]);
  await ben.leave();
});

test("the code of a ticket is read by a decoder, and is what is printed", async () => {
  const cleo = await arrive("#/o/gala");
  await cleo.choose("A3");
  await cleo.press("Hold all of it");
  await cleo.introduce("Cleo");
  await cleo.pay();
  const code = await cleo.see(".code");
  const image = PNG.sync.read(await code.screenshot());
  const read = jsQR(new Uint8ClampedArray(image.data), image.width, image.height);
  const receipt = await cleo.text('dt:text-is("Receipt") + dd');
  assert.equal(read?.data, `HOLDFAST/${cleo.locator()}/${receipt}`);
  await cleo.page.emulateMedia({ media: "print" });
  assert.equal(await cleo.page.isVisible(".ticket"), true);
  assert.equal(await cleo.page.isVisible(".top"), false);
  assert.equal(await cleo.page.isVisible(".items"), false);
  await cleo.leave();
});

test("of two who want the same seat one gets it, and the other is told", async () => {
  const two = await Promise.all(["dora", "emil"].map(async (name) => {
    await server.customer(name);
    const visitor = await arrive("#/o/gala");
    await visitor.logIn(name);
    await visitor.choose("C5");
    return visitor;
  }));
  await Promise.all(two.map((visitor) => visitor.page.evaluate(() => document.querySelector(".basket form").requestSubmit())));
  const ends = await Promise.all(two.map((visitor) => visitor.see('.countdown, .notice.bad:has-text("C5")').then((end) => end.getAttribute("class"))));
  assert.equal(ends.filter((kind) => kind.includes("countdown")).length, 1);
  const loser = two[ends.findIndex((kind) => !kind.includes("countdown"))];
  await loser.see(loser.seat("C5", "held"));
  await loser.see('.basket:has-text("Nothing chosen yet")');
  assert.equal((await server.admin("LIST", "gala")).filter((row) => row.items.some((item) => item.unit === "C5")).length, 1);
  for (const visitor of two) await visitor.leave();
});

test("a seat that is lost while it is chosen says so, and everybody sees it without a reload", async () => {
  const token = await server.customer("frida");
  const [gus, other] = await Promise.all([arrive("#/o/gala"), arrive("#/o/gala")]);
  await gus.choose("D1", "D2");
  await server.command(["HOLD", "gala", "D1"], token);
  await gus.see('#notices:has-text("D1 of Gala was taken")');
  await gus.see(gus.seat("D1", "held"));
  await gus.see(gus.seat("D2", "chosen"));
  await other.see(other.seat("D1", "held"));
  await gus.see('.total strong:text-is("$80.00")');
  for (const visitor of [gus, other]) await visitor.leave();
});

test("a seat left on the way is sold again from there on", async () => {
  const token = await server.customer("hugo");
  await server.command(["BOOK", "express", "7", "legs=BLR-MYS"], token);
  const ida = await arrive("#/o/express");
  await ida.see(ida.seat("7", "booked"));
  await ida.page.selectOption('label:text-is("From") + select', "1");
  await ida.choose("7");
  await ida.see('.basket h3:has-text("MYS – CBE")');
  await ida.leave();
});

test("calendar and time line follow what others do", async () => {
  const [rooms, tables] = await Promise.all([arrive("#/o/grand"), arrive("#/o/mealtime")]);
  const today = await dayFrom(server, 0);
  const left = (count) => `.day[aria-current] small:text-is("${count} left")`;
  await rooms.see(left(10));
  const stay = await server.admin("BOOK", "grand", "101", `nights=${today}..${await dayFrom(server, 3)}`);
  await rooms.see(left(9));
  await server.admin("CANCEL", stay.locator);
  await rooms.see(left(10));
  const meal = await server.admin("BOOK", "mealtime", "Garden", `at=${today}T19:00/20:00`);
  await tables.see('.track .booked');
  await tables.see('.error:has-text("Not free at this time")');
  await server.admin("CANCEL", meal.locator);
  await tables.see('.good:has-text("Free at this time")');
  for (const visitor of [rooms, tables]) await visitor.leave();
});

test("an offering, and an address, that do not exist are said to be so", async () => {
  const sam = await arrive("#/o/nothing%");
  await sam.see('.selling .error:has-text("There is no offering nothing%")');
  await sam.go("#/elsewhere");
  await sam.see(".card");
  await sam.leave();
});

test("a hold can be made longer once, and be given back", async () => {
  const jan = await arrive("#/o/ticket");
  await jan.choose("1");
  await jan.press("Hold all of it");
  await jan.introduce("Jan");
  await jan.see(".countdown");
  await jan.press("Give me more time");
  await jan.see('.hint:has-text("once")');
  assert.equal(await jan.page.locator('button:text-is("Give me more time")').count(), 0);
  await jan.press("Give it back");
  await jan.see(".status.cancelled");
  assert.deepEqual(await states("ticket", "1"), ["free"]);
  await jan.leave();
});

test("a hold runs out on the screen, and is taken again", async () => {
  await server.admin("OFFERING", "CREATE", "brief", "plan=gala", "axis=event", "currency=EUR", "price=100", "hold=2s", "pay=first");
  const kim = await arrive("#/o/brief");
  await kim.choose("A1");
  await kim.press("Hold all of it");
  await kim.introduce("Kim");
  await kim.see('.error:has-text("run out")');
  await kim.see(".status.expired");
  await server.admin("OFFERING", "ALTER", "brief", "hold=10m");
  await kim.press("Hold the same again");
  await kim.see(".countdown");
  assert.deepEqual(await states("brief", "A1"), ["held"]);
  await kim.leave();
});

test("my reservations are listed, and one is cancelled in part and then whole", async () => {
  const token = await server.customer("lea");
  const { locator } = await server.command(["BOOK", "ticket", "11", "12", "13"], token);
  const lea = await arrive();
  await lea.logIn("lea");
  await lea.page.click('#nav a:text-is("My reservations")');
  await lea.page.click(`a.card:has-text("${locator}")`);
  await lea.page.check('[aria-label="Mark Ticket 12"]');
  await lea.press("Cancel what is marked");
  await lea.press("Yes, cancel", "dialog");
  await lea.see('.items .gone:has-text("Ticket 12")');
  assert.deepEqual(await states("ticket", "11", "12", "13"), ["booked", "free", "booked"]);
  await lea.press("Cancel all");
  await lea.press("Yes, cancel", "dialog");
  await lea.see(".status.cancelled");
  assert.deepEqual(await states("ticket", "11", "12", "13"), ["free", "free", "free"]);
  await lea.leave();
});

test("seats beside each other are found by the server", async () => {
  const mia = await arrive("#/o/gala");
  await mia.page.fill("[type=number]", "4");
  await mia.page.selectOption('label:text-is("Kind") + select', "balcony");
  await mia.press("Find");
  await mia.see('.total strong:text-is("$160.00")');
  assert.equal(await mia.page.locator(".seat.chosen[data-unit]").count(), 4);
  await mia.leave();
});

test("a price that changes meanwhile is shown before it is asked for", async () => {
  const olga = await arrive("#/o/bookbus");
  await olga.choose("3");
  await olga.see('.total strong:has-text("200.00")');
  await server.admin("OFFERING", "ALTER", "bookbus", "price=25000");
  await olga.press("Hold all of it");
  await olga.introduce("Olga");
  await olga.see('#notices:has-text("The price has changed")');
  await olga.see('.total strong:has-text("250.00")');
  await olga.hold();
  await olga.leave();
});

test("who logs out leaves nothing on the screen", async () => {
  const token = await server.customer("paul");
  const { locator } = await server.command(["BOOK", "ticket", "31"], token);
  const paul = await arrive();
  await paul.logIn("paul");
  await paul.go(`#/r/${locator}`);
  await paul.see(".ticket");
  await paul.press("Log out");
  await paul.gone(".ticket");
  await paul.see(".card");
  await paul.leave();
});

test("of a plan too large to draw a part is shown, and the server finds the rest", async () => {
  await server.admin("PLAN", "CREATE", "arena", "units=1-50000", "per_row=20", "type=seat");
  await server.admin("OFFERING", "CREATE", "arena", "plan=arena", "axis=event", "currency=EUR", "price=100");
  const rita = await arrive("#/o/arena");
  await rita.see('.hint:has-text("Not all of it")');
  await rita.press("Find");
  await rita.see('.total strong:text-is("€2.00")');
  await rita.leave();
});

test("two currencies cannot be held together, and the basket says why", async () => {
  const nils = await arrive("#/o/gala");
  await nils.choose("E1");
  await nils.page.click('a.card:has-text("Bookbus")');
  await nils.choose("1");
  await nils.see('.basket .error:not(:empty)');
  await nils.leave();
});
