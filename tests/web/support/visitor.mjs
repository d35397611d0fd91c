// Visitor: a person before the page, in a browser of their own. What the page complains of in the
// console fails the test, but for answers that are refusals: those are part of the play.

import assert from "node:assert/strict";

import { patience } from "./holdfastd.mjs";

export class Visitor {
  complaints = [];
  requests = [];

  static async arrive(browser, server, hash = "", options = {}) {
    const visitor = new Visitor();
    visitor.server = server;
    visitor.context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, locale: "en-US", ...options });
    visitor.context.setDefaultTimeout(Number(process.env.HOLDFAST_PATIENCE ?? patience));
    visitor.page = await visitor.context.newPage();
    visitor.page.on("pageerror", (error) => visitor.complaints.push(error.stack));
    visitor.page.on("console", (message) => {
      if (message.type() !== "error" || /Failed to load resource|ERR_|EventSource/.test(message.text())) return;
      visitor.complaints.push(message.text());
    });
    visitor.page.on("request", (request) => visitor.requests.push(request.url()));
    await visitor.go(hash);
    return visitor;
  }

  // Without a load where the page is there already.
  async go(hash) {
    await this.page.goto(`${this.server.url}/${hash}`);
    await this.page.waitForSelector("main:not([aria-busy]) h1");
  }

  async leave() {
    await this.context.close();
    assert.deepEqual(this.complaints, []);
  }

  see(selector, options) {
    return this.page.waitForSelector(selector, options);
  }
  gone(selector) {
    return this.page.waitForSelector(selector, { state: "detached" });
  }
  text(selector) {
    return this.page.innerText(selector);
  }
  seat(label, state = "") {
    return `.seat${state && `.${state}`}[data-unit="${label}"]`;
  }
  async choose(...labels) {
    for (const label of labels) await this.page.click(this.seat(label));
    for (const label of labels) await this.see(this.seat(label, "chosen"));
  }
  press(label, within = "") {
    return this.page.click(`${within} button:text-is("${label}")`);
  }

  // In the dialogue that asks who it is: a new account.
  async introduce(name) {
    await this.page.fill("dialog [name=name]", name);
    await this.page.fill("dialog [name=password]", `a password of ${name}`);
    await this.press("Create account and go on", "dialog");
    await this.gone("dialog");
  }
  // An account that is there, by the button at the top.
  async logIn(name) {
    await this.press("Log in", ".top");
    await this.knownAs(name);
  }
  async knownAs(name) {
    await this.page.check("dialog [value=known]");
    await this.page.fill("dialog [name=name]", name);
    await this.page.fill("dialog [name=password]", `a password of ${name}`);
    await this.press("Log in and go on", "dialog");
    await this.gone("dialog");
  }

  // The locator of the hold that is shown then.
  async hold() {
    await this.press("Hold all of it");
    await this.see(".countdown");
    return this.locator();
  }
  locator() {
    return this.page.url().split("/").at(-1);
  }
  async pay(card = "") {
    await this.page.selectOption(".payment select", card);
    await this.page.click(".payment .primary");
  }
}

// A day so many days from the server's today.
export async function dayFrom(server, days) {
  const { today } = await server.command(["OFFERING", "SHOW", "grand"]);
  return new Date(Date.parse(`${today}T00:00Z`) + days * 86400000).toISOString().slice(0, 10);
}
