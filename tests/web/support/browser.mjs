// Debian's Chromium. As root, as in containers, it has no sandbox to use; what it shows is our own.

import { chromium } from "./packages.mjs";

export function launchBrowser() {
  return chromium.launch({
    executablePath: process.env.HOLDFAST_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
}
