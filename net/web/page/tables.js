// Tables: the time line of a day, a line for each table. Times are chosen in fields, or by a press
// on a line.

import { now } from "./api.js";
import { basket } from "./basket.js";
import { button, field, h, notice, select } from "./dom.js";
import { dateOf, dayNumber } from "./stock.js";
import { clock, dayText, longDay, money, t, title } from "./text.js";

const dayMinutes = 1440;
const usual = 120;      // minutes at a table
const mostLines = 60;   // more would be no picture

export function tablesView(stock) {
  const slot = parseInt(stock.offering.slot, 10) * (stock.offering.slot.endsWith("h") ? 60 : 1);
  const grain = Math.max(slot, 15);  // of what is offered to choose
  const today = dayNumber(stock.offering.today);
  const labels = [...stock.units.keys()].slice(0, mostLines);
  let day = today;

  const date = h("input", { type: "date", min: dateOf(today), value: dateOf(day), onchange: () => date.value && turn(dayNumber(date.value)) });
  const table = select(labels.map((label) => [label, label]), labels[0], () => paint());
  const start = h("input", { type: "time", value: "19:00", step: slot * 60, oninput: () => paint() });
  const lengths = [1, 2, 3, 4, 6, 8, 12, 16].map((n) => n * Math.max(30, slot)).filter((minutes) => minutes <= dayMinutes);
  const lasts = select(lengths.map((minutes) => [minutes, minutes % 60 ? t("minutes", { minutes }) : t("hours", { hours: minutes / 60 })]),
    lengths.find((minutes) => minutes >= usual) ?? lengths.at(-1), () => paint());
  const answer = h("p", { "aria-live": "polite" });
  const submit = button(t("add"), add, "primary");
  const lines = h("div.lines");
  const heading = h("h3", { "aria-live": "polite" });

  function span() {
    const [hours, minutes] = (start.value || "00:00").split(":").map(Number);
    const from = day * dayMinutes + hours * 60 + minutes;
    return { from, to: from + Number(lasts.value) };
  }

  // Where it lies within the day, in percent.
  function place(element, { from, to }) {
    const begin = Math.max(from - day * dayMinutes, 0) / dayMinutes;
    const end = Math.min(to - day * dayMinutes, dayMinutes) / dayMinutes;
    element.style.left = `${begin * 100}%`;
    element.style.width = `${(end - begin) * 100}%`;
    return element;
  }

  function line(label) {
    const whole = { from: day * dayMinutes, to: (day + 1) * dayMinutes };
    const taken = stock.units.get(label).taken.filter((old) => old.from < whole.to && whole.from < old.to).sort((a, b) => a.from - b.from);
    const times = taken.map((old) => `${clock(Math.max(old.from, whole.from))}–${clock(Math.min(old.to, whole.to), true)}`).join(", ");
    const track = h("div.track", { "aria-hidden": true, onclick: (event) => {
      const box = track.getBoundingClientRect();
      const minute = Math.floor(((event.clientX - box.left) / box.width) * dayMinutes / grain) * grain;
      start.value = clock(Math.min(Math.max(minute, 0), dayMinutes - grain));
      table.value = label;
      paint();
    } }, taken.map((old) => place(h(`i.${old.state}`, {}, t(old.state)), old)));
    const mine = basket.parts.filter((part) => part.stock === stock && part.units.includes(label) && part.span.from < whole.to && whole.from < part.span.to);
    track.append(...mine.map((part) => place(h("i.mine", {}, t("chosen")), part.span)));
    if (label === table.value && start.value) track.append(place(h("i.wish"), span()));
    return h("li", {}, h("b", {}, label), track, h("span.hidden", {}, times ? t("busy", { times }) : t("freeAllDay")));
  }

  function paint() {
    heading.textContent = longDay(day);
    const hours = h("div.hours", { "aria-hidden": true }, [0, 6, 9, 12, 15, 18, 21].map((hour) => {
      const mark = h(hour % 6 ? "span.fine" : "span", {}, clock(hour * 60));
      mark.style.left = `${(hour / 24) * 100}%`;
      return mark;
    }));
    lines.replaceChildren(hours, h("ul", {}, labels.map(line)));
    const wish = span();
    const past = wish.from * 60000 < now() - dayMinutes * 60000;  // by a day: the zone is the venue's
    const free = start.value && !past && stock.state(table.value, wish) === "free";
    const price = stock.price(stock.units.get(table.value).type) * Math.ceil((wish.to - wish.from) / slot);
    answer.className = free ? "good" : "error";
    answer.textContent = `${free ? "✓" : "×"} ${table.value}, ${clock(wish.from)}–${clock(wish.to, true)}: ${
      past ? t("tablePast") : free ? t("tableFree") : t("tableTaken")}${free && price ? ` ${money(price, stock.offering.currency)}` : ""}`;
    submit.setAttribute("aria-disabled", String(!free));
  }

  function add() {
    if (submit.getAttribute("aria-disabled") === "true") return;
    const wish = span();
    basket.addUnits(stock, [table.value], wish);
    notice(`${title(table.value)}, ${dayText(day)}, ${clock(wish.from)}–${clock(wish.to, true)}`);
  }

  function turn(to) {
    day = Math.max(to, today);
    date.value = dateOf(day);
    paint();
  }

  const arrow = (label, sign, by) => h("button.arrow", { type: "button", "aria-label": label, onclick: () => turn(day + by) }, sign);
  const element = h("div", {},
    h("div.turn", {}, arrow(t("dayBefore"), "‹", -1), heading, arrow(t("dayAfter"), "›", 1)),
    lines, h("p.hint", {}, t("tapLine")),
    h("div.inline", {}, field(t("day"), date), field(t("table"), table), field(t("at"), start), field(t("lasts"), lasts), submit), answer);
  paint();
  return { element, paint };
}
