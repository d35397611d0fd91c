// The feed that pages share, with streams and pages that are played. No browser.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { pageModule } from "./support/packages.mjs";

let streams = [];
globalThis.EventSource = class {
  static CLOSED = 2;
  heard = {};
  readyState = 1;
  constructor(address) {
    this.address = address;
    streams.push(this);
  }
  addEventListener(type, listener) { this.heard[type] = listener; }
  close() { this.readyState = 2; }
  tell(type, lastEventId, data = null) { this.heard[type]({ type, lastEventId, data: JSON.stringify(data) }); }
};

const { serve } = await pageModule("feed.js");

class Page {
  told = [];
  constructor() { serve(this); }
  postMessage(message) { this.told.push(message); }
  say(names, from, gone = false) { this.onmessage({ data: { names, from, gone } }); }
  leave() { this.say([], "0", true); }
  get last() { return this.told.at(-1); }
}

const from = (stream) => new URL(stream.address, "http://a").searchParams.get("from");
beforeEach(() => { streams = []; });

test("who was away while nobody watched goes on from what he knows, in his own history", () => {
  const [hidden, other] = [new Page(), new Page()];
  hidden.say(["gala"], "100");
  streams[0].tell("watching", "h1:100");
  hidden.say([], "0");
  other.say(["gala"], "40");
  streams.at(-1).tell("watching", "h2:40");
  other.say([], "0");
  hidden.say(["gala"], "h1:100");
  assert.equal(from(streams.at(-1)), "h1:100");
  hidden.leave();
  other.leave();
});

test("who knows another history than the one that others watch is told that it is lost", () => {
  const [one, two] = [new Page(), new Page()];
  one.say(["gala"], "40");
  streams[0].tell("watching", "h2:40");
  two.say(["gala"], "h1:100");
  assert.deepEqual(two.last, { kind: "lost" });
  assert.equal(streams.length, 1);
  one.leave();
  two.leave();
});

test("pages share a stream, which begins anew for who knows less, and ends with the last of them", () => {
  const [one, two] = [new Page(), new Page()];
  one.say(["gala"], "40");
  streams[0].tell("watching", "h:40");
  two.say(["gala"], "40");
  assert.equal(streams.length, 1);
  assert.deepEqual(two.last, { kind: "watching", position: "h:40" });
  two.say(["gala", "stay"], "30");
  assert.equal(from(streams.at(-1)), "h:30");
  streams.at(-1).tell("change", "h:41", { seq: 41, changes: [{ offering: "stay" }] });
  assert.equal(two.last.position, "h:41");
  assert.notEqual(one.last.position, "h:41");
  one.leave();
  two.leave();
  assert.ok(streams.every((stream) => stream.readyState === 2));
});
