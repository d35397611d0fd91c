// QR codes (ISO/IEC 18004): bytes, error correction level M, versions 1 to 6. qr(text) is a square
// of rows of true (dark) and false, without the quiet zone.

// Of level M, by version: bytes of data in a block, blocks, and correction bytes of each block.
const versions = [[16, 1, 10], [28, 1, 16], [44, 1, 26], [32, 2, 18], [43, 2, 24], [27, 4, 16]];
export const longest = 27 * 4 - 2;  // what version 6 holds beside mode and length

// GF(256) with x^8 + x^4 + x^3 + x^2 + 1.
const power = new Uint8Array(255);
const logarithm = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; ++i) {
  power[i] = x;
  logarithm[x] = i;
  x = (x << 1) ^ (x & 128 ? 0x11d : 0);
}
const times = (a, b) => (a && b ? power[(logarithm[a] + logarithm[b]) % 255] : 0);

// What Reed and Solomon append to `data`: the rest of its division by (x - 2^0)(x - 2^1)...
function correction(data, size) {
  let generator = [1];
  for (let i = 0; i < size; ++i) {
    const longer = [...generator, 0];
    generator.forEach((factor, at) => { longer[at + 1] ^= times(factor, power[i]); });
    generator = longer;
  }
  const rest = [...data, ...new Array(size).fill(0)];
  for (let i = 0; i < data.length; ++i) {
    const lead = rest[i];
    generator.forEach((factor, at) => { rest[i + at] ^= times(factor, lead); });
  }
  return rest.slice(data.length);
}

// Mode, length, text and padding, with the correction, blocks interleaved.
function codewords(bytes, [size, blocks, extra]) {
  const bits = [0, 1, 0, 0];
  const put = (value, width) => { for (let i = width - 1; i >= 0; --i) bits.push((value >> i) & 1); };
  put(bytes.length, 8);
  bytes.forEach((byte) => put(byte, 8));
  put(0, 4);
  const data = [];
  for (let at = 0; at < bits.length; at += 8) data.push(parseInt(bits.slice(at, at + 8).join(""), 2));
  for (let pad = 0xec; data.length < size * blocks; pad ^= 0xec ^ 0x11) data.push(pad);
  const parts = Array.from({ length: blocks }, (_, i) => data.slice(i * size, (i + 1) * size));
  const checks = parts.map((part) => correction(part, extra));
  const woven = (lists, length) => Array.from({ length }, (_, i) => lists.map((list) => list[i])).flat();
  return [...woven(parts, size), ...woven(checks, extra)];
}

// What is the same in each code of a version; null where data goes.
function frame(version) {
  const side = 17 + 4 * version;
  const grid = Array.from({ length: side }, () => new Array(side).fill(null));
  const ring = (row, column, reach, dark) => {
    for (let dy = -reach; dy <= reach; ++dy) {
      for (let dx = -reach; dx <= reach; ++dx) {
        const [y, x] = [row + dy, column + dx];
        if (y >= 0 && x >= 0 && y < side && x < side) grid[y][x] = dark(Math.max(Math.abs(dy), Math.abs(dx)));
      }
    }
  };
  const finder = (distance) => distance !== 2 && distance !== 4;
  [[3, 3], [3, side - 4], [side - 4, 3]].forEach(([row, column]) => ring(row, column, 4, finder));
  if (version > 1) ring(side - 7, side - 7, 2, (distance) => distance !== 1);
  for (let i = 8; i < side - 8; ++i) grid[6][i] = grid[i][6] = i % 2 === 0;
  putFormat(grid, 0);  // takes its place
  grid[side - 8][8] = true;
  return grid;
}

// Level M and the mask in 15 bits with their own correction, twice.
function putFormat(grid, mask) {
  const side = grid.length;
  let rest = mask << 10;
  for (let i = 14; i >= 10; --i) if ((rest >> i) & 1) rest ^= 0x537 << (i - 10);
  const bits = ((mask << 10) | rest) ^ 0x5412;
  for (let i = 0; i < 15; ++i) {
    const dark = ((bits >> i) & 1) === 1;
    const along = i < 6 ? i : i < 8 ? i + 1 : side - 15 + i;
    grid[along][8] = dark;
    grid[8][i < 8 ? side - 1 - i : i === 8 ? 7 : 14 - i] = dark;
  }
}

const masks = [
  (y, x) => (y + x) % 2, (y) => y % 2, (_, x) => x % 3, (y, x) => (y + x) % 3,
  (y, x) => ((y >> 1) + Math.floor(x / 3)) % 2, (y, x) => ((y * x) % 2) + ((y * x) % 3),
  (y, x) => (((y * x) % 2) + ((y * x) % 3)) % 2, (y, x) => (((y + x) % 2) + ((y * x) % 3)) % 2,
];

// In pairs of columns from the right, up and down in turn, around column 6.
function filled(empty, words, mask) {
  const side = empty.length;
  const grid = empty.map((row) => [...row]);
  let bit = 0;
  let up = true;
  for (let right = side - 1; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < side; ++step) {
      const y = up ? side - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (grid[y][x] !== null) continue;
        const dark = ((words[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1;
        ++bit;
        grid[y][x] = (dark === 1) !== (masks[mask](y, x) === 0);
      }
    }
  }
  putFormat(grid, mask);
  return grid;
}

// How hard a code is to read: runs, blocks, what looks like a finder, and too much of one colour.
function penalty(grid) {
  let sum = 0;
  for (const rows of [grid, grid[0].map((_, x) => grid.map((row) => row[x]))]) {
    for (const row of rows) {
      const text = row.map((dark) => (dark ? "1" : "0")).join("");
      for (const run of text.match(/0{5,}|1{5,}/g) ?? []) sum += run.length - 2;
      sum += 40 * (text.match(/(?=10111010000|00001011101)/g) ?? []).length;
    }
  }
  for (let y = 1; y < grid.length; ++y) {
    for (let x = 1; x < grid.length; ++x) {
      const dark = grid[y][x];
      if (grid[y - 1][x] === dark && grid[y][x - 1] === dark && grid[y - 1][x - 1] === dark) sum += 3;
    }
  }
  const share = grid.flat().filter(Boolean).length / grid.length ** 2;
  return sum + 10 * Math.floor(Math.abs(share * 100 - 50) / 5);
}

export function qr(text) {
  const bytes = [...new TextEncoder().encode(text)];
  const version = 1 + versions.findIndex(([size, blocks]) => bytes.length <= size * blocks - 2);
  if (version === 0) throw new RangeError(`${bytes.length} bytes, a code holds ${longest}`);
  const words = codewords(bytes, versions[version - 1]);
  const empty = frame(version);
  const all = masks.map((_, mask) => filled(empty, words, mask));
  return all.reduce((best, grid) => (penalty(grid) < penalty(best) ? grid : best));
}
