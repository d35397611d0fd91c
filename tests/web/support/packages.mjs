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
// The source, for a page to run.
export const axeSource = () => readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
