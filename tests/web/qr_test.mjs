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

test("level and mask are written without a fault", () => {
  // ISO/IEC 18004, annex C: of level M, by mask.
  const right = [0x5412, 0x5125, 0x5e7c, 0x5b4b, 0x45f9, 0x40ce, 0x4f97, 0x4aa0];
  const used = new Set();
  for (let i = 0; i < 40; ++i) {
    const grid = qr(`ticket ${i}`);
    const side = grid.length;
    const row = [...Array(8).keys()].map((x) => grid[8][side - 1 - x]).concat([7, 5, 4, 3, 2, 1, 0].map((x) => grid[8][x]));
    const column = [0, 1, 2, 3, 4, 5, 7, 8].map((y) => grid[y][8]).concat([7, 6, 5, 4, 3, 2, 1].map((y) => grid[side - y][8]));
    const value = (bits) => bits.reduce((sum, dark, bit) => sum + (dark ? 1 << bit : 0), 0);
    assert.ok(right.includes(value(row)), value(row).toString(16));
    assert.equal(value(column), value(row));
    used.add(value(row));
  }
  assert.ok(used.size > 1);
});

test("more than a code holds is refused with the limit", () => {
  assert.throws(() => qr("x".repeat(longest + 1)), new RegExp(`a code holds ${longest}`));
});
