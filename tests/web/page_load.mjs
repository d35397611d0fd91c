// How long the page takes to load, fresh each time, and until something is painted:
//   sh tests/web/install.sh build/release/tests/web
//   cd tests/web && HOLDFAST_BUILD=$PWD/../../build/release node page_load.mjs [ROUNDS]
// Medians of rounds; each has a context of its own, so nothing comes from a cache.

import { launchBrowser } from "./support/browser.mjs";
import { Holdfastd } from "./support/holdfastd.mjs";

const rounds = Number(process.argv[2] ?? 9);
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

async function load(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url, { waitUntil: "load" });
  await page.waitForSelector("[aria-label] .seat, .seat, .card");
  const times = await page.evaluate(() => ({
    loaded: performance.getEntriesByType("navigation")[0].loadEventEnd,
    painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    shown: performance.now(),
  }));
  await context.close();
  return times;
}

const server = await Holdfastd.start();
const browser = await launchBrowser();
try {
  await load(browser, server.url);  // the browser's own beginnings
  for (const hash of ["", "#/o/gala"]) {
    const times = [];
    for (let round = 0; round < rounds; ++round) times.push(await load(browser, `${server.url}/${hash}`));
    const of = (what) => median(times.map((time) => time[what])).toFixed(0);
    console.log(`/${hash}: loaded after ${of("loaded")} ms, first painted after ${of("painted")} ms, ` +
                `filled by ${of("shown")} ms at most`);
  }
} finally {
  await browser.close();
  await server.remove();
}
