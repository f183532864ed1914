// The list of open lines. It is drawn once: a row changes in its place and never moves.

import { chip, sum } from "./cells.js";
import { byId, fill, h } from "./dom.js";
import { amount, day, folded } from "./format.js";
import { say } from "./texts.js";

const rows = new Map();
let lines = [];
let chosen = null;
let onChoose = null;

const copies = (line) => lines.filter((other) => !line.part_of && !other.part_of && other.amount_vnd === line.amount_vnd && other.text === line.text &&
  other.booked_on === line.booked_on && other.account === line.account).length;

export function stateChip(line) {
  const mark = line.done?.mark;
  if (mark) return chip(mark === "mine" ? "good" : "info", `${{ mine: "✓", rule: "⚙", other: "●" }[mark]} ${say(`state.${mark}`)}`);
  if (line.note) return chip("warn", `⏸ ${say("state.held")}`);
  return chip("", say("state.open"));
}

function content(line) {
  const same = copies(line);
  return [h("span", { class: "line-day" }, day(line.booked_on)),
    sum(line.amount_vnd),
    h("span", { class: "line-text" }, line.text),
    h("span", { class: "line-state" }, stateChip(line), line.part_of && chip("info", say("part", { line: line.part_of })), same > 1 && chip("warn", say("same_lines", { count: same })))];
}

function rowOf(line) {
  const row = h("li", { class: "row", role: "option", id: `line-${line.id}`, "aria-selected": "false",
    onclick: () => onChoose(line) }, content(line));
  rows.set(line.id, row);
  return row;
}

// The parts of a line stand where it stood, in their order.
const place = (line) => line.part_of ?? line.id;

export function draw(items, choosing) {
  lines = items.sort((a, b) => place(b) - place(a) || a.id - b.id);
  onChoose = choosing;
  rows.clear();
  fill(byId("lines"), items.length === 0 ? h("li", { class: "empty", role: "option", "aria-selected": "false" }, say("no_lines")) :
    items.map(rowOf));
}

// Puts other lines where some stand: a line that is split, or parts that are whole again. The others do not move.
export function replace(gone, come) {
  const at = Math.min(...gone.map((line) => lines.indexOf(line)));
  rows.get(lines[at].id).before(...come.map(rowOf));
  for (const line of gone) {
    rows.get(line.id).remove();
    rows.delete(line.id);
    lines.splice(lines.indexOf(line), 1);
  }
  lines.splice(at, 0, ...come);
}

export const partsOf = (id) => lines.filter((line) => line.part_of === id);

export function redraw(line) {
  fill(rows.get(line.id), content(line));
}

export function choose(line) {
  if (chosen && rows.has(chosen.id)) rows.get(chosen.id).setAttribute("aria-selected", "false");
  chosen = line;
  const row = rows.get(line.id);
  row.setAttribute("aria-selected", "true");
  byId("lines").setAttribute("aria-activedescendant", row.id);
  row.scrollIntoView({ block: "nearest" });
}

const shown = () => lines.filter((line) => !rows.get(line.id).hidden);

// The next line in that direction (1: below), or the same one at the end. `open`: skips what is done.
export function beside(line, step, open = false) {
  const visible = shown();
  for (let at = visible.indexOf(line) + step; at >= 0 && at < visible.length; at += step)
    if (!open || !visible[at].done) return visible[at];
  return line;
}

export const inView = () => shown().filter((line) => !line.done);
export const first = () => shown()[0];

// Hides what does not hold the words, the amount ("35k") or the account. Nothing is sorted.
export function narrow(words, account) {
  const wanted = folded(words.trim());
  const dong = amount(words);
  for (const line of lines) {
    const all = folded([line.text, line.payer ?? "", line.end_to_end ?? "", day(line.booked_on)].join(" "));
    const fits = all.includes(wanted) || (dong !== null && Math.abs(line.amount_vnd) === dong);
    rows.get(line.id).hidden = !fits || (account !== "" && line.account !== account);
  }
}
