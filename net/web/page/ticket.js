// Ticket: what is printed or shown at the door, and the items of a reservation.

import { draw, h, table } from "./dom.js";
import { qr } from "./qr.js";
import { itemName, itemWhen, money, t } from "./text.js";

const quiet = 4;  // modules around a code

export const isLive = (item) => item.state === undefined;
export const statusOf = (reservation) => h(`span.status.${reservation.status}`, t(`status_${reservation.status}`));

// With `mark`, a box before each that can be cancelled.
export function itemList(reservation, mark) {
  return h("ul.items", reservation.items.map((item) => {
    const live = isLive(item);
    const [what, when] = [itemName(item), itemWhen(item)];
    const box = mark && live && h("input", { type: "checkbox", value: item.item, "aria-label": t("mark", { what }) });
    const state = item.state === "cancelled" ? t("cancelled") : item.state;
    return h(`li${live ? "" : ".gone"}`,
      h("label", box, h("span", h("b", what), [when, state].filter(Boolean).map((text) => h("small", text)))),
      h("span.price", money(item.price, reservation.currency)));
  }));
}

// What was paid, is due or comes back.
export function moneyOf({ total, paid, due, refund, currency }) {
  const told = [["paid", { paid }], ["due", { due }], ["refundDue", { refund }]].flatMap(([key, amount]) => {
    const [[name, minor]] = Object.entries(amount);
    return minor ? [t(key, { [name]: money(minor, currency) })] : [];
  });
  return told.join(" · ") || (total ? money(total, currency) : t("free0"));
}

function drawCode(text, label) {
  const grid = qr(text);
  const side = grid.length + 2 * quiet;
  const square = (dark, x, y) => (dark ? `M${x + quiet} ${y + quiet}h1v1h-1z` : "");
  const d = grid.flatMap((row, y) => row.map((dark, x) => square(dark, x, y))).join("");
  const properties = { viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label, class: "code" };
  return draw("svg", { ...properties, "shape-rendering": "crispEdges" },
    draw("rect", { width: side, height: side, fill: "#fff" }), draw("path", { d, fill: "#000" }));
}

export function ticketOf(ticket) {
  const { locator, transaction, currency } = ticket;
  const facts = [["holder", ticket.holder], ["locator", locator], ["receipt", transaction], ["total", moneyOf(ticket)]];
  const row = (item) => [String(item.serial), itemName(item), itemWhen(item), money(item.price, currency)];
  return h("section.ticket", { "aria-labelledby": "ticket" },
    h("div.stub", drawCode(`HOLDFAST/${locator}/${transaction ?? "DUE"}`, t("code", { locator })),
      h("strong.locator", locator)),
    h("div", h("h2", { id: "ticket" }, t("ticket")),
      h("dl", facts.map(([key, value]) => value && h("div", h("dt", t(key)), h("dd", value)))),
      table(["serial", "what", "when", "price"], ticket.items.map(row))));
}
