// Offerings: what there is to choose from, and the one in hand.

import { fetched, look } from "./api.js";
import { basket, basketPanel } from "./basket.js";
import { button, draw, field, h, notice, working } from "./dom.js";
import { live } from "./live.js";
import { Stock } from "./stock.js";
import { t, title } from "./text.js";

const seats = async () => (await fetched("seats.js")).SeatsView;
const sellers = {
  event: seats,
  legs: seats,
  nights: async () => (await fetched("rooms.js")).RoomsView,
  slots: async () => (await fetched("tables.js")).TablesView,
};
const pictures = {
  event: "M4 8h16v3a2 2 0 0 0 0 4v3H4v-3a2 2 0 0 0 0-4zM14 8v2m0 3v2m0 2v1",
  legs: "M5 5h14v12H5zM5 12h14M8 17v2m8-2v2M8 14.5h1m6 0h1",
  nights: "M3 6v13m0-3h18v3m0-3v-3a2 2 0 0 0-2-2H3m4 0V9h5v2",
  slots: "M12 4a8 8 0 1 0 .01 0M12 8v4l3 2",
};

const listed = [];  // rows of OFFERING LIST, as far as they were asked for
let cursor = null;  // there are more after this one

async function listMore() {
  const { rows } = await look("OFFERING", "LIST", "n=50", ...(cursor ? [`after=${cursor}`] : []));
  listed.push(...rows);
  cursor = rows.length === 50 ? rows.at(-1).offering : null;
}

function card(row, chosen) {
  const address = `#/o/${encodeURIComponent(row.offering)}`;
  const more = row.state === "open" ? row.units : t("closed");
  return h("li", h("a.card", { href: address, "aria-current": row.offering === chosen ? "true" : null },
    draw("svg", { viewBox: "0 0 24 24", "aria-hidden": true }, draw("path", { d: pictures[row.axis] })),
    h("span", h("b", title(row.offering)), h("small", `${t(row.axis)} · ${more}`))));
}

const fewCards = 8;  // with more of them there is a field to find one by its name
let sought = "";

// A field that leaves those whose names have what is typed.
function cardSearch(paint) {
  const input = h("input", { type: "search", value: sought, oninput: working(async () => {
    sought = input.value.trim().toLowerCase();
    paint();
    while (sought && cursor) {
      await listMore();
      paint();
    }
  }) });
  return field(t("findOffering"), input);
}
const isSought = (row) => title(row.offering).toLowerCase().includes(sought) || row.offering.toLowerCase().includes(sought);

let panel = null;          // the basket's, once
let shown = null;          // { stock, view }

// What is in the basket is kept current already.
function stockOf(name) {
  return basket.stocks().find((stock) => stock.name === name) ?? Stock.load(name);
}

let painting = false;
function paintSoon() {
  if (painting) return;
  painting = true;
  requestAnimationFrame(() => {
    painting = false;
    if (shown?.view.element.isConnected) shown.view.paint();
  });
}
live.addEventListener("change", paintSoon);
basket.addEventListener("change", () => {
  paintSoon();
  if (shown?.view.element.isConnected) follow();
});

const follow = () => live.follow([...new Set([shown.stock, ...basket.stocks()])]);

export async function showOfferings(main, name) {
  if (!listed.length) await listMore();
  await basket.restore();
  const wanted = name ?? listed[0]?.offering;
  panel ??= basketPanel();
  const list = h("ul.cards");
  const paintList = () => list.replaceChildren(...listed.filter(isSought).map((row) => card(row, wanted)),
    ...(cursor ? [h("li", button(t("more"), working(async () => { await listMore(); paintList(); })))] : []));
  paintList();
  const paintFound = () => {
    paintList();
    list.scrollLeft = 0;
  };
  // Its name is there at once, what it has to sell when it has come.
  const selling = h("section.selling", { "aria-labelledby": "selling" },
    wanted && h("h2", { id: "selling" }, title(wanted)));
  main.replaceChildren(h("h1", t("offerings")), h("nav", { "aria-label": t("offerings") },
    listed.length > fewCards && cardSearch(paintFound), list),
    h("div.columns", selling, panel.panel), panel.jump);
  const current = list.querySelector("[aria-current]");
  if (current?.getBoundingClientRect().right > innerWidth) current.scrollIntoView({ block: "nearest", inline: "start" });
  if (!wanted) {
    selling.replaceChildren(h("p", t("nothingHere")));
    return;
  }
  try {
    const axis = listed.find((row) => row.offering === wanted)?.axis;
    const [stock] = await Promise.all([stockOf(wanted), sellers[axis]?.()]);
    const View = await sellers[stock.axis]();
    if (!selling.isConnected) return;
    const view = new View(stock);
    shown = { stock, view };
    selling.replaceChildren(h("h2", { id: "selling" }, title(stock.name), h("small", view.kind)),
      stock.offering.state === "open" ? "" : h("p.error", t("closed")), stock.cut ? h("p.hint", t("cut")) : "",
      view.element);
    follow();
  } catch (refusal) {
    if (!refusal.code) throw refusal;
    const why = refusal.code === "NOTFOUND" ? t("noOffering", { name: wanted }) : refusal.message;
    selling.replaceChildren(h("p.error", why));
    if (refusal.code === "AWAY") notice(refusal.message, "bad");
  }
}
