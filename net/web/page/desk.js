// The desk: who comes and goes on a day, finding a reservation, and what is out of sale.

import { ask, askAll, look, session, write } from "./api.js";
import { button, field, form, h, notice, select, table, working } from "./dom.js";
import { reservationCard } from "./mine.js";
import { checkOut } from "./reservation.js";
import { dateOf, dayNumber, optionOf } from "./stock.js";
import { isLive, statusOf } from "./ticket.js";
import { itemName, itemWhen, t, title } from "./text.js";

const most = 100;      // offerings looked at; as many commands go in one request
const mostOfDay = 1000;
const mostFound = 50;

const isDated = (offering) => ["nights", "slots"].includes(offering.axis);

// Every reservation that has something to do with a day, or with the night before.
async function reservationsOf(offerings, date) {
  const day = dayNumber(date);
  const spans = {
    nights: `nights=${dateOf(day - 1)}..${dateOf(day + 1)}`,
    slots: `at=${date}T00:00/${dateOf(day + 1)}T00:00`,
  };
  const replies = await askAll(offerings.filter(isDated)
    .map((row) => ["LIST", row.offering, spans[row.axis], `n=${mostOfDay}`]));
  const rows = replies.flatMap((reply) => reply.rows ?? []);
  return [...new Map(rows.map((row) => [row.locator, row])).values()];
}

// The items of a reservation that begin on a date, and those that end then or any day.
const beginning = ({ items }, date) =>
  items.filter((item) => isLive(item) && (item.nights?.startsWith(`${date}..`) || item.at?.startsWith(`${date}T`)));
const ending = ({ items }, date) =>
  items.filter((item) => isLive(item) && [date, ""].includes(item.nights?.split("..")[1]));

// `itemsOf` a reservation are those that move, `action` is its button.
function movements(name, reservations, itemsOf, action) {
  const told = (item) => h("div", h("b", itemName(item)), " ", h("small", itemWhen(item)));
  const rows = reservations.map((row) => [itemsOf(row).map(told), row.guest ?? row.account ?? "",
    h("a.locator", { href: `#/r/${row.locator}` }, row.locator), statusOf(row), action(row)]);
  return h("section", { "aria-label": name }, h("h2", name), rows.length
    ? h("div.scroll", table(["units", "guest", "locator", "status", "actions"], rows)) : h("p.hint", t("none")));
}

class DayPart {
  #offerings;
  #date;
  #lists = h("div.columns.even", { "aria-live": "polite" });

