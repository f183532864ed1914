// The preview of everything that is sure, and then its matches.

import { all } from "./api.js";
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

// Which of the lines the rules matched as it was wanted: they do so the moment that another one is accepted. `left` keeps
// those that are open.
async function sweep(left, refresh) {
  const open = new Set((await all("/v1/statement-lines?state=open", Infinity)).items.map((line) => line.id));
  const gone = left.filter((line) => !open.has(line.id));
  left.splice(0, left.length, ...left.filter((line) => open.has(line.id)));
  const wanted = new Map(gone.map((line) => [line, [...line.candidates[0].remittances].sort().join(", ")]));
  await Promise.all(gone.map(refresh));
  return gone.filter((line) => line.done && references(line.done.match) === wanted.get(line)).length;
}

async function bookAll(lines, refresh, book) {
  const left = [...lines];
  let done = 0;
  for (let looked = false; left.length;) {
    const line = left.shift();
    try {
      await book(line, line.candidates[0].remittances, say("why.sure"));
      done += 1;
      if (!looked) done += await sweep(left, refresh);
      looked = true;
    } catch (error) {
      if (error.status !== 409) throw error;
      left.push(line);
      const before = left.length;
      done += await sweep(left, refresh);
      if (left.length === before) left.pop(); // open, and refused all the same
    }
  }
  return done;
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
  const done = await bookAll(lines, refresh, book);
  return announce(say("sure.done", { count: number(done), all: number(lines.length) }));
}
