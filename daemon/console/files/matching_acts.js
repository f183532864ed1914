// Acts that ask first: a note, or the preview of everything that is sure.

import { byId, alarm, announce, fill, h } from "./dom.js";
import { money, number } from "./format.js";
import { inView } from "./matching_list.js";
import { isSure } from "./matching_line.js";
import { say } from "./texts.js";

// The note that a person gives; null when he does not go on.
export function ask(key, values, list = null) {
  const dialog = byId("ask");
  byId("ask-title").textContent = say(`ask.${key}`);
  byId("ask-says").textContent = say(`ask_about.${key}`, values);
  byId("ask-label").hidden = list !== null;
  byId("ask-note").required = list === null;
  byId("ask-note").minLength = 3;
  byId("ask-note").value = "";
  fill(byId("ask-list"), list);
  dialog.setAttribute("aria-labelledby", "ask-title");
  dialog.returnValue = "";
  dialog.showModal();
  const no = () => dialog.close();
  byId("ask-no").addEventListener("click", no, { once: true });
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      byId("lines")?.focus({ preventScroll: true });
      resolve(dialog.returnValue === "yes" ? byId("ask-note").value.trim() || "yes" : null);
    }, { once: true });
  });
}

// Lines in view whose first candidate is sure and that no other line in view wants as well.
async function sureLines(refresh) {
  const found = [];
  const waiting = [...inView()];
  const worker = async () => {
    for (let line = waiting.shift(); line; line = waiting.shift()) {
      await refresh(line);
      if (!line.done && line.candidates.length && isSure(line.candidates[0])) found.push(line);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  const wanted = new Map();
  for (const line of found) for (const reference of line.candidates[0].remittances) wanted.set(reference, (wanted.get(reference) ?? 0) + 1);
  return found.filter((line) => line.candidates[0].remittances.every((reference) => wanted.get(reference) === 1))
    .sort((a, b) => b.id - a.id);
}

export async function acceptAllSure({ refresh, book }) {
  announce(say("sure.looking"));
  const lines = await sureLines(refresh);
  if (!lines.length) return alarm(say("sure.none"));
  const sum = lines.reduce((total, line) => total + line.amount_vnd, 0);
  const list = h("div", { class: "scroll preview" }, h("table", {}, h("tbody", {}, lines.map((line) => h("tr", {},
    h("td", { class: "code" }, line.candidates[0].remittances.join(" + ")), h("td", { class: "money" }, money(line.amount_vnd)))))));
  announce("");
  if (!await ask("sure", { count: number(lines.length), money: money(sum) }, list)) return undefined;
  let done = 0;
  for (const line of lines) {
    const wanted = line.candidates[0].remittances;
    try {
      await book(line, wanted, say("why.sure"));
      done += 1;
    } catch (error) {
      if (error.status !== 409) throw error;
      // The rules may have made the same match the moment that another one was accepted.
      await refresh(line);
      const with_ = line.done?.match.remittances.map((one) => one.reference) ?? [];
      if (with_.join() === [...wanted].sort().join()) done += 1;
    }
  }
  return announce(say("sure.done", { count: number(done), all: number(lines.length) }));
}
