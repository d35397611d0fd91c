// What package-lock.json names, from where install.sh has put it: the build directory, which the
// rules for bare imports would not find.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const sourceRoot = fileURLToPath(new URL("../../..", import.meta.url));
export const buildRoot = process.env.HOLDFAST_BUILD ?? join(sourceRoot, "build/debug");

const require = createRequire(join(buildRoot, "tests/web/package.json"));

export const { chromium } = require("playwright-core");
export const socketClient = require("socket.io-client");
export const jsQR = require("jsqr");
export const { PNG } = require("pngjs");
// A module of the page that imports nothing. Its name ends in .js, as browsers like it, and by that node
// 18 would take it for another kind of module.
export function pageModule(name) {
  const text = readFileSync(join(sourceRoot, "net/web/page", name));
  return import(`data:text/javascript;base64,${text.toString("base64")}`);
}

// The source, for a page to run.
export const axeSource = () => readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
