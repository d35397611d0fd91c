// Rooms: a calendar of nights for one kind of room. The first day chosen is that of arrival, the
// second that of departure.

import { basket } from "./basket.js";
import { button, field, h, notice, select } from "./dom.js";
import { dateOf, dayNumber } from "./stock.js";
import { dayText, longDay, money, monthText, shortDay, t, typeName, weekday } from "./text.js";

const mostRooms = 9;
const monday = 4;  // 1970-01-05

const monthStart = (day) => dayNumber(`${dateOf(day).slice(0, 7)}-01`);
const monthAfter = (start) => monthStart(start + 31);
const weekStart = (day) => day - (((day - monday) % 7) + 7) % 7;

export function roomsView(stock) {
  const today = dayNumber(stock.offering.today);
  const { currency } = stock.offering;
  const stay = { from: null, to: null };
  let [type] = stock.types;
  let month = monthStart(today);
  let current = today;  // the day that the tab key leads to
  const count = select([], 1, () => paint());

  const freeOn = (day) => stock.free(type, { from: day, to: day + 1 }).length;

  function choose(day) {
    if (stay.from !== null && stay.to === null && day > stay.from) stay.to = day;
    else if (freeOn(day) > 0) Object.assign(stay, { from: day, to: null });
    current = day;
    paint();
  }

  function cell(day, all) {
    if (monthStart(day) !== month) return h("td");
    const free = freeOn(day);
    const past = day < today;
    const ends = stay.from !== null && stay.to === null && day > stay.from;  // as a day of departure it need not be free
    const name = past ? t("nightPast", { day: longDay(day) })
      : free ? t("nightName", { day: longDay(day), free, all }) : t("nightSold", { day: longDay(day) });
    const within = stay.from !== null && day >= stay.from && day <= (stay.to ?? stay.from);
    const mark = day === stay.from || day === stay.to ? ".end" : within ? ".within" : "";
    const off = past || (!free && !ends);
    return h("td", { role: "gridcell", "aria-selected": String(within) },
      h(`button.day${mark}${free ? "" : ".full"}`, { type: "button", "data-day": day, tabindex: day === current ? 0 : -1, "aria-label": name,
        "aria-disabled": String(off), "aria-current": day === today ? "date" : undefined, onclick: () => !off && choose(day) },
      h("b", {}, String(Number(dateOf(day).slice(8)))), h("small", {}, past ? "" : free ? t("left", { count: free }) : t("full"))));
  }

  function paintMonth() {
    const all = stock.count(type);
    const weeks = [];
    for (let day = weekStart(month); day < monthAfter(month); day += 7) {
      weeks.push(h("tr", {}, Array.from({ length: 7 }, (_, i) => cell(day + i, all))));
    }
    const focused = grid.contains(document.activeElement);
    grid.replaceChildren(
      h("thead", {}, h("tr", {}, Array.from({ length: 7 }, (_, i) => h("th", { scope: "col" }, weekday(weekStart(month) + i))))),
      h("tbody", {}, weeks));
    grid.setAttribute("aria-label", monthText(month));
    heading.textContent = monthText(month);
    if (focused) grid.querySelector(`[data-day="${current}"]`)?.focus();
  }

  function paintChoice() {
    if (stay.from === null || stay.to === null) {
      choice.replaceChildren(h("p", {}, stay.from === null ? t("chooseArrival") : `${longDay(stay.from)}. ${t("chooseDeparture")}`));
      return;
    }
    const left = stock.free(type, stay).length;
    const nights = stay.to - stay.from;
    const most = Math.min(left, mostRooms);
    const wanted = Math.min(Number(count.value) || 1, most);
    count.replaceChildren(...Array.from({ length: most }, (_, i) => h("option", { value: i + 1 }, String(i + 1))));
    count.value = wanted;
    choice.replaceChildren(
      h("p", {}, h("strong", {}, t("stay", { from: shortDay(stay.from), to: dayText(stay.to) })), ` · ${t("nightCount", { count: nights })}`),
      ...(left
        ? [h("p", {}, t("rooms", { count: wanted, type: typeName(type) }), " · ", h("strong", {}, money(stock.price(type) * nights * wanted, currency))),
          h("div.buttons", {}, field(t("how"), count), button(t("add"), add, "primary"))]
        : [h("p.error", {}, t("notFree"))]));
  }

  function add() {
    const n = Number(count.value);
    basket.addType(stock, type, n, { ...stay });
    notice(`${t("rooms", { count: n, type: typeName(type) })}, ${t("stay", { from: shortDay(stay.from), to: dayText(stay.to) })}`);
    Object.assign(stay, { from: null, to: null });
    paint();
  }

  function paint() {
    paintMonth();
    paintChoice();
  }

  function turn(start) {
    month = start;
    current = Math.max(start, today);
    paint();
  }

  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, PageUp: -28, PageDown: 28 };
  const grid = h("table.month", { role: "grid", onkeydown: (event) => {
    if (!steps[event.key]) return;
    event.preventDefault();
    current = Math.max(today, current + steps[event.key]);
    month = monthStart(current);
    paint();
  } });
  const heading = h("h3", { "aria-live": "polite" });
  const choice = h("div.stay", { "aria-live": "polite" });
  const types = h("fieldset.choice", {}, h("legend", {}, t("roomType")), stock.types.map((name) =>
    h("label", {}, h("input", { type: "radio", name: "room", checked: name === type, onchange: () => { type = name; paint(); } }),
      h("b", {}, typeName(name)), h("small", {}, t("perNight", { price: money(stock.price(name), currency) })))));
  const arrow = (label, sign, to) => h("button.arrow", { type: "button", "aria-label": label, onclick: () => turn(to()) }, sign);
  const element = h("div", {}, types,
    h("div.turn", {}, arrow(t("previous"), "‹", () => Math.max(monthStart(today), monthStart(month - 1))), heading, arrow(t("next"), "›", () => monthAfter(month))),
    grid, choice);
  paint();
  return { element, paint };
}
