// The line in the middle with everything the bank said, and what it may be at the right, with the reasons.

import { chip, fact } from "./cells.js";
import { byId, fill, h } from "./dom.js";
import { day, money, signed } from "./format.js";
import { history } from "./history.js";
import { stateChip } from "./matching_list.js";
import { typeName } from "./names.js";
import { say } from "./texts.js";

export function drawLine(line, found, whole) {
  fill(byId("line-state"), stateChip(line));
  const steps = history(found, line.done?.match, whole?.split);
  fill(byId("line"),
    h("p", { class: `line-amount ${line.amount_vnd < 0 ? "minus" : ""}` }, money(line.amount_vnd)),
    h("dl", { class: "facts" },
      fact(say("fact.text"), line.text, "bank-text"), fact(say("fact.payer"), line.payer), fact(say("fact.end_to_end"), line.end_to_end, "code"),
      fact(say("fact.day"), day(line.booked_on)), fact(say("fact.account"), line.account, "code"),
      fact(say("fact.balance"), typeof line.balance_vnd !== "number" ? null : money(line.balance_vnd)),
      fact(say("fact.break"), line.break_type && typeName(line.break_type)), fact(say("fact.part_of"), line.part_of && String(line.part_of), "code"), fact(say("fact.part_note"), line.part_note),
      fact(say("fact.number"), String(line.id), "code")),
    h("h3", {}, say("history.title")),
    steps.length ? h("ol", { class: "history" }, steps) : h("p", { class: "muted" }, say("history.none")));
}

function reasons({ named, difference_vnd, days, payer_likeness, undone_before }) {
  const reason = (good, yes, no, values) => chip(good ? "good" : "bad", `${good ? "✓" : "✗"} ${say(`reason.${good ? yes : no}`, values)}`);
  return [reason(named, "named", "not_named"), reason(difference_vnd === 0, "sum", "other_sum"),
    reason(days >= 0 && days <= 1, "days", "days_off", { days }),
    payer_likeness !== null && reason(payer_likeness >= 60, "payer", "other_payer"),
    undone_before && chip("warn", `! ${say("reason.undone")}`)];
}

export const isSure = (candidate) => candidate.class === "sure" && !candidate.undone_before;

const TONES = { sure: "good", possible: "warn", differs: "bad" };

export function drawCandidates(line, at, group, onPick) {
  if (!line.done && !line.candidates) return fill(byId("candidates")); // not read yet
  if (line.done || !line.candidates.length)
    return fill(byId("candidates"), h("li", { class: "empty" }, say(line.done ? "candidates.done" : "candidates.none")));
  fill(byId("candidates"), line.candidates.slice(0, 5).map((one, index) => h("li", { class: "candidate", "aria-current": index === at ? "true" : null },
    h("button", { type: "button", class: "candidate-pick", onclick: () => onPick(index) },
      h("kbd", {}, String(index + 1)),
      h("span", { class: "code" }, one.remittances.join(" + ")),
      one.remittances.every((reference) => group.includes(reference)) && chip("info", say("in_group"))),
    h("p", { class: "candidate-class" }, chip(TONES[one.class], say(`class.${one.undone_before ? "possible" : one.class}`)),
      h("span", { class: `money ${one.difference_vnd === 0 ? "muted" : "minus"}` },
        say("difference", { money: signed(one.difference_vnd) }))),
    h("div", { class: "chips" }, reasons(one)))));
}

export function drawBalance(statement) {
  if (!statement || statement.kind === "notification") return fill(byId("balance"), h("p", { class: "muted" }, say("balance.none")));
  const part = (key, dong) => h("span", { class: "part" }, h("small", {}, say(`balance.${key}`)), h("b", {}, money(dong)));
  const sign = (text) => h("span", { class: "sign", "aria-hidden": "true" }, text);
  const agrees = statement.difference_vnd === 0;
  fill(byId("balance"),
    part("opening", statement.opening_vnd), sign("+"), part("matched", statement.matched_vnd), sign("+"),
    statement.ended_vnd !== 0 && [part("ended", statement.ended_vnd), sign("+")],
    part("open", statement.open_vnd), sign("="), part("closing", statement.closing_vnd),
    chip(agrees ? "good" : "bad", agrees ? `≡ ${say("balance.agrees")}` :
      `≠ ${say("balance.differs", { money: signed(statement.difference_vnd) })}`),
    h("small", { class: "muted" }, `${statement.account} · ${day(statement.from)} – ${day(statement.to)}`));
}
