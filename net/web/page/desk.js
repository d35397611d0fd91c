// The desk: who comes and goes on a day, finding a reservation, and what is out of sale.

import { ask, askAll, look, session, write } from "./api.js";
import { button, field, form, h, notice, select, working } from "./dom.js";
import { reservationCard } from "./mine.js";
import { checkOut, statusOf } from "./reservation.js";
import { dateOf, dayNumber, optionOf } from "./stock.js";
import { clock, itemWhen, t, title } from "./text.js";

const most = 100;  // offerings looked at; as many commands go in one request

// Every reservation that has something to do with the day, with its offering's axis.
async function ofDay(offerings, day) {
  const dated = offerings.filter((row) => optionOf[row.axis] && row.axis !== "legs");
  const span = (axis) => (axis === "nights" ? `nights=${dateOf(day - 1)}..${dateOf(day + 1)}` : `at=${dateOf(day)}T00:00/${dateOf(day + 1)}T00:00`);
  const replies = await askAll(dated.map((row) => ["LIST", row.offering, span(row.axis), "n=1000"]));
  const found = new Map();
  for (const { rows } of replies) for (const row of rows ?? []) found.set(row.locator, row);
  return [...found.values()];
}

// Its items that begin, or end, on a day.
const beginning = (reservation, date) => reservation.items.filter((item) => !item.state && (item.nights?.startsWith(`${date}..`) || item.at?.startsWith(`${date}T`)));
const ending = (reservation, date) => reservation.items.filter((item) => !item.state && (item.nights?.endsWith(`..${date}`) || item.nights?.endsWith("..")));

function movements(name, rows, items, action) {
  const columns = ["units", "guest", "locator", "status", "actions"];
  return h("section", { "aria-label": name }, h("h2", {}, name),
    rows.length === 0 ? h("p.hint", {}, t("none")) : h("div.scroll", {}, h("table.list", {}, h("thead", {}, h("tr", {}, columns.map((key) => h("th", { scope: "col" }, t(key))))),
      h("tbody", {}, rows.map((row) => h("tr", {},
        h("td", {}, items(row).map((item) => h("div", {}, h("b", {}, `${title(item.offering)} ${item.unit}`), " ", h("small", {}, itemWhen(item))))),
        h("td", {}, row.guest ?? row.account ?? ""), h("td", {}, h("a.locator", { href: `#/r/${row.locator}` }, row.locator)),
        h("td", {}, statusOf(row)), h("td", {}, action(row))))))));
}

function dayPart(offerings) {
  const today = offerings.today;
  const date = h("input", { type: "date", value: today, onchange: working(paint) });
  const lists = h("div.columns.even", { "aria-live": "polite" });
  async function paint() {
    if (!date.value) return;
    const chosen = date.value;
    const rows = await ofDay(offerings.rows, dayNumber(chosen));
    const checkIn = (row) => row.status === "confirmed" && button(t("checkIn"), working(async () => { await write("CHECKIN", row.locator); notice(t("done")); await paint(); }), "primary");
    const leave = (row) => row.status === "checked_in" && button(t("checkOut"), working(() => checkOut(row.locator, paint)), "primary");
    const present = (row) => ["confirmed", "checked_in"].includes(row.status);
    lists.replaceChildren(
      movements(t("arrivals"), rows.filter((row) => present(row) && beginning(row, chosen).length), (row) => beginning(row, chosen), checkIn),
      movements(t("departures"), rows.filter((row) => row.status === "checked_in" && ending(row, chosen).length), (row) => ending(row, chosen), leave));
  }
  return { element: h("section", {}, h("div.inline", {}, field(t("day"), date), button(t("today"), working(async () => { date.value = today; await paint(); }))), lists), paint };
}

