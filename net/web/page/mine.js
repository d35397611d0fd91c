// My reservations, newest first.

import { ask } from "./api.js";
import { button, h, working } from "./dom.js";
import { isLive, statusOf } from "./ticket.js";
import { itemName, itemWhen, money, t } from "./text.js";

const page = 20;
const mostItems = 4;  // that a card names

export function reservationCard(reservation) {
  const { locator, items, total, currency, guest } = reservation;
  return h("li", h("a.card", { href: `#/r/${locator}` },
    h("span", h("b.locator", locator), " ", statusOf(reservation), guest && h("span", ` ${guest}`),
      items.slice(0, mostItems).map((item) =>
        h(`small${isLive(item) ? "" : ".gone"}`, [itemName(item), itemWhen(item)].filter(Boolean).join(", "))),
      items.length > mostItems && h("small", "…")),
    h("span.price", money(total, currency))));
}

export async function showMine(main) {
  const list = h("ul.cards.tall");
  let after = null;
  const more = button(t("more"), working(load));
  async function load() {
    const { rows } = await ask("MINE", `n=${page}`, ...(after ? [`after=${after}`] : []));
    list.append(...rows.map(reservationCard));
    after = rows.at(-1)?.locator;
    more.hidden = rows.length < page;
  }
  main.replaceChildren(h("h1", t("mine")), list, more);
  try {
    await load();
  } catch (refusal) {
    if (!refusal.code) throw refusal;
    main.replaceChildren(h("h1", t("mine")), h("p", refusal.code === "NOAUTH" ? t("mineLogIn") : refusal.message));
    return;
  }
  if (!list.children.length) list.replaceWith(h("p.hint", t("mineNone")));
}
