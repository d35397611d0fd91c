// Basket: what was chosen, of any offerings; held together in one command or not at all.

import { look, session, write } from "./api.js";
import { button, closeButton, field, form, h, notice } from "./dom.js";
import { live } from "./live.js";
import { optionOf, Stock, wholeEvent } from "./stock.js";
import { money, spanName, t, title, typeName } from "./text.js";

const kept = "holdfast.basket";  // over a reload of the tab

const same = (a, b) => a.from === b.from && a.to === b.to;

// A part is { stock, span, units: [label] } or { stock, span, type, n }, of which the server chooses.
class Basket extends EventTarget {
  parts = [];
  quote = null;    // of all of it
  refusal = null;  // why there is none
  #holding = false;
  #restored = null;
  #asked = 0;

  #changed() {
    sessionStorage.setItem(kept, JSON.stringify(this.parts.map(({ stock, span, ...chosen }) =>
      ({ ...chosen, offering: stock.name, when: stock.spanText(span) }))));
    this.dispatchEvent(new Event("change"));
    this.#ask();
  }

  // What the server would take for it.
  async #ask() {
    const asked = ++this.#asked;
    let quote = null;
    let refusal = null;
    try {
      if (this.parts.length) quote = await look("QUOTE", ...this.words());
    } catch (why) {
      refusal = why;
    }
    if (asked !== this.#asked) return;
    Object.assign(this, { quote, refusal });
    this.dispatchEvent(new Event("quote"));
  }

  words() {
    return this.parts.flatMap(({ stock, span, units, type, n }, i) => {
      const option = optionOf[stock.axis];
      return [...(i ? ["+"] : []), stock.name, ...(units ?? [`type=${type}`, `n=${n}`]),
        ...(option ? [`${option}=${stock.spanText(span)}`] : [])];
    });
  }

  get count() {
    return this.parts.reduce((sum, part) => sum + (part.units?.length ?? part.n), 0);
  }

  stocks() {
    return [...new Set(this.parts.map((part) => part.stock))];
  }

  #units(stock, span) {
    return this.parts.find((part) => part.units && part.stock === stock && same(part.span, span));
  }

  has(stock, label, span = wholeEvent) {
    return this.#units(stock, span)?.units.includes(label) ?? false;
  }

  addUnits(stock, labels, span = wholeEvent) {
    let part = this.#units(stock, span);
    if (!part) this.parts.push(part = { stock, span, units: [] });
    part.units.push(...labels.filter((label) => !part.units.includes(label)));
    this.#changed();
  }

  addType(stock, type, n, span) {
    this.parts.push({ stock, span, type, n });
    this.#changed();
  }

  // One unit of a part, or all of it.
  remove(part, label) {
    part.units = part.units?.filter((unit) => label !== undefined && unit !== label);
    this.parts = this.parts.filter((other) => other !== part || part.units?.length);
    this.#changed();
  }

  removeUnit(stock, label, span = wholeEvent) {
    this.remove(this.#units(stock, span), label);
  }

  clear() {
    this.parts = [];
    this.#changed();
  }

  // What was chosen before the page was loaded again, as far as it is still there; once.
  restore() {
    return this.#restored ??= this.#restore(JSON.parse(sessionStorage.getItem(kept) ?? "[]"));
  }

  async #restore(parts) {
    const stocks = new Map();
    for (const { offering, when, ...chosen } of parts) {
      try {
        if (!stocks.has(offering)) stocks.set(offering, await Stock.load(offering));
        const stock = stocks.get(offering);
        this.parts.push({ ...chosen, stock, span: stock.span(when) });
      } catch (refusal) {
        if (!refusal.code) throw refusal;
        notice(refusal.code === "NOTFOUND" ? t("noOffering", { name: offering }) : refusal.message, "bad");
      }
    }
    if (!parts.length) return;
    this.check();
    this.#changed();
  }

  // Takes out what others have taken meanwhile, and says so. Our own hold comes as a change too.
  check() {
    if (this.#holding) return;
    for (const part of [...this.parts]) {
      const { stock, span, units, type, n } = part;
      const lost = units
        ? units.filter((label) => !stock.isFree(label, span)).map((label) => [label, label])
        : stock.free(type, span).length < n ? [[undefined, t("rooms", { count: n, type: typeName(type) })]] : [];
      for (const [label, what] of lost) {
        this.remove(part, label);
        notice(t("lost", { what, offering: title(stock.name) }), "bad");
      }
    }
  }

  // Where the reservation is shown afterwards.
  async hold(guest) {
    if (!this.parts.length || (!session.who && !(await session.ask()))) return;
    this.#holding = true;
    try {
      const { locator } = await write("HOLD", ...this.words(), ...(guest ? [`guest=${guest}`] : []),
        ...(this.quote ? [`price=${this.quote.total}`] : []));
      this.clear();
      location.hash = `#/r/${locator}`;
    } finally {
      this.#holding = false;
      this.check();
      if (this.parts.length) this.#ask();
    }
  }
}

