// Month: a calendar of one month. It is one stop of the tab key; arrow keys move by days and weeks.

import { h } from "./dom.js";
import { dateOf, dayNumber } from "./stock.js";
import { monthText, t, weekday } from "./text.js";

const monday = 4;  // 1970-01-05
const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, PageUp: -28, PageDown: 28 };

const monthStart = (day) => dayNumber(`${dateOf(day).slice(0, 7)}-01`);
const weekStart = (day) => day - (((day - monday) % 7) + 7) % 7;
const week = (first, make) => Array.from({ length: 7 }, (_, i) => make(first + i));

export class Month {
  #first;    // nothing before this day is shown to be chosen
  #start;    // of the month
  #current;  // the day that the tab key leads to
  #told;
  #choose;
  #heading = h("h3", { "aria-live": "polite" });
  #grid = h("table.month", { role: "grid", onkeydown: (event) => this.#key(event) });

  // `told(day)` answers { name, note, kind, off, chosen } of a day, `choose(day)` is told which was pressed.
  constructor(first, told, choose) {
    this.#first = this.#current = first;
    this.#start = monthStart(first);
    this.#told = told;
    this.#choose = choose;
    const arrow = (label, sign, day) =>
      h("button.arrow", { type: "button", "aria-label": label, onclick: () => this.#turn(day()) }, sign);
    this.element = h("div", h("div.turn", arrow(t("previous"), "‹", () => this.#start - 1), this.#heading,
      arrow(t("next"), "›", () => monthStart(this.#start + 31))), this.#grid);
  }

  paint() {
    const weeks = [];
    const end = monthStart(this.#start + 31);
    for (let day = weekStart(this.#start); day < end; day += 7) {
      weeks.push(h("tr", week(day, (each) => (monthStart(each) === this.#start ? this.#cell(each) : h("td")))));
    }
    const focused = this.#grid.contains(document.activeElement);
    const names = week(weekStart(this.#start), (day) => h("th", { scope: "col" }, weekday(day)));
    this.#grid.replaceChildren(h("thead", h("tr", names)), h("tbody", weeks));
    this.#grid.setAttribute("aria-label", monthText(this.#start));
    this.#heading.textContent = monthText(this.#start);
    if (focused) this.#grid.querySelector(`[data-day="${this.#current}"]`)?.focus();
  }

  #cell(day) {
    const { name, note, kind, off, chosen } = this.#told(day);
    const press = () => {
      this.#current = day;
      if (!off) this.#choose(day);
    };
    return h("td", { role: "gridcell", "aria-selected": String(chosen) },
      h(`button.day${kind}`, { type: "button", "data-day": day, tabindex: day === this.#current ? 0 : -1,
        "aria-label": name, "aria-disabled": String(off), "aria-current": day === this.#first ? "date" : null, onclick: press },
      h("b", String(Number(dateOf(day).slice(8)))), h("small", note)));
  }

  #key(event) {
    if (!steps[event.key]) return;
    event.preventDefault();
    this.#turn(this.#current + steps[event.key]);
  }

  #turn(day) {
    this.#current = Math.max(this.#first, day);
    this.#start = monthStart(this.#current);
    this.paint();
  }
}
