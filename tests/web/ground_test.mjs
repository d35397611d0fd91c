// What the other tests stand on: the browser, the server, and both of them talking.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launchBrowser } from "./support/browser.mjs";
import { Holdfastd } from "./support/holdfastd.mjs";

let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([Holdfastd.start(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

test("a browser is shown what the server sells", async () => {
  const page = await browser.newPage();
  const response = await page.goto(`${server.url}/v1/offerings`);
  assert.equal(response.status(), 200);
  const shown = JSON.parse(await page.textContent("pre"));
  const told = await server.admin("OFFERING", "LIST");
  assert.deepEqual(shown.rows.map((row) => row.offering), told.map((row) => row.offering));
  assert.ok(told.some((row) => row.offering === "gala"));
});
