// The preview of everything that is sure, and then its matches.

import { code, right } from "./cells.js";
import { ask } from "./dialog.js";
import { alarm, announce, h } from "./dom.js";
import { money, number } from "./format.js";
import { isSure } from "./matching_line.js";
import { references } from "./history.js";
import { inView } from "./matching_list.js";
import { say } from "./texts.js";

// Lines in view whose first candidate is sure and that no other line in view wants as well.
async function sureLines(refresh) {
  const lines = inView();
  await Promise.all(lines.map(refresh)); // the browser keeps a few on their way at a time
  const found = lines.filter((line) => !line.done && line.candidates.length && isSure(line.candidates[0]));
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
    code(line.candidates[0].remittances.join(" + ")), right(money(line.amount_vnd)))))));
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
      if (line.done && references(line.done.match) === [...wanted].sort().join(", ")) done += 1;
    }
  }
  return announce(say("sure.done", { count: number(done), all: number(lines.length) }));
}