function searchPart() {
  const text = h("input", { type: "search", required: true, minlength: 2 });
  const found = h("div", { "aria-live": "polite" });
  return form("", async () => {
    const wanted = text.value.trim();
    const replies = await askAll(["guest", "account", ...(/^\w{4,}$/.test(wanted) ? ["ref"] : [])].map((by) => ["FIND", `${by}=${by === "ref" ? wanted.toUpperCase() : wanted}`, "n=50"]));
    const rows = new Map(replies.flatMap((reply) => reply.rows ?? []).map((row) => [row.locator, row]));
    found.replaceChildren(h("h3", {}, `${t("found")}: ${rows.size}`), h("ul.cards.tall", {}, [...rows.values()].map(reservationCard)));
  }, h("h2", {}, t("search")), h("div.inline", {}, field(t("searchFor"), text), h("button.primary", {}, t("find"))), found);
}

// The fields of a span on each axis; their value is the option, or nothing for an event.
function spanFields(offering, today) {
  const dates = (label, value) => field(label, h("input", { type: "date", required: true, value }));
  const times = (label, value) => field(label, h("input", { type: "datetime-local", required: true, value }));
  const fields = {
    event: () => [],
    legs: () => [field(t("stopFrom"), select(offering.stops.split(",").map((stop) => [stop, stop]))), field(t("stopTo"), select(offering.stops.split(",").map((stop) => [stop, stop]), offering.stops.split(",").at(-1)))],
    nights: () => [dates(t("fromDay"), today), dates(t("until"), dateOf(dayNumber(today) + 1))],
    slots: () => [times(t("fromDay"), `${today}T12:00`), times(t("until"), `${today}T13:00`)],
  }[offering.axis]();
  const joint = { legs: "-", nights: "..", slots: "/" }[offering.axis];
  const option = () => (joint ? [`${optionOf[offering.axis]}=${fields.map((part) => part.querySelector("input, select").value).join(joint)}`] : []);
  return { fields, option };
}

function blockPart(offerings) {
  const body = h("div");
  const choose = select(offerings.rows.map((row) => [row.offering, title(row.offering)]), undefined, working(paint));
  async function paint() {
    const offering = await look("OFFERING", "SHOW", choose.value);
    const { rows } = await ask("BLOCK", "LIST", offering.offering);
    const spanOf = (row) => itemWhen(row) || t("always");
    const lift = (row) => working(async () => {
      const option = optionOf[offering.axis];
      await write("UNBLOCK", offering.offering, row.unit, ...(option ? [`${option}=${row[option]}`] : []));
      notice(t("unblocked"));
      await paint();
    });
    body.replaceChildren(
      rows.length ? h("ul.items", {}, rows.map((row) => h("li", {}, h("span", {}, h("b", {}, row.unit), h("small", {}, `${spanOf(row)} · ${row.reason}`)),
        session.manager && button(t("unblock"), lift(row))))) : h("p.hint", {}, t("none")),
      session.manager ? blockForm(offering) : h("p.hint", {}, t("managersBlock")));
  }
  function blockForm(offering) {
    const units = h("input", { required: true });
    const reason = h("input", { required: true, maxlength: 200 });
    const span = spanFields(offering, offering.today ?? offerings.today);
    return form("inline", async () => {
      await write("BLOCK", offering.offering, ...units.value.trim().split(/[\s,]+/), ...span.option(), `reason=${reason.value}`);
      notice(t("blockedNow"));
      await paint();
    }, field(t("units"), units, t("unitsHint")), ...span.fields, field(t("reason"), reason), h("button.primary", {}, t("block")));
  }
  return { element: h("section", {}, h("h2", {}, t("blocks")), field(t("offering"), choose), body), paint };
}

export async function showDesk(main) {
  main.replaceChildren(h("h1", {}, t("desk")));
  if (!session.staff && !(await session.ask() && session.staff)) {
    main.append(h("p", {}, t("deskOnly")));
    return;
  }
  const { rows } = await look("OFFERING", "LIST", `n=${most}`);
  // The venue's day, where there is an offering that knows it.
  const dated = rows.find((row) => ["nights", "slots"].includes(row.axis));
  const today = dated ? (await look("OFFERING", "SHOW", dated.offering)).today : (await look("TIME")).time.slice(0, 10);
  const offerings = { rows, today };
  const day = dayPart(offerings);
  const blocks = blockPart(offerings);
  main.append(day.element, h("div.columns.even", {}, searchPart(), blocks.element));
  await day.paint();
  if (rows.length) await blocks.paint();
}
