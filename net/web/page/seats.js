// Seats of an event or a coach: the map, the stops of a trip, and finding some beside each other.

import { look } from "./api.js";
import { basket } from "./basket.js";
import { draw, field, form, h, notice, select } from "./dom.js";
import { isCoach, SeatMap, signs } from "./seat_map.js";
import { wholeEvent } from "./stock.js";
import { money, t, typeName } from "./text.js";

const mostFound = 20;  // seats at once

function signList() {
  return h("ul.legend", { "aria-label": t("legend") }, Object.entries(signs).map(([state, sign]) => h("li",
    draw("svg", { viewBox: "0 0 26 26", class: `seat ${state} k0`, "aria-hidden": true },
      draw("rect", { width: 26, height: 26, rx: 7 }), draw("path", { d: sign })), t(state))));
}

export class SeatsView {
  #stock;
  #span;  // the trip, or the whole event
  #map;
  #types = h("ul.legend", { "aria-label": t("kind") });

  constructor(stock) {
    this.#stock = stock;
    this.kind = t(isCoach(stock) && stock.axis === "event" ? "coach" : stock.axis);
    this.#span = stock.axis === "legs" ? { from: 0, to: stock.stops.length - 1 } : wholeEvent;
    this.#map = new SeatMap(stock, (label) => this.#toggle(label));
    const scroll = h("div.scroll", { onscroll: () => this.#map.scrolled(scroll.scrollLeft) }, this.#map.element);
    this.element = h("div",
      h("div.tools", stock.axis === "legs" && this.#tripFields(), this.#finder()),
      this.#types, h("p.hint.keys", t("keys")), scroll, signList());
    this.paint();
    // Where not all of it has room, the middle is what names stage and types; the names of rows are over its left.
    queueMicrotask(() => { scroll.scrollLeft = (scroll.scrollWidth - scroll.clientWidth) / 2 - 12; });
  }

  #state(label) {
    return basket.has(this.#stock, label, this.#span) ? "chosen" : this.#stock.state(label, this.#span);
  }

  // Of this type for the whole span.
  #price(type) {
    return money(this.#stock.price(type) * (this.#span.to - this.#span.from), this.#stock.offering.currency);
  }

  paint() {
    const prices = new Map(this.#stock.types.map((type) => [type, this.#price(type)]));
    this.#map.paint((label) => {
      const state = this.#state(label);
      const { type } = this.#stock.units.get(label);
      return { state, name: t("seatName", { label, type: typeName(type), price: prices.get(type), state: t(state) }) };
    });
    this.#types.replaceChildren(...this.#stock.types.map((type, i) => h("li",
      h(`i.k${i % 4}`), h("b", typeName(type)), ` ${prices.get(type)} `,
      h("small", t("freeCount", { count: this.#stock.free(type, this.#span).length })))));
  }

  #toggle(label) {
    const state = this.#state(label);
    if (state === "chosen") basket.removeUnit(this.#stock, label, this.#span);
    else if (state === "free") basket.addUnits(this.#stock, [label], this.#span);
  }

  #tripFields() {
    const { stops } = this.#stock;
    const last = h("span");
    const set = (change) => {
      this.#span = { ...this.#span, ...change };
      this.paint();
    };
    const showLast = () => {
      const after = stops.map((stop, i) => [i, stop]).slice(this.#span.from + 1);
      last.replaceChildren(field(t("to"), select(after, this.#span.to, (to) => set({ to: Number(to) }))));
    };
    const first = select(stops.map((stop, i) => [i, stop]).slice(0, -1), this.#span.from, (value) => {
      const from = Number(value);
      set({ from, to: Math.max(this.#span.to, from + 1) });
      showLast();
    });
    showLast();
    return h("fieldset", h("legend", t("trip")), h("div.inline", field(t("from"), first), last));
  }

  // The server chooses.
  #finder() {
    const count = h("input", { type: "number", min: 1, max: mostFound, value: 2 });
    const type = select(this.#stock.types.map((name) => [name, typeName(name)]));
    return form("", async () => {
      const span = this.#span;
      const trip = this.#stock.axis === "legs" ? [`legs=${this.#stock.spanText(span)}`] : [];
      const wanted = [`type=${type.value}`, `n=${count.value}`, "together", ...trip];
      const quote = await look("QUOTE", this.#stock.name, ...wanted);
      const labels = quote.items.map((item) => item.unit);
      basket.addUnits(this.#stock, labels, span);
      notice(labels.join(", "));
    }, h("fieldset", h("legend", t("findFor")),
      h("div.inline", field(t("how"), count), field(t("kind"), type), h("button", t("find")))));
  }
}
