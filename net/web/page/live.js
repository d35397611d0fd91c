// Live: the changes of the offerings on screen, as they are committed. A stream that breaks goes on
// where it was; if that cannot be, the stocks are read anew.

import { closeButton, h } from "./dom.js";
import { t } from "./text.js";

const retryMs = 1000;
const longestMs = 30_000;

class Live extends EventTarget {
  #stocks = new Map();
  #source = null;
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

  // The stocks know all up to their seq, the others up to the position: from the earliest on.
  #from() {
    const known = Math.min(...[...this.#stocks.values()].map((stock) => stock.seq));
    const [history, seq] = this.#position.split(":");
    return this.#position ? `${history}:${Math.min(known, Number(seq))}` : String(known);
  }

  #open() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    if (!this.#stocks.size || document.hidden) return;
    const names = [...this.#stocks.keys()].map(encodeURIComponent).join(",");
    const source = new EventSource(`/v1/watch?offering=${names}&from=${encodeURIComponent(this.#from())}`);
    this.#source = source;
    source.addEventListener("watching", (event) => {
      this.#position = event.lastEventId;  // with the history, even if nothing changes
      this.#back();
    });
    source.addEventListener("change", (event) => {
      this.#position = event.lastEventId;
      this.#changed(JSON.parse(event.data));
    });
    source.addEventListener("lost", () => this.#renew());
    source.onerror = () => {
      this.#away();
      // Otherwise the browser comes again by itself, with the id it has.
      if (source.readyState === EventSource.CLOSED) this.#renewLater();
    };
  }

  #changed({ seq, changes }) {
    for (const name of new Set(changes.map((change) => change.offering))) {
      this.#stocks.get(name)?.apply(seq, changes.filter((change) => change.offering === name));
    }
    this.dispatchEvent(new Event("change"));
  }

  // A browser has six connections for a server, and a stream takes one of them: so only pages that
  // are seen have one. Who comes back is told what was missed.
  constructor() {
    super();
    document.addEventListener("visibilitychange", () => this.#open());
  }

  // What was missed cannot be told any more: all is read again.
  async #renew() {
    this.#source?.close();
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
