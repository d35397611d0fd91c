// What the other tests stand on: the browser, the server, and both of them talking.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browser, server } from "./support/stage.mjs";

test("a browser is shown what the server sells", async () => {
  const page = await browser.newPage();
  const response = await page.goto(`${server.url}/v1/offerings`);
  assert.equal(response.status(), 200);
  const shown = JSON.parse(await page.textContent("pre"));
  const told = await server.admin("OFFERING", "LIST");
  assert.deepEqual(shown.rows.map((row) => row.offering), told.map((row) => row.offering));
  assert.ok(told.some((row) => row.offering === "gala"));
});
