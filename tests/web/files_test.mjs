// The files of the page as they are sent. No browser.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";

import { Holdfastd } from "./support/holdfastd.mjs";
import { pageModule, sourceRoot } from "./support/packages.mjs";

const folder = join(sourceRoot, "net/web/page");
const files = readdirSync(folder);
const most = 60 * 1024;  // bytes of all of it

let server;
before(async () => { server = await Holdfastd.start(); });
after(() => server?.remove());

// As it comes: fetch would unpack it.
function ask(path, headers = {}, method = "GET") {
  return new Promise((resolve, reject) => {
    request(`${server.url}${path}`, { method, headers }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
    }).on("error", reject).end();
  });
}
const pathOf = (name) => (name === "index.html" ? "/" : `/page/${name}`);
const browser = { "Accept-Encoding": "gzip, deflate, br" };

test("the whole page takes less than 60 KiB", async () => {
  const all = await Promise.all(files.map((name) => ask(pathOf(name), browser)));
  const bytes = all.reduce((sum, { body }) => sum + body.length, 0);
  assert.ok(bytes < most, `${bytes} bytes, the most is ${most}`);
});

test("each file is what is in the tree, compressed for who takes that", async () => {
  for (const name of files) {
    const text = readFileSync(join(folder, name));
    const plain = await ask(pathOf(name));
    assert.equal(plain.status, 200, name);
    assert.ok(plain.body.equals(text), name);
    assert.equal(plain.headers["content-encoding"], undefined);
    const packed = await ask(pathOf(name), browser);
    assert.equal(packed.headers["content-encoding"], "gzip");
    assert.ok(gunzipSync(packed.body).equals(text), name);
    assert.notEqual(packed.headers.etag, plain.headers.etag);
    assert.ok((await ask(pathOf(name), { "Accept-Encoding": "br, gzip;q=0" })).body.equals(text), name);
  }
});

test("types and fields say what browsers need", async () => {
  const types = { html: "text/html; charset=utf-8", css: "text/css; charset=utf-8", js: "text/javascript; charset=utf-8", svg: "image/svg+xml" };
  for (const name of files) {
    const { headers } = await ask(pathOf(name));
    assert.equal(headers["content-type"], types[name.split(".").at(-1)]);
    assert.match(headers["content-security-policy"], /^default-src 'self';/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.match(headers.etag, /^"[0-9a-f]{32}"$/);
    assert.equal(headers.vary, "Accept-Encoding");
  }
});

test("who has a file is told so, HEAD sends none, and what is not there is not found", async () => {
  const { headers, body } = await ask("/");
  assert.equal((await ask("/", { "If-None-Match": headers.etag })).status, 304);
  assert.equal((await ask("/", { "If-None-Match": headers.etag, ...browser })).status, 200);
  const head = await ask("/", {}, "HEAD");
  assert.equal(Number(head.headers["content-length"]), body.length);
  assert.equal(head.body.length, 0);
  assert.equal((await ask("/page/secret.js")).status, 404);
  assert.equal((await ask("/page/%2e%2e%2fpage.js")).status, 404);
  assert.equal((await ask("/", {}, "POST")).status, 405);
});

test("the plain list goes on where it ended, and shows nothing of a name as markup", async () => {
  await server.admin("PLAN", "CREATE", "one", "units=1");
  for (let i = 10; i < 32; ++i) await server.admin("OFFERING", "CREATE", `zz${i}`, "plan=one", "axis=event", "currency=JPY", "price=1200");
  const first = String((await ask("/plain")).body);
  const [, next] = first.match(/href="(\/plain\?after=[^"]+)"/);
  const second = String((await ask(next)).body);
  const named = (text) => [...text.matchAll(/<th scope="row">([^<]+)</g)].map((match) => match[1]);
  const listed = (await server.admin("OFFERING", "LIST")).map((row) => row.offering);
  assert.deepEqual([...named(first), ...named(second)], listed);
  assert.match(second, /1 free, 1200 JPY each/);
  assert.equal((await ask("/plain?after=%3Cb%3E")).body.includes("<b>"), false);
});

// Otherwise the browser finds them one behind the other.
test("what the first view imports is asked for at once, and nothing else", () => {
  const text = (name) => readFileSync(join(folder, name), "utf8");
  const wanted = new Set();
  const visit = (name) => {
    for (const [, next] of text(name).matchAll(/^import .* from "\.\/(\w+\.js)"/gm)) {
      if (wanted.has(next)) continue;
      wanted.add(next);
      visit(next);
    }
  };
  visit("app.js");
  const asked = [...text("index.html").matchAll(/modulepreload" href="\/page\/(\w+\.js)"/g)].map(([, name]) => name);
  assert.deepEqual(asked.sort(), [...wanted].sort());
});

test("every text of the page is used, and every text used is there", async () => {
  const { t } = await pageModule("text.js");
  const text = readFileSync(join(folder, "text.js"), "utf8");
  const [table, rest] = [text.slice(0, text.indexOf("\n};")), text.slice(text.indexOf("\n};"))];
  const others = files.map((name) => (name === "text.js" ? rest : readFileSync(join(folder, name), "utf8"))).join("\n");
  for (const [, key] of others.matchAll(/\bt\("(\w+)"/g)) assert.equal(typeof t(key), "string");
  // By a name that is put together: a status, a count of one, an axis, the state of a seat.
  const made = /^(status_\w+|\w+_one|event|legs|nights|slots|free|chosen|held|booked|blocked)$/;
  const keys = [...table.matchAll(/\s(\w+): "/g)].map((match) => match[1]);
  assert.ok(keys.length > 100);
  assert.deepEqual(keys.filter((key) => !made.test(key) && !others.includes(`"${key}"`)), []);
});
