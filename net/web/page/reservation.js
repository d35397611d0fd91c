// Reservation: what there is to do with one: pay for a hold before it ends, the ticket, giving all or
// a part of it back, arriving and leaving.

import { ask, now, session, write } from "./api.js";
import { button, field, form, h, notice, select, working } from "./dom.js";
import { live } from "./live.js";
import { Stock } from "./stock.js";
import { isLive, itemList, moneyOf, statusOf, ticketOf } from "./ticket.js";
import { itemName, money, t } from "./text.js";

const extendedKey = (locator) => `holdfast.extended.${locator}`;
const tickMs = 250;
const warnings = [300, 60, 30];  // seconds left that are said aloud
const withTicket = ["confirmed", "checked_in", "completed"];

// "12:05" until a moment of the server's clock; says so at some moments. `ended` a second after the
// end: its clock is known to a second, and it is the server that ends a hold.
function countdown(until, ended) {
  const clock = h("strong", { role: "timer" });
  const spoken = h("span.hidden", { "aria-live": "polite" });
  const element = h("p.countdown", h("span", t("timeLeft")), clock, spoken);
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
    if (warnings.some((second) => left <= second && second < before)) {
      spoken.textContent = t("minutesLeft", { minutes: clock.textContent });
    }
    before = left;
    if (left === 0 && ++overdue % (1000 / tickMs) === 0) ended();
  }
  queueMicrotask(tick);
  return element;
}

// Asks whether it is meant; the first of `told` is the question.
function sure([question, ...told], yes, work) {
  return new Promise((resolve) => {
    const agreed = working(async () => {
      dialog.close();
      await work();
    });
    const dialog = h("dialog", { "aria-labelledby": "sure", onclose: () => { dialog.remove(); resolve(); } },
      h("h2", { id: "sure" }, question), ...told,
      h("div.buttons", button(yes, agreed, "primary"), button(t("no"), () => dialog.close())));
    document.body.append(dialog);
    dialog.showModal();
  });
}

// Shows what checking out now would cost, and does it.
export async function checkOut(locator, done) {
  const bill = await ask("DRYRUN", "CHECKOUT", locator);
  const { total, paid, refund, due } = bill;
  const amounts = [["billTotal", total], ["billPaid", paid], ["billRefund", refund], ["billDue", due]]
    .filter(([, amount]) => amount !== undefined)
    .map(([key, amount]) => h("p.total", h("span", t(key)), h("strong", money(amount, bill.currency))));
  await sure([t("bill"), itemList(bill), ...amounts], t("sureCheckOut"), async () => {
    await write("CHECKOUT", locator);
    notice(t("done"));
    await done();
  });
}

class ReservationView {
  #locator;
  #reservation = null;
  #rules = null;  // of all its offerings: { later, seconds }
  #version = 0;
  #told = "";  // what is on the screen
  #timer = 0;
  #heading;
  #body = h("div");

  constructor(main, locator) {
    this.#locator = locator;
    this.#heading = h("h1", { tabindex: -1 }, t("reservation", { locator }));
    main.replaceChildren(this.#heading, this.#body);
  }

  // Anything may have happened to it: its end, the desk, another window.
  changed = () => {
    if (this.#timer || !this.#reservation) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      if (this.#body.isConnected) this.paint().catch(() => {});
    }, 300);
  };

