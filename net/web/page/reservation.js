// Reservation: what there is to do with one: pay for a hold before it ends, the ticket, giving all or
// a part of it back, arriving and leaving.

import { ask, now, session, write } from "./api.js";
import { button, draw, field, form, h, notice, select, working } from "./dom.js";
import { live } from "./live.js";
import { qr } from "./qr.js";
import { Stock } from "./stock.js";
import { itemName, itemWhen, money, t } from "./text.js";

const extendedKey = (locator) => `holdfast.extended.${locator}`;
const tickMs = 250;
const warnings = [300, 60, 30];  // seconds left that are said aloud

// "12:05" until a moment of the server's clock; says so at some moments. `ended` a second after the
// end: its clock is known to a second, and it is the server that ends a hold.
function countdown(until, ended) {
  const clock = h("strong", { role: "timer" });
  const spoken = h("span.hidden", { "aria-live": "polite" });
  const element = h("p.countdown", {}, h("span", {}, t("timeLeft")), clock, spoken);
  let before = Infinity;
  let overdue = 0;
  const timer = setInterval(tick, tickMs);
  function tick() {
    if (!element.isConnected) {
      clearInterval(timer);
      return;
    }
    const left = Math.max(0, Math.floor((until - now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    element.classList.toggle("urgent", left <= 60);
    const warning = warnings.find((second) => left <= second && second < before);
    if (warning) spoken.textContent = t("minutesLeft", { minutes: clock.textContent });
    before = left;
    if (left === 0 && ++overdue % (1000 / tickMs) === 0) ended();
  }
  queueMicrotask(tick);
  return element;
}

const live1 = (item) => item.state === undefined;

export function itemList(reservation, mark) {
  return h("ul.items", {}, reservation.items.map((item) => {
    const what = itemName(item);
    const when = itemWhen(item);
    const box = mark && live1(item) ? h("input", { type: "checkbox", value: item.item, "aria-label": t("mark", { what }) }) : null;
    return h(`li${live1(item) ? "" : ".gone"}`, {}, h("label", {}, box, h("span", {}, h("b", {}, what), when && h("small", {}, when),
      !live1(item) && h("small", {}, item.state === "cancelled" ? t("cancelled") : item.state))),
    h("span.price", {}, money(item.price, reservation.currency)));
  }));
}

function moneyTold(reservation) {
  const { total, paid, due, refund, currency } = reservation;
  const told = [];
  if (paid) told.push(t("paid", { paid: money(paid, currency) }));
  if (due) told.push(t("due", { due: money(due, currency) }));
  if (refund) told.push(t("refundDue", { refund: money(refund, currency) }));
  return told.join(" · ") || (total ? money(total, currency) : t("free0"));
}

export const statusOf = (reservation) => h(`span.status.${reservation.status}`, {}, t(`status_${reservation.status}`));

// The rest of what a person has to say yes to.
export function sure(question, yes, work) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { "aria-labelledby": "sure", onclose: () => { dialog.remove(); resolve(); } },
      ...[].concat(question).map((part, i) => (i ? part : h("h2", { id: "sure" }, part))),
      h("div.buttons", {}, button(yes, working(async () => { dialog.close(); await work(); }), "primary"), button(t("no"), () => dialog.close())));
    document.body.append(dialog);
    dialog.showModal();
  });
}

// What checking out now would cost.
export async function checkOut(locator, done) {
  const bill = await ask("DRYRUN", "CHECKOUT", locator);
  const line = (name, amount) => h("p.total", {}, h("span", {}, name), h("strong", {}, money(amount, bill.currency)));
  await sure([t("bill"), itemList(bill), line(t("billTotal"), bill.total), bill.paid && line(t("billPaid"), bill.paid),
    bill.refund && line(t("billRefund"), bill.refund), bill.due && line(t("billDue"), bill.due)].filter(Boolean), t("sureCheckOut"), async () => {
    await write("CHECKOUT", locator);
    notice(t("done"));
    await done();
  });
}

