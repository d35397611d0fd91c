// Tables: the time line of a day, a line for each table. Times are chosen in fields, or by a press
// on a line.

import { now } from "./api.js";
import { basket } from "./basket.js";
import { button, field, h, notice, select } from "./dom.js";
import { dateOf, dayNumber, overlap } from "./stock.js";
import { clock, longDay, money, spanName, t } from "./text.js";

const dayMinutes = 1440;
const grain = 15;       // minutes: what a press on a line is rounded to
const usual = 120;      // minutes at a table
const mostLines = 60;   // more would be no picture
const marks = [0, 3, 6, 9, 12, 15, 18, 21];

export class TablesView {
  #stock;
  #today;
  #day;
  #slot;  // minutes
  #labels;
  #heading = h("h3", { "aria-live": "polite" });
  #lines = h("div.lines");
  #answer = h("p", { "aria-live": "polite" });
  #submit = button(t("add"), () => this.#add(), "primary");

  constructor(stock) {
    this.#stock = stock;
    this.kind = t(stock.axis);
    this.#today = this.#day = dayNumber(stock.offering.today);
    this.#slot = parseInt(stock.offering.slot, 10) * (stock.offering.slot.endsWith("h") ? 60 : 1);
    this.#labels = [...stock.units.keys()].slice(0, mostLines);
    const arrow = (label, sign, by) =>
      h("button.arrow", { type: "button", "aria-label": label, onclick: () => this.#turn(this.#day + by) }, sign);
    this.element = h("div",
      h("div.turn", arrow(t("dayBefore"), "‹", -1), this.#heading, arrow(t("dayAfter"), "›", 1)),
      this.#lines, h("p.hint", t("tapLine")), this.#fields(), this.#answer);
    this.paint();
  }

  #fields() {
    const paint = () => this.paint();
    const today = dateOf(this.#today);
    const step = Math.max(30, this.#slot);
    const lengths = [1, 2, 3, 4, 6, 8, 12, 16].map((n) => n * step).filter((minutes) => minutes <= dayMinutes);
    const told = (minutes) => (minutes % 60 ? t("minutes", { minutes }) : t("hours", { hours: minutes / 60 }));
    const turn = () => this.date.value && this.#turn(dayNumber(this.date.value));
    this.date = h("input", { type: "date", min: today, value: today, onchange: turn });
    this.table = select(this.#labels.map((label) => [label, label]), this.#labels[0], paint);
    this.start = h("input", { type: "time", value: "19:00", step: this.#slot * 60, oninput: paint });
    this.lasts = select(lengths.map((minutes) => [minutes, told(minutes)]),
      lengths.find((minutes) => minutes >= usual) ?? lengths.at(-1), paint);
    return h("div.inline", field(t("day"), this.date), field(t("table"), this.table), field(t("at"), this.start),
      field(t("lasts"), this.lasts), this.#submit);
  }

  get #wholeDay() {
    return { from: this.#day * dayMinutes, to: (this.#day + 1) * dayMinutes };
  }

  get #wish() {
    const [hours, minutes] = (this.start.value || "00:00").split(":").map(Number);
    const from = this.#day * dayMinutes + hours * 60 + minutes;
    return { from, to: from + Number(this.lasts.value) };
  }

  // A piece of a line, from where it begins to where it ends within the day.
  #piece(kind, { from, to }, text = "") {
    const piece = h(`i.${kind}`, text);
    const begin = Math.max(from - this.#wholeDay.from, 0) / dayMinutes;
    const end = Math.min(to - this.#wholeDay.from, dayMinutes) / dayMinutes;
    piece.style.left = `${begin * 100}%`;
    piece.style.width = `${(end - begin) * 100}%`;
    return piece;
  }

  #line(label) {
    const day = this.#wholeDay;
    const taken = this.#stock.units.get(label).taken.filter((old) => overlap(old, day)).sort((a, b) => a.from - b.from);
    const within = ({ from, to }) => `${clock(Math.max(from, day.from))}–${clock(Math.min(to, day.to), true)}`;
    const times = taken.map(within).join(", ");
    const mine = basket.parts.filter(({ stock, units, span }) =>
      stock === this.#stock && units.includes(label) && overlap(span, day));
    const track = h("div.track", { "aria-hidden": true, onclick: (event) => this.#press(label, event, track) },
      taken.map((old) => this.#piece(old.state, old, t(old.state))),
      mine.map((part) => this.#piece("mine", part.span, t("chosen"))),
      label === this.table.value && this.start.value && this.#piece("wish", this.#wish));
    return h("li", h("b", label), track, h("span.hidden", times ? t("busy", { times }) : t("freeAllDay")));
  }

  #press(label, event, track) {
    const box = track.getBoundingClientRect();
    const unit = Math.max(this.#slot, grain);
    const minute = Math.floor(((event.clientX - box.left) / box.width) * dayMinutes / unit) * unit;
    this.start.value = clock(Math.min(Math.max(minute, 0), dayMinutes - unit));
    this.table.value = label;
    this.paint();
  }

  paint() {
    this.#heading.textContent = longDay(this.#day);
    const hours = marks.map((hour) => {
      const mark = h(hour % 6 ? "span.fine" : "span", {}, clock(hour * 60));
      mark.style.left = `${(hour / 24) * 100}%`;
      return mark;
    });
    this.#lines.replaceChildren(h("div.hours", { "aria-hidden": true }, hours),
      h("ul", this.#labels.map((label) => this.#line(label))));
    this.#paintAnswer();
  }

  #paintAnswer() {
    const wish = this.#wish;
    const label = this.table.value;
    const past = wish.from < now() / 60000 - dayMinutes;  // by a day: the hour is the venue's
    const free = Boolean(this.start.value) && !past && this.#stock.state(label, wish) === "free";
    const price = this.#stock.price(this.#stock.units.get(label).type) * Math.ceil((wish.to - wish.from) / this.#slot);
    this.#answer.className = free ? "good" : "error";
    const told = t(past ? "tablePast" : free ? "tableFree" : "tableTaken");
    const cost = free && price ? money(price, this.#stock.offering.currency) : "";
    this.#answer.textContent = `${free ? "✓" : "×"} ${label}, ${clock(wish.from)}–${clock(wish.to, true)}: ${told} ${cost}`;
    this.#submit.setAttribute("aria-disabled", String(!free));
  }

  #add() {
    if (this.#submit.getAttribute("aria-disabled") === "true") return;
    basket.addUnits(this.#stock, [this.table.value], this.#wish);
    notice(`${this.table.value}, ${spanName(this.#stock, this.#wish)}`);
  }

  #turn(day) {
    this.#day = Math.max(day, this.#today);
    this.date.value = dateOf(this.#day);
    this.paint();
  }
}
