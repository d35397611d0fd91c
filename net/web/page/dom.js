// Elements: h("button.primary", { type: "button", onclick }, "Hold") makes one; draw() likewise in SVG.

import { t } from "./text.js";

// The properties may be left out.
const isProperties = (value) => value?.constructor === Object;

function fill(element, [first, ...rest]) {
  const [properties, children] = isProperties(first) ? [first, rest] : [{}, [first, ...rest]];
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(2).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

export function h(kind, ...rest) {
  const [tag, ...classes] = kind.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  return fill(element, rest);
}

export function draw(tag, ...rest) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), rest);
}

// The columns by the keys of their names, and rows of cells.
export function table(columns, rows) {
  return h("table.list", h("thead", h("tr", columns.map((key) => h("th", { scope: "col" }, t(key))))),
    h("tbody", rows.map((cells) => h("tr", cells.map((cell) => h("td", cell))))));
}

let labels = 0;
// A field with its label; `control` is the input or select.
export function field(label, control, hint) {
  control.id ||= `f${++labels}`;
  return h("div.field", h("label", { for: control.id }, label), control, hint && h("small", hint));
}

export function select(options, chosen, onchange) {
  const control = h("select", { onchange: () => onchange?.(control.value) },
    options.map(([value, label]) => h("option", { value }, label)));
  if (chosen !== undefined) control.value = chosen;
  return control;
}

export function button(label, onclick, kind = "") {
  return h(`button${kind && `.${kind}`}`, { type: "button", onclick }, label);
}

export function closeButton(onclick, label = t("close")) {
  return h("button.close", { type: "button", "aria-label": label, onclick }, "×");
}

// Told to who sees and to who hears; it stays until it is closed or three others have come.
export function notice(text, kind = "info") {
  const area = document.getElementById("notices");
  const note = h(`div.notice.${kind}`, h("p", text), closeButton(() => note.remove()));
  area.append(note);
  while (area.children.length > 3) area.firstChild.remove();
}

// One piece of work after the press of a button, which cannot be pressed meanwhile; what is refused
// is told.
export function working(work) {
  return async (event) => {
    const pressed = event?.currentTarget;
    if (pressed?.getAttribute("aria-disabled") === "true") return;
    pressed?.setAttribute("aria-disabled", "true");
    try {
      await work(event);
    } catch (refusal) {
      if (!refusal.code) throw refusal;
      notice(refusal.message, "bad");
    } finally {
      pressed?.removeAttribute("aria-disabled");
    }
  };
}

// A form whose fields are answered by `work`.
export function form(kind, work, ...children) {
  const run = working(work);
  return h(`form${kind && `.${kind}`}`, {
    onsubmit: (event) => {
      event.preventDefault();
      run({ currentTarget: event.submitter ?? event.currentTarget });
    },
  }, ...children);
}
