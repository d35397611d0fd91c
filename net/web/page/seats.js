// Seats: the map of an event or a coach. One stop of the tab key; arrow keys move within.

import { look } from "./api.js";
import { basket } from "./basket.js";
import { draw, form, field, h, notice, select } from "./dom.js";
import { wholeEvent } from "./stock.js";
import { money, t, typeName } from "./text.js";

const pitch = 32;    // of seats, in units of the drawing: 24 pixels and more on any screen
const size = 26;
const aisle = 22;
const margin = 34;   // for the names of rows
const heading = 30;  // above the first row of a type

// Never colour alone: each state has its sign.
const signs = {
  free: "", chosen: "M7 13.5l4 4 8-9", held: "M9 7h8l-8 12h8z", booked: "M8 8l10 10M18 8L8 18", blocked: "M6 20L20 6",
};

// Up to here a row is that of a coach, where the driver sits in front, and not of a hall with a stage.
const coachRow = 5;
export const isCoach = (stock) => stock.axis === "legs" || Math.max(...stock.rows.map((row) => row.cells.filter(Boolean).length)) <= coachRow;

function front(coach, middle, width) {
  if (coach) {
    return draw("g", { class: "front", transform: `translate(${width - margin - 42} 12)` },
      draw("circle", { cx: 12, cy: 12, r: 10 }), draw("path", { d: "M12 12v10M3 9h18" }),
      draw("text", { x: -4, y: 17, "text-anchor": "end" }, t("driver")));
  }
  return draw("g", { class: "front" }, draw("path", { d: `M${middle * 0.35} 34Q${middle} 8 ${middle * 1.65} 34` }),
    draw("text", { x: middle, y: 40, "text-anchor": "middle" }, t("stage")));
}

function drawMap(stock) {
  const coach = isCoach(stock);
  const across = (row) => row.cells.reduce((sum, label) => sum + (label === null ? aisle : pitch), 0);
  const width = Math.max(...stock.rows.map(across)) + 2 * margin;
  const seats = new Map();
  const groups = [];
  let y = coach ? 46 : 56;
  let type = null;
  for (const row of stock.rows) {
    if (row.type !== type && stock.types.length > 1) {
      groups.push(draw("text", { class: "type", x: width / 2, y: y + 18, "text-anchor": "middle" },
        `${typeName(row.type)} · ${money(stock.price(row.type), stock.offering.currency)}`));
      y += heading;
    }
    type = row.type;
    let x = (width - across(row)) / 2;
    const group = draw("g", { role: "group", "aria-label": t("row", { row: row.row }) });
    if (!coach) {
      for (const [at, anchor] of [[x - 10, "end"], [width - x + 4, "start"]]) {
        group.append(draw("text", { class: "row", x: at, y: y + 17, "text-anchor": anchor, "aria-hidden": true }, row.row));
      }
    }
    for (const label of row.cells) {
      if (label === null) {
        x += aisle;
        continue;
      }
      const seat = draw("g", { role: "checkbox", tabindex: -1, "data-unit": label, transform: `translate(${x} ${y})` },
        draw("rect", { width: size, height: size, rx: 7 }), draw("path", {}),
        draw("text", { x: size / 2, y: 17, "text-anchor": "middle" }, label.replace(/^\D+/, "") || label));
      seats.set(label, { element: seat, x, y, kind: stock.types.indexOf(row.type) % 4 });
      group.append(seat);
      x += pitch;
    }
    groups.push(group);
    y += pitch + 2;
  }
  const height = y + 10;
  const map = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": t("seatsOf", { name: stock.name }), class: coach ? "coach" : "hall" },
    coach && draw("rect", { class: "body", x: 6, y: 4, width: width - 12, height: height - 8, rx: 26 }), front(coach, width / 2, width), ...groups);
  map.style.minWidth = `${coach ? width : width * 0.8}px`;
  map.style.maxWidth = `${width * (coach ? 1.4 : 1.15)}px`;
  return { map, seats };
}

// The nearest seat in a direction.
function neighbour(seats, { x, y }, [dx, dy]) {
  let best = null;
  for (const seat of seats.values()) {
    const [along, aside] = dx ? [(seat.x - x) * dx, Math.abs(seat.y - y)] : [(seat.y - y) * dy, Math.abs(seat.x - x)];
    if (along <= 0 || (dx && aside)) continue;
    const far = along + aside * 2;
    if (!best || far < best.far) best = { seat, far };
  }
  return best?.seat;
}

