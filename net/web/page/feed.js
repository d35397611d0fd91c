// Feed: the one stream of changes that all pages of a browser share. Over HTTP/1.1 a browser has six
// connections for a server, and each stream takes one. It is a worker of them all, or, where there
// is no such thing, a part of the page. A page says { names, from } and is told { kind, position, data }.

const pages = new Map();  // port -> names of offerings
let source = null;
let watched = "";         // names that the source was opened with
let history = "";         // of the position up to which all was told
let seq = 0;
let told = false;         // by the source: it is open

function tell(message, wanted = () => true) {
  for (const [port, names] of pages) if (wanted(names)) port.postMessage(message);
}

// The pages say anew what they want when they have read all again.
function end(kind) {
  source.close();
  source = null;
  watched = history = "";
  tell({ kind }, (names) => names.length);
  for (const port of pages.keys()) pages.set(port, []);
}

function heard(event) {
  told = true;
  const [of, at] = event.lastEventId.split(":");
  history = of;
  seq = Number(at);
  const data = event.type === "change" ? JSON.parse(event.data) : null;
  const about = new Set(data?.changes.map((change) => change.offering));
  tell({ kind: event.type, position: event.lastEventId, data },
    (names) => names.some((name) => !data || about.has(name)));
}

function open() {
  source?.close();
  source = null;
  told = false;
  if (!watched) return;
  const names = watched.split(",").map(encodeURIComponent).join(",");
  const from = history ? `${history}:${seq}` : String(seq);
  const opened = new EventSource(`/v1/watch?offering=${names}&from=${encodeURIComponent(from)}`);
  opened.addEventListener("watching", heard);
  opened.addEventListener("change", heard);
  opened.addEventListener("lost", () => end("lost"));
  opened.onerror = () => {
    told = false;
    // Otherwise the browser comes again by itself, with the id it has.
    if (opened.readyState === EventSource.CLOSED) end("closed");
    else tell({ kind: "away" }, (names) => names.length);
  };
  source = opened;
}

function follow(port, { names, from, gone }) {
  const [at, known = ""] = from.split(":").reverse();
  if (!source) {  // nobody else is told anything: what this page knows is what counts
    history = known;
    seq = Number(at);
  } else if (names.length && history && known && known !== history) {
    port.postMessage({ kind: "lost" });
    return;
  }
  if (gone) pages.delete(port);
  else pages.set(port, names);
  const wanted = [...new Set([...pages.values()].flat())].sort().join();
  // Who comes late has the stream begin earlier: the others pass over what they know.
  const late = names.length > 0 && Number(at) < seq;
  if (source && wanted === watched && !late) {
    if (told && names.length) port.postMessage({ kind: "watching", position: `${history}:${seq}` });
    return;
  }
  if (late) seq = Number(at);
  history ||= known;
  watched = wanted;
  open();
}

export function serve(port) {
  pages.set(port, []);
  port.onmessage = ({ data }) => follow(port, data);
}

if ("SharedWorkerGlobalScope" in globalThis) onconnect = ({ ports: [port] }) => serve(port);
