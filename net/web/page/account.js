// Account: who is here, at the top of the page, and the dialogue that asks.

import { logIn, logOut, register, session } from "./api.js";
import { button, field, form, h } from "./dom.js";
import { t } from "./text.js";

function input(type, name, autocomplete) {
  return h("input", { type, name, autocomplete, required: true, maxlength: 64 });
}

// Answers whether somebody has logged in.
function askWho() {
  return new Promise((resolve) => {
    const name = input("text", "name", "username");
    const password = input("password", "password", "new-password");
    const error = h("p.error", { role: "alert" });
    const choice = (value, label, checked) =>
      h("label", h("input", { type: "radio", name: "account", value, checked, onchange: choose }), label);
    const submit = h("button.primary");
    const known = () => dialog.querySelector("[value=known]").checked;
    function choose() {
      submit.textContent = t(known() ? "goOn" : "create");
      password.autocomplete = known() ? "current-password" : "new-password";
    }
    const closed = () => {
      dialog.remove();
      resolve(Boolean(session.who));
    };
    const dialog = h("dialog", { "aria-labelledby": "who", onclose: closed },
      form("", async () => {
        try {
          await (known() ? logIn : register)(name.value, password.value);
          dialog.close();
        } catch (refusal) {
          if (!refusal.code) throw refusal;
          error.textContent = refusal.message;
        }
      },
      h("h2", { id: "who" }, t("whoTitle")), h("p.hint", t("whoHint")),
      h("fieldset.choice", h("legend.hidden", t("whoTitle")),
        choice("new", t("newHere"), true), choice("known", t("known"))),
      field(t("name"), name), field(t("password"), password), error,
      h(".buttons", submit, button(t("cancelDialog"), () => dialog.close()))));
    document.body.append(dialog);
    choose();
    dialog.showModal();
    name.focus();
  });
}

// Several that need somebody at once are answered by one dialogue.
let asking = null;
session.ask = () => (asking ??= askWho().finally(() => { asking = null; }));

// What is on the screen is not for who comes next.
async function leave() {
  await logOut();
  location.hash = "#/";
}

export function showAccount() {
  const { who } = session;
  const named = who && h("span", { "aria-label": t("loggedInAs", { name: who.name }), role: "img" }, who.name);
  document.getElementById("account").replaceChildren(...(who
    ? [named, button(t("logOut"), leave)] : [button(t("logIn"), () => session.ask())]));
}
