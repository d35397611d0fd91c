// Holdfastd: the real server with the demo inventory, on free ports of the loopback and a directory
// of its own. Nothing sleeps: each wait is for a condition and has a deadline.

import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { buildRoot, sourceRoot } from "./packages.mjs";

// Far beyond what anything takes on a busy machine.
export const patience = 60_000;

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export class Holdfastd {
  #directory = mkdtempSync(join(tmpdir(), "holdfast-web-"));
  #configuration;
  #child = null;
  #log = "";
  #port = 0;

  // `configuration`: lines added to the file; { http: false } leaves http.listen to them.
  static async start(configuration = "", { http = true } = {}) {
    const server = new Holdfastd();
    server.#configuration = configuration;
    await server.start(http ? "http.listen = 127.0.0.1:0" : "");
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  // Where the log says that `what` is served: "http", "native", ...
  portOf(what) {
    const found = this.#log.match(new RegExp(`for=${what} at=[^ ]*:(\\d+)`));
    if (!found) throw new Error(`${what} is not served:\n${this.#log}`);
    return Number(found[1]);
  }

  // Again on the same data, and where an open page looks for it: on the same port.
  async start(http = `http.listen = 127.0.0.1:${this.#port}`) {
    const file = join(this.#directory, "holdfast.conf");
    writeFileSync(file, [
      "storage.segment_size = 256KiB",
      "listen = 127.0.0.1:0",
      "metrics.listen =",
      `demo.directory = ${join(sourceRoot, "etc/demo")}`,
      "payment.decline_tokens = declined",
      http,
      this.#configuration, ""].join("\n"));
    this.#log = "";
    this.#child = spawn(join(buildRoot, "cmd/holdfastd"),
      ["--data", join(this.#directory, "data"), "--config", file, "--demo"],
      { stdio: ["ignore", "ignore", "pipe"] });
    running.add(this.#child);
    await this.#ready();
    if (this.#log.includes("for=http ")) this.#port = this.portOf("http");
  }

  #ready() {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`holdfastd is not ready:\n${this.#log}`)), patience);
      child.once("exit", (status) => {
        running.delete(child);
        clearTimeout(late);
        reject(new Error(`holdfastd ended with ${status}:\n${this.#log}`));
      });
      child.stderr.on("data", (text) => {
        this.#log += text;
        if (!this.#log.includes("event=ready")) return;
        clearTimeout(late);
        resolve();
      });
    });
  }

  // `signal`, and the wait for the end.
  async end(signal = "SIGTERM") {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  kill() {
    return this.end("SIGKILL");
  }

  // Ends it and removes what it had.
  async remove() {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  // One command over the admin socket; its reply. Throws what is an error.
  async admin(...words) {
    const { stdout } = await promisify(execFile)(join(buildRoot, "cmd/holdfast"),
      ["--socket", join(this.#directory, "data/holdfastd.sock"), "--json", ...words]);
    return JSON.parse(stdout);
  }

  // Words over HTTP, in the name of a token if there is one; the reply, errors too.
  async command(words, token) {
    const response = await fetch(`${this.url}/v1/command`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify(words),
    });
    return response.json();
  }

  // An account of its own; its token.
  async customer(name, role = "customer") {
    const password = `a password of ${name}`;
    await this.admin("USER", "ADD", name, password, `role=${role}`);
    const response = await fetch(`${this.url}/v1/session`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name, password }),
    });
    return (await response.json()).token;
  }
}
