// The API as promises: commands, logins and the server's clock. What the server refuses is thrown
// as a Refusal with its code and facts.

import { t, tell } from "./text.js";

const kept = "holdfast.session";
const retryMs = 1000;
const patienceMs = 60000;

export class Refusal extends Error {
  constructor(facts) {
    super(tell(facts));
    this.code = facts.code;
    this.facts = facts;
  }
}

// Who is logged in, for as long as the tab lives. "change" tells when that is somebody else.
class Session extends EventTarget {
  who = JSON.parse(sessionStorage.getItem(kept) ?? "null");
  // Asks the person to log in; set by account.js. Answers whether somebody is logged in now.
  ask = async () => false;

  set(who) {
    this.who = who;
    if (who) sessionStorage.setItem(kept, JSON.stringify(who));
    else sessionStorage.removeItem(kept);
    this.dispatchEvent(new Event("change"));
  }
  get staff() {
    return ["agent", "manager", "admin"].includes(this.who?.role);
  }
  get manager() {
    return ["manager", "admin"].includes(this.who?.role);
  }
}
export const session = new Session();

let ahead = 0;
// The server's time, to a second: deadlines are its own.
export const now = () => Date.now() + ahead;

const reloaded = "holdfast.reloaded";

// A module that is fetched when it is wanted. Browsers remember for as long as the page is there what
// they could not fetch: once the server is back, the page is loaded anew and goes on where it was.
export async function fetched(file) {
  try {
    const module = await import(`./${file}`);
    sessionStorage.removeItem(reloaded);
    return module;
  } catch {
    const there = await fetch(`/page/${file}`).catch(() => null);
    if (!there?.ok || sessionStorage.getItem(reloaded)) throw new Refusal({ code: "AWAY", message: t("away") });
    sessionStorage.setItem(reloaded, file);
    location.reload();
    return new Promise(() => {});
  }
}

async function request(method, path, body) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (session.who) headers.Authorization = `Bearer ${session.who.token}`;
  let response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Refusal({ code: "AWAY", message: t("away") });
  }
  const date = Date.parse(response.headers.get("Date"));
  if (date && Math.abs(date - now()) > 2000) ahead = date - Date.now();
  if (response.status === 204) return null;
  const reply = await response.json().catch(() => {  // of whoever stands between, or cut off
    throw new Refusal({ code: "AWAY", message: t("away") });
  });
  if (!response.ok) throw new Refusal(reply);
  return reply;
}

// As somebody: who is not logged in, or not any more after a restart, is asked to.
async function asked(method, path, body) {
  try {
    return await request(method, path, body);
  } catch (refusal) {
    if (refusal.code !== "NOAUTH") throw refusal;
    if (session.who) session.set(null);
    if (!(await session.ask())) throw refusal;
    return request(method, path, body);
  }
}

const command = "/v1/command";
export const ask = (...words) => asked("POST", command, words);
// As whoever is here, without asking who.
export const look = (...words) => request("POST", command, words);
// Several, each for itself: replies in order, errors among them.
export const askAll = (commands) => (commands.length ? asked("POST", command, commands) : []);

// What changes something: named, so that it is done once however often it has to be said.
export async function write(...words) {
  const random = crypto.getRandomValues(new Uint8Array(12));
  const id = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await ask(...words, `id=${id}`);
    } catch (refusal) {
      if (!["AWAY", "BUSY"].includes(refusal.code) || Date.now() > until) throw refusal;
    }
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}

export async function logIn(name, password) {
  session.set(null);
  session.set(await request("POST", "/v1/session", { name, password }));
}

export async function register(name, password) {
  session.set(null);
  await request("POST", command, ["REGISTER", name, password]);
  await logIn(name, password);
}

export async function logOut() {
  await request("DELETE", "/v1/session").catch(() => {});  // it may be gone already
  session.set(null);
}
