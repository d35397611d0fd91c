// App: which view the address names, and the frame around it.

import { fetched, session } from "./api.js";
import { showAccount } from "./account.js";
import { h, notice } from "./dom.js";
import { showOfferings } from "./offerings.js";
import { language, t } from "./text.js";

const main = document.getElementById("main");
// Those that nobody sees to begin with are fetched once the first is there, or when one is wanted.
const views = {
  o: async () => showOfferings,
  r: async () => (await fetched("reservation.js")).showReservation,
  mine: async () => (await fetched("mine.js")).showMine,
  desk: async () => (await fetched("desk.js")).showDesk,
};
const others = ["reservation", "mine", "desk", "seats", "rooms", "tables"];
const fetchOthers = () => others.forEach((name) => import(`./${name}.js`).catch(() => {}));  // asked for again when wanted

let leave = null;  // ends the view in hand
let turn = 0;

function showFrame(view) {
  const link = (to, key, current) => h("a", { href: to, "aria-current": current ? "page" : undefined }, t(key));
  document.getElementById("nav").replaceChildren(
    link("#/", "book", view === "o"), link("#/mine", "mine", view === "mine" || view === "r"),
    session.staff ? link("#/desk", "desk", view === "desk") : "");
  showAccount();
}

async function show(moved) {
  const [, view = "", value] = location.hash.split("/");
  let named = value;
  try {
    named = value && decodeURIComponent(value);
  } catch {  // typed by hand: looked for as it is
  }
  const known = views[view] ? view : "o";
  const mine = ++turn;
  leave?.();
  leave = null;
  showFrame(known);
  main.setAttribute("aria-busy", "true");
  // A place of its own: what comes late is painted where nobody looks.
  const stage = h("div.stage");
  main.replaceChildren(stage);
  try {
    const paint = await views[known]();
    const end = mine === turn ? await paint(stage, named) : null;
    if (mine !== turn) end?.();
    else leave = end ?? null;
  } catch (refusal) {
    if (!refusal.code) throw refusal;
    if (mine === turn) notice(refusal.message, "bad");
  } finally {
    if (mine === turn) main.removeAttribute("aria-busy");
  }
  if (mine !== turn) return;
  document.title = `${main.querySelector("h1")?.textContent ?? ""} · Holdfast`;
  // Among the offerings the focus stays on the one that was chosen.
  if (moved && known !== "o") main.focus();
}

document.documentElement.lang = language;
for (const element of document.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);
for (const element of document.querySelectorAll("[data-label]")) {
  element.setAttribute("aria-label", t(element.dataset.label));
}
document.querySelector(".skip").onclick = (event) => {
  event.preventDefault();
  main.focus();
};
session.addEventListener("change", () => showFrame(location.hash.split("/")[1] || "o"));
addEventListener("hashchange", () => show(true));
show(false).finally(fetchOthers);
