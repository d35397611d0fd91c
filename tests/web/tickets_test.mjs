// The old ticket system, by the client library that its pages use: over polling, over WebSockets, and
// changing from one to the other; with several clients, every event, and through a restart.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Holdfastd, patience } from "./support/holdfastd.mjs";
import { socketClient } from "./support/packages.mjs";

const booked = "Seat already booked";
const selected = "Seat is currently being selected by another user";
const notYours = "You can only release seats that you have booked";

const modes = {
  polling: ["polling"],
  websocket: ["websocket"],
  "polling, then websocket": ["polling", "websocket"],
};

let server;
const open = new Set();
before(async () => {
  server = await Holdfastd.start("tickets.offering = ticket");
});
after(async () => {
  for (const page of open) page.close();
  await server?.remove();
});

// A page: its socket, and all that it was told.
class Page {
  told = [];
  #taken = 0;
  #wake = () => {};

  constructor(transports, name) {
    this.name = name;
    this.socket = socketClient.io(server.url, {
      transports, forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 100,
    });
    this.socket.onAny((event, argument) => this.#tell(event, argument));
    for (const event of ["connect", "disconnect"]) {
      this.socket.on(event, (reason) => this.#tell(event, reason));
    }
    open.add(this);
  }

  #tell(event, argument) {
    this.told.push({ event, argument });
    this.#wake();
  }

  // The argument of the next event of these names for which `fits` holds; those before it are passed
  // over.
  async next(events, fits = () => true) {
    const deadline = Date.now() + patience;
    for (;;) {
      while (this.#taken < this.told.length) {
        const told = this.told[this.#taken++];
        if ([events].flat().includes(told.event) && fits(told.argument)) return told.argument;
      }
      let late;
      await new Promise((resolve, reject) => {
        this.#wake = resolve;
        late = setTimeout(() => reject(new Error(
          `${this.name} waited in vain for ${events}, told ${JSON.stringify(this.told.slice(-3)).slice(-300)}`)),
          Math.max(deadline - Date.now(), 0));
      });
      clearTimeout(late);
    }
  }

  // Waits until the seat is shown so.
  seat(id, wanted) {
    return this.next("seatsUpdate", (seats) =>
      Object.entries(wanted).every(([field, value]) => seats[id - 1][field] === value));
  }

  emit(event, seatId, username = this.name) {
    this.socket.emit(event, { seatId, username });
  }

  close() {
    open.delete(this);
    this.socket.close();
  }
}

const post = (path, body) => fetch(server.url + path, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
});

async function logIn(name) {
  const response = await post("/api/login", { username: name });
  return response.status;
}

// What the old page does: a socket to look with, a login, and another socket.
async function page(transports, name) {
  const visitor = new Page(transports, "visitor");
  assert.equal((await visitor.next("seatsUpdate")).length, 50);
  assert.equal(await logIn(name), 200);
  visitor.close();
  const user = new Page(transports, name);
  await user.next("connect");
  user.socket.emit("associateUser", { username: name });
  return user;
}

let nextSeat = 1;

for (const [mode, transports] of Object.entries(modes)) {
  test(`every event, with three pages over ${mode}`, async () => {
    const seat = nextSeat++;
    const other = nextSeat++;
    const ann = await page(transports, `ann ${seat}`);
    const ben = await page(transports, `ben ${seat}`);
    const watcher = new Page(transports, "watcher");
    await watcher.next("seatsUpdate");
    assert.equal(await logIn(ann.name), 409);

    ann.emit("lockSeat", seat);
    await watcher.seat(seat, { locked: true, booked: false, user: ann.name });
    ben.emit("lockSeat", seat);
    assert.equal((await ben.next("lockingError")).message, selected);
    ben.emit("bookSeat", seat);
    assert.equal((await ben.next("bookingError")).message, selected);
    ben.emit("releaseLock", seat);
    ann.emit("releaseLock", seat);
    await watcher.seat(seat, { locked: false, user: null });

    ben.emit("lockSeat", seat);
    await ann.seat(seat, { locked: true, user: ben.name });
    ben.emit("bookSeat", seat);
    assert.deepEqual(await ben.next("bookingSuccess"), { seatId: seat });
    await watcher.seat(seat, { locked: true, booked: true, user: ben.name });
    ann.emit("lockSeat", seat);
    assert.equal((await ann.next("lockingError")).message, booked);
    ann.emit("bookSeat", seat);
    assert.equal((await ann.next("bookingError")).message, booked);
    ann.emit("releaseSeat", seat);
    assert.equal((await ann.next("releaseError")).message, notYours);
    ann.emit("releaseSeat", seat, ben.name);
    assert.equal((await ann.next("releaseError")).message, notYours);
    ann.emit("releaseSeat", 51);
    assert.equal((await ann.next("releaseError")).message, "Seat not found");
    ben.emit("releaseSeat", seat);
    assert.deepEqual(await ben.next("releaseSuccess"), { seatId: seat });
    await watcher.seat(seat, { locked: false, booked: false, user: null });

    ann.emit("bookSeat", other);
    await watcher.seat(other, { locked: false, booked: true, user: ann.name });
    ben.emit("lockSeat", seat);
    await watcher.seat(seat, { locked: true, user: ben.name });
    ben.close();
    await watcher.seat(seat, { locked: false, user: null });
    const wanted = transports.at(-1);
    assert.equal(ann.socket.io.engine.transport.name, wanted);
    for (const each of [ann, watcher]) each.close();
  });

  test(`a page over ${mode} goes on after a restart`, async () => {
    const seat = nextSeat++;
    const ann = await page(transports, `ann ${seat}`);
    ann.emit("bookSeat", seat);
    assert.deepEqual(await ann.next("bookingSuccess"), { seatId: seat });
    await server.kill();
    await ann.next("disconnect");
    await server.start();
    await ann.next("connect");
    await ann.seat(seat, { booked: true, user: ann.name });
    // It does not log in again: what it says it is, it is.
    ann.emit("releaseSeat", seat);
    assert.deepEqual(await ann.next("releaseSuccess"), { seatId: seat });
    ann.close();
  });
}

test("what is done at the desk is seen by pages of every kind", async () => {
  const pages = Object.values(modes).map((transports, i) => new Page(transports, `page ${i}`));
  await Promise.all(pages.map((each) => each.next("seatsUpdate")));
  const seat = nextSeat++;
  const held = await server.admin("HOLD", "ticket", `${seat}`, "guest=Ana Ruiz");
  await Promise.all(pages.map((each) => each.seat(seat, { locked: true, booked: false, user: null })));
  await server.admin("CONFIRM", held.locator);
  await Promise.all(pages.map((each) => each.seat(seat, { booked: true, user: null })));
  await server.admin("CANCEL", held.locator);
  await Promise.all(pages.map((each) => each.seat(seat, { booked: false, locked: false })));
  for (const each of pages) each.close();
});

test("twenty pages of every kind want one seat, and one gets it", async () => {
  const seat = nextSeat++;
  const kinds = Object.values(modes);
  const pages = await Promise.all(
    Array.from({ length: 20 }, (_, i) => page(kinds[i % kinds.length], `racer ${i}`)));
  for (const each of pages) each.emit("bookSeat", seat);
  const outcomes = await Promise.all(pages.map((each) =>
    each.next(["bookingSuccess", "bookingError"])));
  assert.equal(outcomes.filter((outcome) => outcome.seatId === seat).length, 1);
  assert.equal(outcomes.filter((outcome) => outcome.message === booked).length, 19);
  for (const each of pages) each.close();
});

test("the manager of other namespaces is told that there are none", async () => {
  const socket = socketClient.io(`${server.url}/admin`, { forceNew: true, reconnection: false });
  const error = await new Promise((resolve) => socket.once("connect_error", resolve));
  assert.equal(error.message, "Invalid namespace");
  socket.close();
});
