// The server and the browser of a file of tests: here before its first hook, gone after its last test.

import { after } from "node:test";

import { launchBrowser } from "./browser.mjs";
import { Holdfastd } from "./holdfastd.mjs";

export const [server, browser] = await Promise.all([Holdfastd.start(), launchBrowser()]);

after(async () => {
  await browser.close();
  await server.remove();
});
