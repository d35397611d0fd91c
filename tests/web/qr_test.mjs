// The codes of tickets, by a decoder we did not write. No browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { jsQR, pageModule } from "./support/packages.mjs";

const { longest, qr } = await pageModule("qr.js");

const zoom = 4;
const quiet = 4;  // modules of margin

function decoded(grid) {
  const side = (grid.length + 2 * quiet) * zoom;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  grid.forEach((row, y) => row.forEach((dark, x) => {
    for (let i = 0; dark && i < zoom * zoom; ++i) {
      const at = (((y + quiet) * zoom + Math.floor(i / zoom)) * side + (x + quiet) * zoom + (i % zoom)) * 4;
      pixels.fill(0, at, at + 3);
    }
  }));
  return jsQR(pixels, side, side)?.data;
}

test("a code of every length is read", () => {
  for (let length = 1; length <= longest; ++length) {
    const text = Array.from({ length }, (_, i) => String.fromCharCode(33 + ((i * 37 + length * 11) % 94))).join("");
    assert.equal(decoded(qr(text)), text);
  }
});

test("what a ticket says is read", () => {
  assert.equal(decoded(qr("HOLDFAST/WQDYF6/975835DE1C9756CE")), "HOLDFAST/WQDYF6/975835DE1C9756CE");
  assert.equal(decoded(qr("Ünïcode ✓")), "Ünïcode ✓");
});

test("a damaged code is mended by the decoder", () => {
  const grid = qr("HOLDFAST/WQDYF6/975835DE1C9756CE").map((row) => [...row]);
  for (let i = 0; i < 6; ++i) grid[12][12 + i] = !grid[12][12 + i];
  assert.equal(decoded(grid), "HOLDFAST/WQDYF6/975835DE1C9756CE");
});

test("more than a code holds is refused with the limit", () => {
  assert.throws(() => qr("x".repeat(longest + 1)), new RegExp(`a code holds ${longest}`));
});