  async paint(focus) {
    const version = ++this.#version;
    const reservation = await ask("SHOW", this.#locator);
    this.#rules ??= await this.#askRules(reservation);
    const ticket = withTicket.includes(reservation.status) && await ask("TICKET", this.#locator);
    if (version !== this.#version || !this.#body.isConnected) return;
    // Changes of others leave what is ticked and chosen here alone.
    const told = JSON.stringify([reservation, ticket], (key, value) => (key === "seq" ? undefined : value));
    if (!focus && told === this.#told) return;
    this.#told = told;
    this.#reservation = reservation;
    this.#body.replaceChildren(...this.#parts(reservation, ticket).filter(Boolean));
    if (focus) this.#heading.focus();
  }

  // Whether all of it may be paid later, and how long a hold of it is.
  async #askRules({ items }) {
    const stocks = await Promise.all([...new Set(items.map((item) => item.offering))].map((name) => Stock.load(name)));
    live.follow(stocks);
    return {
      later: stocks.every((stock) => stock.offering.pay === "later"),
      seconds: Math.min(...stocks.map((stock) => parseInt(stock.offering.hold, 10))),
    };
  }

  // A button that does one command and shows what has become of it.
  #act(label, words, after = () => {}, kind = "") {
    return button(label, working(async () => {
      await write(...words);
      after();
      await this.paint(true);
    }), kind);
  }

  #parts(reservation, ticket) {
    const { status } = reservation;
    const active = ["confirmed", "checked_in"].includes(status);
    const list = itemList(reservation, active);
    return [
      h("p.state", statusOf(reservation), " ", moneyOf(reservation)),
      ...(status === "held" ? this.#held(reservation) : status === "expired" ? this.#expired() : []),
      ...(ticket ? [ticketOf(ticket), h("div.buttons", button(t("print"), () => print(), "primary"))] : []),
      active && reservation.payment === "pending" && this.#payment(reservation, false),
      h("h2", t("items")), list, active && this.#cancelling(list), this.#stay(reservation),
    ];
  }

  #held(reservation) {
    const key = extendedKey(this.#locator);
    const words = ["EXTEND", this.#locator, `${this.#rules.seconds}s`];
    const extend = this.#act(t("extend"), words, () => sessionStorage.setItem(key, "1"));
    return [countdown(Date.parse(reservation.until), this.changed), this.#payment(reservation, this.#rules.later),
      h("div.buttons", sessionStorage.getItem(key) ? h("span.hint", t("extendedOnce")) : extend,
        this.#act(t("release"), ["RELEASE", this.#locator], () => notice(t("released"))))];
  }

  #expired() {
    const again = () => sessionStorage.removeItem(extendedKey(this.#locator));
    return [h("p.error", { role: "alert" }, t("ranOut")),
      this.#act(t("revive"), ["REVIVE", this.#locator], again, "primary")];
  }

  // How to pay, or to confirm what costs nothing or may be paid later.
  #payment({ total, due, currency }, later) {
    const confirm = (label, kind) => this.#act(label, ["CONFIRM", this.#locator], undefined, kind);
    if (!total) return h("div.buttons", confirm(t("confirm"), "primary"));
    const card = select([["", t("card")], ["declined", t("declinedCard")]]);
    const refused = h("p.error", { role: "alert" });
    return form("payment", async () => {
      refused.textContent = "";
      try {
        await write("PAY", this.#locator, ...(card.value ? [`token=${card.value}`] : []));
        await this.paint(true);
      } catch (refusal) {
        if (refusal.code !== "DECLINED") throw refusal;
        refused.textContent = t("declined");
      }
    }, h("h2", t("payTitle")), field(t("cardLabel"), card, t("payHint")), refused,
    h("div.buttons", h("button.primary", t("pay", { total: money(due ?? total, currency) })),
      later && confirm(t("payLater"))));
  }

  #cancelling(list) {
    const cancel = (what, ...items) => sure([t("sureCancel", { what })], t("yesCancel"), async () => {
      await write("CANCEL", this.#locator, ...items);
      notice(t("done"));
      await this.paint(true);
    });
    const marked = working(() => {
      const numbers = [...list.querySelectorAll("input:checked")].map((box) => Number(box.value));
      if (!numbers.length) return notice(t("markFirst"));
      const names = this.#reservation.items.filter((item) => numbers.includes(item.item)).map(itemName);
      return cancel(names.join(", "), `items=${numbers.join(",")}`);
    });
    return h("div.buttons", button(t("cancelChosen"), marked), button(t("cancelAll"), () => cancel(t("everything"))));
  }

  #stay({ status, items }) {
    const comes = status === "confirmed" && (session.staff || items.some((item) => item.nights && isLive(item)));
    return h("div.buttons", comes && this.#act(t("checkIn"), ["CHECKIN", this.#locator], () => notice(t("done"))),
      status === "checked_in" && button(t("checkOut"), working(() => checkOut(this.#locator, () => this.paint(true)))));
  }
}

export async function showReservation(main, locator) {
  const view = new ReservationView(main, locator);
  live.addEventListener("change", view.changed);
  live.addEventListener("back", view.changed);
  await view.paint();
  return () => {
    live.removeEventListener("change", view.changed);
    live.removeEventListener("back", view.changed);
  };
}