  constructor(offerings, today) {
    this.#offerings = offerings;
    this.#date = h("input", { type: "date", value: today, onchange: working(() => this.paint()) });
    const back = working(async () => {
      this.#date.value = today;
      await this.paint();
    });
    this.element = h("section", h("div.inline", field(t("day"), this.#date), button(t("today"), back)), this.#lists);
  }

  async paint() {
    const date = this.#date.value;
    if (!date) return;
    const rows = await reservationsOf(this.#offerings, date);
    if (date !== this.#date.value) return;
    const comes = (row) => beginning(row, date);
    const goes = (row) => ending(row, date);
    const here = rows.filter((row) => row.status === "checked_in");
    const expected = rows.filter((row) => row.status === "confirmed");
    this.#lists.replaceChildren(
      movements(t("arrivals"), [...expected, ...here].filter((row) => comes(row).length), comes, (row) => this.#checkIn(row)),
      movements(t("departures"), here.filter((row) => goes(row).length), goes, (row) => this.#checkOut(row)));
  }

  #checkIn({ status, locator }) {
    return status === "confirmed" && button(t("checkIn"), working(async () => {
      await write("CHECKIN", locator);
      notice(t("done"));
      await this.paint();
    }), "primary");
  }

  #checkOut({ locator }) {
    return button(t("checkOut"), working(() => checkOut(locator, () => this.paint())), "primary");
  }
}

function searchPart() {
  const text = h("input", { type: "search", required: true, minlength: 2 });
  const found = h("div", { "aria-live": "polite" });
  return form("", async () => {
    const wanted = text.value.trim();
    const ways = [`guest=${wanted}`, `account=${wanted}`];
    if (/^\w{4,}$/.test(wanted)) ways.push(`ref=${wanted.toUpperCase()}`);
    const replies = await askAll(ways.map((way) => ["FIND", way, `n=${mostFound}`]));
    const rows = new Map(replies.flatMap((reply) => reply.rows ?? []).map((row) => [row.locator, row]));
    found.replaceChildren(h("h3", `${t("found")}: ${rows.size}`),
      h("ul.cards.tall", [...rows.values()].map(reservationCard)));
  }, h("h2", t("search")), h("div.inline", field(t("searchFor"), text), h("button.primary", t("find"))), found);
}

// The fields of a span of an offering, and what they say as an option of a command.
function spanFields({ axis, stops }, today) {
  const input = (type, value) => h("input", { type, value, required: true });
  const stop = (at) => select(stops.split(",").map((name) => [name, name]), stops.split(",").at(at));
  const [names, joint, controls] = {
    event: () => [[], "", []],
    legs: () => [["stopFrom", "stopTo"], "-", [stop(0), stop(-1)]],
    nights: () => [["fromDay", "until"], "..", [input("date", today), input("date", dateOf(dayNumber(today) + 1))]],
    slots: () => [["fromDay", "until"], "/", ["12:00", "13:00"].map((hour) => input("datetime-local", `${today}T${hour}`))],
  }[axis]();
  return {
    fields: names.map((key, i) => field(t(key), controls[i])),
    option: () => (joint ? [`${optionOf[axis]}=${controls.map((control) => control.value).join(joint)}`] : []),
  };
}

class BlockPart {
  #today;
  #choice;
  #body = h("div");

  constructor(offerings, today) {
    this.#today = today;
    const names = offerings.map((row) => [row.offering, title(row.offering)]);
    this.#choice = select(names, undefined, working(() => this.paint()));
    this.element = h("section", h("h2", t("blocks")), field(t("offering"), this.#choice), this.#body);
  }

  async paint() {
    const name = this.#choice.value;
    const offering = await look("OFFERING", "SHOW", name);
    const { rows } = await ask("BLOCK", "LIST", offering.offering);
    if (name !== this.#choice.value) return;  // another was chosen meanwhile
    this.#body.replaceChildren(
      rows.length ? h("ul.items", rows.map((row) => this.#row(offering, row))) : h("p.hint", t("none")),
      session.manager ? this.#form(offering) : h("p.hint", t("managersBlock")));
  }

  #row(offering, row) {
    const option = optionOf[offering.axis];
    const lift = working(async () => {
      await write("UNBLOCK", offering.offering, row.unit, ...(option ? [`${option}=${row[option]}`] : []));
      notice(t("unblocked"));
      await this.paint();
    });
    const told = `${itemWhen(row) || t("always")} · ${row.reason}`;
    return h("li", h("span", h("b", row.unit), h("small", told)), session.manager && button(t("unblock"), lift));
  }

  #form(offering) {
    const units = h("input", { required: true });
    const reason = h("input", { required: true, maxlength: 200 });
    const span = spanFields(offering, offering.today ?? this.#today);
    return form("inline", async () => {
      const labels = units.value.trim().split(/[\s,]+/);
      await write("BLOCK", offering.offering, ...labels, ...span.option(), `reason=${reason.value}`);
      notice(t("blockedNow"));
      await this.paint();
    }, field(t("units"), units, t("unitsHint")), ...span.fields, field(t("reason"), reason),
    h("button.primary", t("block")));
  }
}

// The venue's day, where there is an offering that knows it.
async function todayOf(offerings) {
  const dated = offerings.find(isDated);
  if (dated) return (await look("OFFERING", "SHOW", dated.offering)).today;
  return (await look("TIME")).time.slice(0, 10);
}

export async function showDesk(main) {
  main.replaceChildren(h("h1", t("desk")));
  if (!session.staff && !(await session.ask() && session.staff)) {
    main.append(h("p", t("deskOnly")));
    return;
  }
  const { rows } = await look("OFFERING", "LIST", `n=${most}`);
  const today = await todayOf(rows);
  const day = new DayPart(rows, today);
  const blocks = new BlockPart(rows, today);
  main.append(day.element, h("div.columns.even", searchPart(), blocks.element));
  await day.paint();
  if (rows.length) await blocks.paint();
}