const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function tripChooser(stock, trip, changed) {
  const stops = (from, to) => stock.stops.map((stop, i) => [i, stop]).slice(from, to);
  const to = h("span");
  const from = select(stops(0, -1), trip.from, (value) => {
    trip.from = Number(value);
    trip.to = Math.max(trip.to, trip.from + 1);
    choices();
    changed();
  });
  const choices = () => to.replaceChildren(field(t("to"), select(stops(trip.from + 1), trip.to, (value) => {
    trip.to = Number(value);
    changed();
  })));
  choices();
  return h("fieldset", {}, h("legend", {}, t("trip")), h("div.inline", {}, field(t("from"), from), to));
}

export function seatsView(stock) {
  const trip = stock.axis === "legs" ? { from: 0, to: stock.stops.length - 1 } : { ...wholeEvent };
  const span = () => ({ ...trip });
  const { map, seats } = drawMap(stock);
  const { currency } = stock.offering;

  const stateOf = (label) => (basket.has(stock, label, trip) ? "chosen" : stock.state(label, trip));
  const each = (type) => stock.price(type) * (trip.to - trip.from);

  function paint() {
    for (const [label, { element, kind }] of seats) {
      const state = stateOf(label);
      const { type } = stock.units.get(label);
      const price = money(each(type), currency);
      const name = t("seatName", { label, type: typeName(type), price, state: t(state) });
      if (element.dataset.name === name) continue;
      element.dataset.name = name;
      element.setAttribute("class", `seat ${state} k${kind}`);
      element.setAttribute("aria-label", name);
      element.setAttribute("aria-checked", state === "chosen");
      element.setAttribute("aria-disabled", !["free", "chosen"].includes(state));
      element.querySelector("path").setAttribute("d", signs[state]);
    }
    legend.replaceChildren(...stock.types.map((type, i) => h("li", {}, h(`i.k${i % 4}`), h("b", {}, typeName(type)), ` ${money(each(type), currency)} `,
      h("small", {}, t("freeCount", { count: stock.free(type, trip).length })))));
  }

  function toggle(label) {
    const state = stateOf(label);
    if (state === "chosen") basket.removeUnit(stock, label, span());
    else if (state === "free") basket.addUnits(stock, [label], span());
  }

  let current = seats.keys().next().value;
  seats.get(current).element.setAttribute("tabindex", 0);
  function focus(label) {
    seats.get(current).element.setAttribute("tabindex", -1);
    current = label;
    seats.get(current).element.setAttribute("tabindex", 0);
    seats.get(current).element.focus();
  }
  map.addEventListener("click", (event) => {
    const label = event.target.closest("[data-unit]")?.dataset.unit;
    if (!label) return;
    focus(label);
    toggle(label);
  });
  map.addEventListener("keydown", (event) => {
    if (event.key === " " || event.key === "Enter") toggle(current);
    else if (directions[event.key]) {
      const to = neighbour(seats, seats.get(current), directions[event.key]);
      if (to) focus(to.element.dataset.unit);
    } else return;
    event.preventDefault();
  });

  const count = h("input", { type: "number", min: 1, max: 20, value: 2 });
  const type = select(stock.types.map((name) => [name, typeName(name)]));
  const finder = form("", async () => {
    const option = stock.axis === "legs" ? [`legs=${stock.spanText(trip)}`] : [];
    const quote = await look("QUOTE", stock.name, `type=${type.value}`, `n=${count.value}`, "together", ...option);
    basket.addUnits(stock, quote.items.map((item) => item.unit), span());
    notice(quote.items.map((item) => item.unit).join(", "));
  }, h("fieldset", {}, h("legend", {}, t("findFor")), h("div.inline", {}, field(t("how"), count), field(t("kind"), type), h("button", {}, t("find")))));

  const legend = h("ul.legend", { "aria-label": t("kind") });
  const signList = h("ul.legend", { "aria-label": t("legend") }, Object.entries(signs).map(([state, sign]) => h("li", {},
    draw("svg", { viewBox: "0 0 26 26", class: `seat ${state} k0`, "aria-hidden": true }, draw("rect", { width: 26, height: 26, rx: 7 }), draw("path", { d: sign })), t(state))));
  const scroll = h("div.scroll", {}, map);
  const element = h("div", {},
    h("div.tools", {}, stock.axis === "legs" && tripChooser(stock, trip, paint), finder),
    legend, h("p.hint", {}, t("keys")), scroll, signList);
  paint();
  // Where not all of it has room, the middle is what names stage and types.
  queueMicrotask(() => { scroll.scrollLeft = (scroll.scrollWidth - scroll.clientWidth) / 2; });
  return { element, paint };
}