function drawCode(text, label) {
  const grid = qr(text);
  const path = grid.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + 4} ${y + 4}h1v1h-1z` : ""))).join("");
  const side = grid.length + 8;
  return draw("svg", { viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label, class: "code", "data-text": text, "shape-rendering": "crispEdges" },
    draw("rect", { width: side, height: side, fill: "#fff" }), draw("path", { d: path, fill: "#000" }));
}

function ticketOf(ticket) {
  const { locator, transaction, currency } = ticket;
  const fact = (name, value) => value && h("div", {}, h("dt", {}, name), h("dd", {}, value));
  return h("section.ticket", { "aria-labelledby": "ticket" },
    h("div.stub", {}, drawCode(`HOLDFAST/${locator}/${transaction ?? "DUE"}`, t("code", { locator })), h("strong.locator", {}, locator)),
    h("div", {}, h("h2", { id: "ticket" }, t("ticket")),
      h("dl", {}, fact(t("holder"), ticket.holder), fact(t("locator"), locator), fact(t("receipt"), transaction), fact(t("total"), moneyTold(ticket))),
      h("table", {}, h("thead", {}, h("tr", {}, ["serial", "what", "when", "price"].map((key) => h("th", { scope: "col" }, t(key))))),
        h("tbody", {}, ticket.items.map((item) => h("tr", {}, h("td", {}, String(item.serial)), h("td", {}, itemName(item)),
          h("td", {}, itemWhen(item)), h("td", {}, money(item.price, currency))))))));
}

// How to pay, or to confirm what costs nothing or is paid later.
function payment(reservation, later, again) {
  const { locator, total, currency } = reservation;
  const confirm = async () => { await write("CONFIRM", locator); await again(true); };
  if (!total) return h("div.buttons", {}, button(t("confirm"), working(confirm), "primary"));
  const card = select([["", t("card")], ["declined", t("declinedCard")]]);
  const refused = h("p.error", { role: "alert" });
  return form("payment", async () => {
    refused.textContent = "";
    try {
      await write("PAY", locator, ...(card.value ? [`token=${card.value}`] : []));
    } catch (refusal) {
      if (refusal.code !== "DECLINED") throw refusal;
      refused.textContent = t("declined");
      return;
    }
    await again(true);
  }, h("h2", {}, t("payTitle")), field(t("cardLabel"), card, t("payHint")), refused,
  h("div.buttons", {}, h("button.primary", {}, t("pay", { total: money(reservation.due ?? total, currency) })),
    later && button(t("payLater"), working(confirm))));
}

// Whether all of it may be paid later, and how long a hold of it is.
async function rulesOf(reservation) {
  const names = [...new Set(reservation.items.map((item) => item.offering))];
  const stocks = await Promise.all(names.map((name) => Stock.load(name)));
  live.follow(stocks);
  return { later: stocks.every((stock) => stock.offering.pay === "later"), seconds: Math.min(...stocks.map((stock) => parseInt(stock.offering.hold, 10))) };
}

function heldPart(reservation, rules, again) {
  const { locator } = reservation;
  const extended = sessionStorage.getItem(extendedKey(locator));
  const extend = working(async () => {
    await write("EXTEND", locator, `${rules.seconds}s`);
    sessionStorage.setItem(extendedKey(locator), "1");
    await again();
  });
  const release = working(async () => { await write("RELEASE", locator); notice(t("released")); await again(); });
  return [countdown(Date.parse(reservation.until), () => again()),
    payment(reservation, rules.later, again),
    h("div.buttons.quiet", {}, extended ? h("span.hint", {}, t("extendedOnce")) : button(t("extend"), extend), button(t("release"), release))];
}

function cancelling(reservation, list, again) {
  const { locator } = reservation;
  const cancel = (what, items) => sure(t("sureCancel", { what }), t("yesCancel"), async () => {
    await write("CANCEL", locator, ...(items ? [`items=${items}`] : []));
    notice(t("done"));
    await again();
  });
  const some = working(async () => {
    const marked = [...list.querySelectorAll("input:checked")];
    if (!marked.length) return notice(t("markFirst"));
    const names = marked.map((box) => itemName(reservation.items.find((item) => String(item.item) === box.value)));
    return cancel(names.join(", "), marked.map((box) => box.value).join(","));
  });
  return h("div.buttons.quiet", {}, button(t("cancelChosen"), some), button(t("cancelAll"), () => cancel(t("everything"))));
}

export async function showReservation(main, locator) {
  let version = 0;
  let last = null;
  const body = h("div");
  const heading = h("h1", { tabindex: -1 }, t("reservation", { locator }));
  main.replaceChildren(heading, body);

  async function paint(focus) {
    const mine = ++version;
    const reservation = await ask("SHOW", locator);
    const rules = last ? last.rules : await rulesOf(reservation);
    const { status } = reservation;
    const ticket = ["confirmed", "checked_in", "completed"].includes(status) ? await ask("TICKET", locator) : null;
    if (mine !== version || !body.isConnected) return;
    last = { reservation, rules };
    const held = status === "held";
    const active = ["confirmed", "checked_in"].includes(status);
    const list = itemList(reservation, active);
    const stays = reservation.items.some((item) => item.nights && live1(item));
    const again = paint;
    body.replaceChildren(h("p.state", {}, statusOf(reservation), " ", moneyTold(reservation)),
      ...(held ? heldPart(reservation, rules, again) : []),
      ...(status === "expired" ? [h("p.error", { role: "alert" }, t("ranOut")),
        button(t("revive"), working(async () => { await write("REVIVE", locator); sessionStorage.removeItem(extendedKey(locator)); await again(true); }), "primary")] : []),
      ...(ticket ? [ticketOf(ticket), h("div.buttons", {}, button(t("print"), () => print(), "primary"))] : []),
      ...(active && reservation.payment === "pending" ? [payment(reservation, false, again)] : []),
      h("h2", {}, t("items")), list,
      active && cancelling(reservation, list, again) || "",
      h("div.buttons.quiet", {},
        status === "confirmed" && (stays || session.staff) && button(t("checkIn"), working(async () => { await write("CHECKIN", locator); notice(t("done")); await again(); })),
        status === "checked_in" && button(t("checkOut"), working(() => checkOut(locator, again)))));
    if (focus) heading.focus();
  }

  // Anything may have happened to it: its end, the desk, another window.
  const changed = () => body.isConnected && last && paint().catch(() => {});
  live.addEventListener("change", changed);
  live.addEventListener("back", changed);
  await paint();
  return () => {
    live.removeEventListener("change", changed);
    live.removeEventListener("back", changed);
  };
}