export const basket = new Basket();
live.addEventListener("change", () => basket.check());

function partRows(part) {
  const { stock, span, units, type, n } = part;
  const prices = basket.quote?.items.filter((item) => item.offering === stock.name) ?? [];
  const row = (what, price, remove) => {
    const label = t("remove", { what: `${title(stock.name)} ${what}` });
    return h("li", h("span", what), h("span.price", price === undefined ? "" : money(price, basket.quote.currency)),
      closeButton(remove, label));
  };
  if (!units) {
    const [from, to] = [span.from, span.to].map((day) => stock.spanText({ from: day, to: day }).slice(0, 10));
    const mine = prices.filter((item) => item.nights === `${from}..${to}` && stock.units.get(item.unit)?.type === type);
    const price = mine.length >= n ? mine.slice(0, n).reduce((sum, item) => sum + item.price, 0) : undefined;
    return [row(t("rooms", { count: n, type: typeName(type) }), price, () => basket.remove(part))];
  }
  return units.map((label) => row(label, prices.find((item) => item.unit === label && isOf(item, stock, span))?.price,
    () => basket.remove(part, label)));
}

const isOf = (item, stock, span) => {
  const told = item[optionOf[stock.axis]];
  return told === undefined || same(stock.span(told), span);
};

// The panel beside the offerings; it stays the same element, so that what is typed there stays too.
export function basketPanel() {
  const list = h("div");
  const guest = h("input", { maxlength: 128, autocomplete: "name" });
  const total = h("p.total", { "aria-live": "polite" });
  const refusal = h("p.error", { role: "alert" });
  const hint = h("p.hint");
  const submit = h("button.primary", t("hold"));
  const rest = form("", () => basket.hold(guest.value.trim()),
    field(t("holdName"), guest, t("optional")), total, refusal, submit, hint);
  const jump = button("", () => { panel.scrollIntoView(); heading.focus(); }, "jump");
  const heading = h("h2", { tabindex: -1 }, t("basket"));
  const panel = h("aside.basket", { "aria-label": t("basket") }, heading, list, rest);

  function paint() {
    list.replaceChildren(...(basket.parts.length
      ? basket.parts.map((part) => {
        const when = spanName(part.stock, part.span);
        return h("section", h("h3", title(part.stock.name), when && h("small", when)), h("ul", partRows(part)));
      })
      : [h("p.hint", t("basketEmpty"))]));
    rest.hidden = jump.hidden = !basket.parts.length;
    const { quote } = basket;
    const sum = quote ? money(quote.total, quote.currency) : "…";
    total.replaceChildren(h("span", t("total")), h("strong", sum));
    jump.textContent = t("toBasket", { count: basket.count, total: sum });
    refusal.textContent = basket.refusal?.message ?? "";
    const seconds = Math.min(...basket.stocks().map((stock) => parseInt(stock.offering.hold, 10)));
    hint.textContent = Number.isFinite(seconds) ? t("holdHint", { minutes: Math.round(seconds / 60) }) : "";
  }
  basket.addEventListener("change", () => { basket.quote = null; paint(); });
  basket.addEventListener("quote", paint);
  paint();
  return { panel, jump };
}
