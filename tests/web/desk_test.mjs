// The desk: staff receive guests, find them, and take units out of sale.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { browser, server } from "./support/stage.mjs";
import { dayFrom, Visitor } from "./support/visitor.mjs";

before(async () => {
  await server.customer("clara", "agent");
  await server.customer("max", "manager");
  await server.customer("guest");
});

async function atDesk(name) {
  const visitor = await Visitor.arrive(browser, server);
  await visitor.logIn(name);
  await visitor.page.click('#nav a:text-is("Desk")');
  await visitor.see('[aria-label="Arrivals"]');
  return visitor;
}
const row = (section, locator) => `[aria-label="${section}"] tr:has-text("${locator}")`;

test("an agent checks a guest in, and out with the bill", async () => {
  const { locator } = await server.admin("BOOK", "grand", "101", `nights=${await dayFrom(server, 0)}..${await dayFrom(server, 2)}`, "guest=Ana Ruiz");
  const clara = await atDesk("clara");
  await clara.see(row("Arrivals", locator));
  // Who has not come does not leave.
  await clara.page.fill("[type=date]", await dayFrom(server, 2));
  await clara.see('[aria-label="Arrivals"] .hint');
  assert.equal(await clara.page.locator(row("Departures", locator)).count(), 0);
  await clara.press("Today");
  await clara.press("Check in", row("Arrivals", locator));
  await clara.see(`${row("Arrivals", locator)} .checked_in`);
  await clara.page.fill("[type=date]", await dayFrom(server, 2));
  await clara.see(row("Departures", locator));
  await clara.press("Check out", row("Departures", locator));
  // Two nights were booked; leaving today, one is billed.
  await clara.see('dialog .total:has-text("To be paid in all"):has-text("$50.00")');
  await clara.press("Check out now", "dialog");
  await clara.gone(row("Departures", locator));
  assert.equal((await server.admin("SHOW", locator)).status, "completed");
  await clara.leave();
});

test("a table of today is among the arrivals", async () => {
  const day = await dayFrom(server, 1);
  const { locator } = await server.admin("BOOK", "mealtime", "Garden", `at=${day}T19:00/21:00`, "guest=Kofi Mensah");
  const clara = await atDesk("clara");
  await clara.page.fill("[type=date]", day);
  await clara.see(`${row("Arrivals", locator)}:has-text("Kofi Mensah"):has-text("19:00–21:00")`);
  await clara.leave();
});

test("a reservation is found by the beginning of a name, and opened", async () => {
  const { locator } = await server.admin("BOOK", "ticket", "21", "guest=Zoë Quint");
  const clara = await atDesk("clara");
  await clara.page.fill("[type=search]", "zoë");
  await clara.press("Find");
  await clara.page.click(`a.card:has-text("${locator}")`);
  await clara.see(`h1:has-text("${locator}")`);
  await clara.press("Check in");
  await clara.see(".status.checked_in");
  await clara.leave();
});

test("a manager takes rooms out of sale and sells them again", async () => {
  const max = await atDesk("max");
  await max.page.selectOption('label:text-is("Offering") + select', "grand");
  await max.see('label:text-is("Until")');
  await max.page.fill('label:text-is("Units") + input', "201 202");
  await max.page.fill('label:text-is("Reason") + input', "new carpet");
  await max.press("Take out of sale");
  await max.see('.items li:has-text("202"):has-text("new carpet")');
  assert.deepEqual((await server.admin("BLOCK", "LIST", "grand")).map((block) => block.unit), ["201", "202"]);
  await max.press("Sell again", '.items li:has-text("201")');
  await max.gone('.items li:has-text("201")');
  assert.deepEqual((await server.admin("BLOCK", "LIST", "grand")).map((block) => block.unit), ["202"]);
  await max.leave();
});

test("an agent sees what is out of sale and has no button for it; a guest has no desk", async () => {
  const clara = await atDesk("clara");
  await clara.see('.hint:has-text("Managers can")');
  assert.equal(await clara.page.locator('button:text-is("Take out of sale")').count(), 0);
  await clara.leave();
  const guest = await Visitor.arrive(browser, server);
  await guest.logIn("guest");
  assert.equal(await guest.page.locator('#nav a:text-is("Desk")').count(), 0);
  await guest.leave();
});
