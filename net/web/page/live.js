// Live: the changes of the offerings on screen, as they are committed. A stream that breaks goes on
// where it was; if that cannot be, the stocks are read anew.

import { closeButton, h } from "./dom.js";
import { t } from "./text.js";

const retryMs = 1000;
const longestMs = 30_000;

class Live extends EventTarget {
  #stocks = new Map();
  #feed = null;    // a port of feed.js, from the first stock on
  #position = "";  // id of the last event: "history:seq"
  #awaySince = 0;
  #timer = 0;
  #pause = retryMs;  // before the next try; longer while a server refuses

  // From now on exactly these are kept current.
  follow(stocks) {
    const same = stocks.length === this.#stocks.size && stocks.every((stock) => this.#stocks.get(stock.name) === stock);
    if (same) return;
    this.#stocks = new Map(stocks.map((stock) => [stock.name, stock]));
    this.#open();
  }

  // Shared by all pages of the browser, where it knows how; otherwise, and where that fails, our own.
  #connect() {
    if (!window.SharedWorker) {
      this.#connectAlone();
      return;
    }
    const worker = new SharedWorker("/page/feed.js", { type: "module" });
    worker.onerror = () => {
      this.#connectAlone();
      this.#open();
    };
    this.#attach(worker.port);
  }

  async #connectAlone() {
    const { port1, port2 } = new MessageChannel();
    this.#attach(port2);  // what is said before the module is there waits in it
    try {
      (await import("./feed.js")).serve(port1);
    } catch {
      this.#feed = null;
      this.#away();
      this.#renewLater();
    }
  }

  #attach(port) {
    this.#feed = port;
    port.onmessage = ({ data }) => this.#told(data);
  }

  // The stocks know all up to their seq, the others up to the position: from the earliest on.
  #from() {
    const known = Math.min(...[...this.#stocks.values()].map((stock) => stock.seq));
    const [history, seq] = this.#position.split(":");
    return this.#position ? `${history}:${Math.min(known, Number(seq))}` : String(known);
  }

  #open() {
    clearTimeout(this.#timer);
    const seen = this.#stocks.size > 0 && !document.hidden;
    if (seen && !this.#feed) this.#connect();
    this.#feed?.postMessage(seen ? { names: [...this.#stocks.keys()], from: this.#from() } : { names: [], from: "0" });
  }

  #told({ kind, position, data }) {
    if (kind === "away" || kind === "closed") this.#away();
    if (kind === "closed") this.#renewLater();
    if (kind === "lost") this.#renew();
    if (!position) return;
    this.#position = position;  // with the history, even if nothing changes
    if (kind === "watching") this.#back();
    else this.#changed(data);
  }

  #changed({ seq, changes }) {
    for (const name of new Set(changes.map((change) => change.offering))) {
      this.#stocks.get(name)?.apply(seq, changes.filter((change) => change.offering === name));
    }
    this.dispatchEvent(new Event("change"));
  }

  // Only pages that are seen are told. Who comes back is told what was missed.
  constructor() {
    super();
    document.addEventListener("visibilitychange", () => this.#open());
    addEventListener("pagehide", () => this.#feed?.postMessage({ names: [], from: "0", gone: true }));
    addEventListener("pageshow", ({ persisted }) => persisted && this.#open());
  }

  // What was missed cannot be told any more: all is read again.
  async #renew() {
    clearTimeout(this.#timer);
    try {
      for (const stock of this.#stocks.values()) await stock.reload();
      this.#position = "";
      this.#open();
      this.dispatchEvent(new Event("change"));
    } catch {
      this.#renewLater();
    }
  }

  // Not all pages at once.
  #renewLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renew(), this.#pause * (0.5 + Math.random() / 2));
    this.#pause = Math.min(2 * this.#pause, longestMs);
  }

  #away() {
    if (this.#awaySince) return;
    this.#awaySince = Date.now();
    show("down", t("linkDown"));
  }

  #back() {
    this.#pause = retryMs;
    if (!this.#awaySince) return;
    const seconds = Math.max(1, Math.round((Date.now() - this.#awaySince) / 1000));
    this.#awaySince = 0;
    show("back", t("linkBack", { seconds }), true);
    this.dispatchEvent(new Event("back"));
  }
}

function show(kind, text, closable) {
  const bar = document.getElementById("link");
  bar.className = kind;
  bar.replaceChildren(h("span", text),
    closable ? closeButton(() => bar.replaceChildren()) : "");
}

export const live = new Live();
