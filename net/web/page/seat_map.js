// SeatMap: the drawing of rows of seats. It is one stop of the tab key; arrow keys move within.

import { draw } from "./dom.js";
import { money, t, typeName } from "./text.js";

const pitch = 32;    // of seats, in units of the drawing: 24 pixels and more on any screen
const size = 26;
const aisle = 22;
const margin = 34;   // for the names of rows
const nameWidth = 24;
const heading = 30;  // above the first row of a type

// Never colour alone: each state has its sign.
export const signs = {
  free: "", chosen: "M7 13.5l4 4 8-9", held: "M9 7h8l-8 12h8z", booked: "M8 8l10 10M18 8L8 18", blocked: "M6 20L20 6",
};

// Up to here a row is that of a coach, where the driver sits in front, and not of a hall with a stage.
const coachRow = 5;
const seatsIn = (row) => row.cells.filter(Boolean).length;
export const isCoach = (stock) => stock.axis === "legs" || Math.max(...stock.rows.map(seatsIn)) <= coachRow;

const across = (row) => row.cells.reduce((sum, label) => sum + (label === null ? aisle : pitch), 0);
const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const text = (x, y, anchor, words, properties) => draw("text", { x, y, "text-anchor": anchor, ...properties }, words);

function drawDriver(width) {
  return draw("g", { class: "front", transform: `translate(${width - margin - 42} 12)` },
    draw("circle", { cx: 12, cy: 12, r: 10 }), draw("path", { d: "M12 12v10M3 9h18" }),
    text(-4, 17, "end", t("driver")));
}

function drawStage(middle) {
  return draw("g", { class: "front" },
    draw("path", { d: `M${middle * 0.35} 34Q${middle} 8 ${middle * 1.65} 34` }),
    text(middle, 40, "middle", t("stage")));
}

export class SeatMap {
  #stock;
  #coach;
  #width;
  #seats = new Map();  // label -> { element, x, y, kind }
  #names = [];         // of rows, at their left: { element, x }
  #current;            // where the tab key leads

  // `toggle` is told the label that was pressed.
  constructor(stock, toggle) {
    this.#stock = stock;
    this.#coach = isCoach(stock);
    this.#width = Math.max(...stock.rows.map(across)) + 2 * margin;
    this.element = this.#draw();
    this.#current = this.#seats.keys().next().value;
    this.#seats.get(this.#current).element.setAttribute("tabindex", 0);
    this.element.onclick = (event) => {
      const label = event.target.closest("[data-unit]")?.dataset.unit;
      if (!label) return;
      this.#focus(label);
      toggle(label);
    };
    this.element.onkeydown = (event) => {
      if (event.key === " " || event.key === "Enter") toggle(this.#current);
      else if (directions[event.key]) this.#move(directions[event.key]);
      else return;
      event.preventDefault();
    };
  }

  #draw() {
    const width = this.#width;
    const rows = [];
    let y = this.#coach ? 46 : 56;
    this.#stock.rows.forEach((row, i, all) => {
      if (this.#stock.types.length > 1 && row.type !== all[i - 1]?.type) {
        const price = money(this.#stock.price(row.type), this.#stock.offering.currency);
        rows.push(text(width / 2, y + 18, "middle", `${typeName(row.type)} · ${price}`, { class: "type" }));
        y += heading;
      }
      rows.push(this.#drawRow(row, y));
      y += pitch + 2;
    });
    const height = y + 10;
    const body = { class: "body", x: 6, y: 4, width: width - 12, height: height - 8, rx: 26 };
    const map = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", class: this.#coach ? "coach" : "hall",
      "aria-label": t("seatsOf", { name: this.#stock.name }) },
    this.#coach ? [draw("rect", body), drawDriver(width)] : drawStage(width / 2), ...rows);
    map.style.minWidth = `${this.#coach ? width : width * 0.8}px`;
    map.style.maxWidth = `${width * (this.#coach ? 1.4 : 1.15)}px`;
    return map;
  }

  #drawRow(row, y) {
    let x = (this.#width - across(row)) / 2;
    const group = draw("g", { role: "group", "aria-label": t("row", { row: row.row }) });
    const properties = { class: "row", "aria-hidden": true };
    const name = draw("g", properties, draw("rect", { x: x - nameWidth - 2, y: y - 4, width: nameWidth, height: pitch + 2 }),
      text(x - 10, y + 17, "end", row.row));
    this.#names.push({ element: name, x: x - nameWidth - 2 });
    const end = text(this.#width - x + 4, y + 17, "start", row.row, properties);
    for (const label of row.cells) {
      if (label !== null) group.append(this.#drawSeat(label, x, y, this.#stock.types.indexOf(row.type) % 4));
      x += label === null ? aisle : pitch;
    }
    if (!this.#coach) group.append(end, name);
    return group;
  }

  // Of a drawing of which so many pixels are out of sight the rows keep their names in sight.
  scrolled(pixels) {
    const left = pixels * this.#width / this.element.getBoundingClientRect().width;
    for (const { element, x } of this.#names) element.setAttribute("transform", `translate(${Math.max(0, left - x)} 0)`);
  }

  #drawSeat(label, x, y, kind) {
    const element = draw("g", { role: "checkbox", tabindex: -1, "data-unit": label, transform: `translate(${x} ${y})` },
      draw("rect", { width: size, height: size, rx: 7 }), draw("path"),
      text(size / 2, 17, "middle", label.replace(/^\D+/, "") || label));
    this.#seats.set(label, { element, x, y, kind });
    return element;
  }

  // `told` answers the state and the name of each label; what is as it was is left alone.
  paint(told) {
    for (const [label, { element, kind }] of this.#seats) {
      const { state, name } = told(label);
      if (element.getAttribute("aria-label") === name) continue;
      element.setAttribute("class", `seat ${state} k${kind}`);
      element.setAttribute("aria-label", name);
      element.setAttribute("aria-checked", state === "chosen");
      element.setAttribute("aria-disabled", !["free", "chosen"].includes(state));
      element.querySelector("path").setAttribute("d", signs[state]);
    }
  }

  #focus(label) {
    this.#seats.get(this.#current).element.setAttribute("tabindex", -1);
    this.#current = label;
    const { element } = this.#seats.get(label);
    element.setAttribute("tabindex", 0);
    element.focus();
  }

  // To the nearest seat in a direction: within the row, or in the nearest row that has one.
  #move([dx, dy]) {
    const { x, y } = this.#seats.get(this.#current);
    let best = null;
    for (const [label, seat] of this.#seats) {
      const along = (seat.x - x) * dx + (seat.y - y) * dy;
      const aside = dx ? Math.abs(seat.y - y) : Math.abs(seat.x - x);
      if (along <= 0 || (dx && aside)) continue;
      const far = along + aside * 2;
      if (!best || far < best.far) best = { label, far };
    }
    if (best) this.#focus(best.label);
  }
}
