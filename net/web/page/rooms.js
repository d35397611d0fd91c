// Rooms: a calendar of nights for one kind of room. The first day chosen is that of arrival, the
// second that of departure.

import { basket } from "./basket.js";
import { button, field, h, notice, select } from "./dom.js";
import { Month } from "./month.js";
import { dayNumber } from "./stock.js";
import { longDay, money, spanName, t, typeName } from "./text.js";

const mostRooms = 9;
const nothing = { from: null, to: null };

export class RoomsView {
  #stock;
  #today;
  #type;
  #stay = nothing;
  #month;
  #count = select([], 1, () => this.paint());
  #choice = h("div.stay", { "aria-live": "polite" });

  constructor(stock) {
    this.#stock = stock;
    this.kind = t(stock.axis);
    this.#today = dayNumber(stock.offering.today);
    [this.#type] = stock.types;
    this.#month = new Month(this.#today, (day) => this.#told(day), (day) => this.#choose(day));
    this.element = h("div", this.#typeChoice(), this.#month.element, this.#choice);
    this.paint();
  }

  #typeChoice() {
    return h("fieldset.choice", h("legend", t("roomType")), this.#stock.types.map((type) => {
      const choose = () => {
        this.#type = type;
        this.paint();
      };
      const price = money(this.#stock.price(type), this.#stock.offering.currency);
      return h("label", h("input", { type: "radio", name: "room", checked: type === this.#type, onchange: choose }),
        h("b", typeName(type)), h("small", t("perNight", { price })));
    }));
  }

  // The arrival is chosen and the departure is not.
  get #leaving() {
    return this.#stay.from !== null && this.#stay.to === null;
  }

  #free(day) {
    return this.#stock.free(this.#type, { from: day, to: day + 1 }).length;
  }

  #choose(day) {
    if (this.#leaving && day > this.#stay.from) this.#stay = { from: this.#stay.from, to: day };
    else if (this.#free(day) > 0) this.#stay = { from: day, to: null };
    this.paint();
  }

  #told(day) {
    const { from, to } = this.#stay;
    const free = this.#free(day);
    const past = day < this.#today;
    const chosen = from !== null && day >= from && day <= (to ?? from);
    const end = day === from || day === to ? ".end" : chosen ? ".within" : "";
    const values = { day: longDay(day), free, all: this.#stock.count(this.#type) };
    return {
      chosen,
      kind: `${end}${free ? "" : ".full"}`,
      // To leave on a day the night after it need not be free.
      off: past || (free === 0 && !(this.#leaving && day > from)),
      name: t(past ? "nightPast" : free ? "nightName" : "nightSold", values),
      note: past ? "" : free ? t("left", { count: free }) : t("full"),
    };
  }

  #roomsName(count) {
    return t("rooms", { count, type: typeName(this.#type) });
  }

  paint() {
    this.#month.paint();
    const { from, to } = this.#stay;
    if (from === null) this.#choice.replaceChildren(h("p", t("chooseArrival")));
    else if (to === null) this.#choice.replaceChildren(h("p", `${longDay(from)}. ${t("chooseDeparture")}`));
    else this.#paintStay();
  }

  #paintStay() {
    const stay = this.#stay;
    const nights = stay.to - stay.from;
    const left = Math.min(this.#stock.free(this.#type, stay).length, mostRooms);
    const wanted = Math.min(Number(this.#count.value) || 1, left);
    const counts = Array.from({ length: left }, (_, i) => String(i + 1));
    this.#count.replaceChildren(...counts.map((value) => h("option", { value }, value)));
    this.#count.value = wanted;
    const price = money(this.#stock.price(this.#type) * nights * wanted, this.#stock.offering.currency);
    this.#choice.replaceChildren(
      h("p", h("strong", spanName(this.#stock, stay)), ` · ${t("nightCount", { count: nights })}`),
      ...(left ? [h("p", `${this.#roomsName(wanted)} · `, h("strong", price)),
        h("div.inline", field(t("how"), this.#count), button(t("add"), () => this.#add(), "primary"))]
        : [h("p.error", t("notFree"))]));
  }

  #add() {
    const count = Number(this.#count.value);
    basket.addType(this.#stock, this.#type, count, this.#stay);
    notice(`${this.#roomsName(count)}, ${spanName(this.#stock, this.#stay)}`);
    this.#stay = nothing;
    this.paint();
  }
}
