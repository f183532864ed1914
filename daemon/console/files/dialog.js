// The one dialog that asks before something is done.

import { byId, fill } from "./dom.js";
import { say } from "./texts.js";

// The note that a person gives; null when he does not go on.
export function ask(key, values, list = null) {
  const dialog = byId("ask");
  const back = document.activeElement;
  byId("ask-title").textContent = say(`ask.${key}`);
  byId("ask-says").textContent = say(`ask_about.${key}`, values);
  byId("ask-label").hidden = list !== null;
  byId("ask-note").required = list === null;
  byId("ask-note").minLength = 3;
  byId("ask-note").value = "";
  fill(byId("ask-list"), list);
  dialog.setAttribute("aria-labelledby", "ask-title");
  dialog.returnValue = "";
  dialog.onkeydown = (event) => { if (event.repeat && event.code === "Enter") event.preventDefault(); }; // a held key asks once
  dialog.showModal();
  if (list !== null) dialog.querySelector(".main").focus(); // what was looked at is taken by Enter
  const no = () => dialog.close();
  byId("ask-no").addEventListener("click", no, { once: true });
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      back.focus({ preventScroll: true });
      resolve(dialog.returnValue === "yes" ? byId("ask-note").value.trim() || "yes" : null);
    }, { once: true });
  });
}
