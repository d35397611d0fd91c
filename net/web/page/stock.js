// Stock: one offering as it is: its units in rows, and for which spans each is taken. A span is
// [from, to) of numbers: stops, days or minutes by the axis, 0 and 1 for an event.

import { look } from "./api.js";

const dayMs = 86400000;
const minuteMs = 60000;
export const dayNumber = (date) => Date.parse(`${date}T00:00Z`) / dayMs;
export const dateOf = (day) => new Date(day * dayMs).toISOString().slice(0, 10);
export const minuteNumber = (time) => Date.parse(`${time}Z`) / minuteMs;
export const timeOf = (minute) => new Date(minute * minuteMs).toISOString().slice(0, 16);

export const wholeEvent = { from: 0, to: 1 };
export const overlap = (a, b) => a.from < b.to && b.from < a.to;
export const optionOf = { event: null, legs: "legs", nights: "nights", slots: "at" };

// "A1" to "A30", "101" to "110": the last number counts.
function labelsBetween(first, last) {
  const [, prefix, low] = first.match(/^(.*?)(\d+)$/);
  const high = Number(last.slice(prefix.length));
  return Array.from({ length: high - Number(low) + 1 },
    (_, i) => prefix + String(Number(low) + i).padStart(low.startsWith("0") ? low.length : 1, "0"));
}

// Of a map, so much is drawn: thousands of units, and not the million that a plan may have.
const pageRows = 100;
const mostPages = 20;

const states = { ".": "free", H: "held", B: "booked", X: "blocked" };

export class Stock extends EventTarget {
  units = new Map();  // label -> { label, type, row, taken: [{ from, to, state }] }
  rows = [];          // { row, type, cells: [label, or null for an aisle] }
  types = [];
  seq = 0;
  cut = false;        // there are more rows than are kept here

  constructor(name) {
    super();
    this.name = name;
  }

  static async load(name) {
    const stock = new Stock(name);
    await stock.reload();
    return stock;
  }

  // All of it again: at first, and when changes may have been missed.
  async reload() {
    const offering = await look("OFFERING", "SHOW", this.name);
    const pages = [];
    for (let after = 0; after !== undefined && pages.length < mostPages; after = pages.at(-1).next) {
      pages.push(await look("MAP", this.name, `n=${pageRows}`, `after=${after}`));
    }
    // As old as the first page: what has changed since is told again, and changes nothing twice.
    const cut = pages.at(-1).next !== undefined;
    Object.assign(this, { offering, axis: offering.axis, units: new Map(), rows: [], seq: pages[0].seq, cut });
    this.stops = offering.stops?.split(",") ?? [];
    for (const page of pages) {
      for (const row of page.rows) this.#addRow(row);
      for (const span of page.spans ?? []) this.#set(span.unit, span[optionOf[this.axis]], span.state);
    }
    this.types = [...new Set(this.rows.map((row) => row.type))];
    this.dispatchEvent(new Event("change"));
  }

  #addRow({ row, type, first, last, labels, seats }) {
    const named = labels ?? labelsBetween(first, last);
    let next = 0;
    const cells = [...seats].map((seat) => {
      if (seat === "|") return null;
      const label = named[next++];
      const taken = this.axis === "event" && seat !== "." ? [{ ...wholeEvent, state: states[seat] }] : [];
      this.units.set(label, { label, type, row, taken });
      return label;
    });
    this.rows.push({ row, type, cells });
  }

  #set(label, text, state) {
    const unit = this.units.get(label);
    if (!unit) return;
    const span = this.span(text);
    // What it was before, but for the part that this is about.
    unit.taken = unit.taken.flatMap((old) => [
      { ...old, to: Math.min(old.to, span.from) }, { ...old, from: Math.max(old.from, span.to) },
    ]).filter((left) => left.from < left.to);
    if (state !== "free") unit.taken.push({ ...span, state });
  }

  // The changes of one commit; those known already are passed over.
  apply(seq, changes) {
    if (seq <= this.seq) return;
    this.seq = seq;
    for (const { unit, span, state } of changes) this.#set(unit, span, state);
    this.dispatchEvent(new Event("change"));
  }

  span(text) {
    if (this.axis === "event") return wholeEvent;
    if (this.axis === "legs") {
      const [from, to] = text.split("-").map((stop) => this.stops.indexOf(stop));
      return { from, to };
    }
    const [from, to] = text.split(this.axis === "nights" ? ".." : "/");
    if (this.axis === "nights") return { from: dayNumber(from), to: to ? dayNumber(to) : Infinity };
    return { from: minuteNumber(from), to: minuteNumber(to.includes("T") ? to : `${from.slice(0, 11)}${to}`) };
  }

  // As the wire says it; undefined for an event.
  spanText({ from, to }) {
    if (this.axis === "legs") return `${this.stops[from]}-${this.stops[to]}`;
    if (this.axis === "nights") return `${dateOf(from)}..${dateOf(to)}`;
    if (this.axis === "slots") return `${timeOf(from)}/${timeOf(to)}`;
    return undefined;
  }

  state(label, span = wholeEvent) {
    return this.units.get(label)?.taken.find((old) => overlap(old, span))?.state ?? "free";
  }

  // Of a unit beyond those that are kept here the server knows more.
  isFree(label, span) {
    return (this.cut || this.units.has(label)) && this.state(label, span) === "free";
  }

  free(type, span = wholeEvent) {
    return [...this.units.values()].filter((unit) => unit.type === type && this.state(unit.label, span) === "free");
  }

  count(type) {
    return [...this.units.values()].filter((unit) => unit.type === type).length;
  }

  // A seat, leg, night or slot of this type, in minor units.
  price(type) {
    const named = this.offering.prices?.split(",").map((pair) => pair.split(":")).find(([name]) => name === type);
    return Number(named?.[1] ?? this.offering.asking ?? this.offering.price);
  }
}
