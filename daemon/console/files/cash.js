// Cash-up: what each postman holds by the books, what was counted, and the difference before anything is booked.

import { all, freshKey, get, post } from "./api.js";
import { cell, code, emptyRow } from "./cells.js";
import { byId, alarm, announce, fill, h, tell } from "./dom.js";
import { amount, instant, money, number, signed } from "./format.js";
import { kindName } from "./names.js";
import { begin } from "./shell.js";
import { say } from "./texts.js";

let holdings = new Map();

async function load() {
  const balances = await get("/v1/ledger/balances");
  holdings = new Map();
  for (const one of balances.accounts) {
    const [role, , , holder] = one.account.split("/");
    if (role !== "cash") continue;
    holdings.set(holder, (holdings.get(holder) ?? 0) + one.debit_vnd - one.credit_vnd);
  }
  const rows = [...holdings].filter(([, dong]) => dong !== 0).sort((a, b) => b[1] - a[1]);
  fill(byId("postmen"), rows.length ? rows.map(([who, dong]) => h("tr", {}, code(who),
    cell(dong),
    h("td", {}, h("button", { type: "button", onclick: () => choose(who).catch(tell) }, say("cash.choose", { who }))))) :
    emptyRow(3, say("nothing_waits")));
  fill(byId("total"), h("tr", {}, h("th", { scope: "row" }, say("cash.total", { count: number(rows.length) })),
    cell(rows.reduce((sum, row) => sum + row[1], 0)), h("td", {})));
}

async function choose(who) {
  byId("collector").value = who;
  showDifference();
  const found = await all(`/v1/receipts?state=unsent&collector=${encodeURIComponent(who)}`, 400);
  const held = found.items.filter((one) => one.custody === "collected");
  if (held.length && !byId("office").value) byId("office").value = held[0].office;
  byId("held").hidden = false;
  fill(byId("receipts"), held.length ? held.map((one) => h("tr", {},
    h("td", {}, h("a", { href: `/v1/receipts/${one.id}/pdf`, class: "code" }, `${one.symbol} ${one.number}`)),
    h("td", {}, kindName(one.kind)), h("td", {}, instant(one.taken_at)), cell(one.amount_vnd))) :
    emptyRow(4, say("cash.no_receipts")));
  byId("counted").focus();
}

function showDifference() {
  const counted = amount(byId("counted").value);
  const expected = holdings.get(byId("collector").value) ?? 0;
  const note = byId("difference");
  note.hidden = counted === null;
  if (counted === null) return;
  const rest = counted - expected;
  note.className = `notice ${rest === 0 ? "good" : "warn"}`;
  note.textContent = rest === 0 ? say("cash.agrees", { money: money(expected) }) :
    say(rest < 0 ? "cash.short" : "cash.over", { money: signed(rest), expected: money(expected) });
}

async function take(event) {
  event.preventDefault();
  const counted = amount(byId("counted").value);
  if (counted === null) return alarm(say("cash.no_amount"));
  const button = event.submitter;
  button.disabled = true;
  try {
    const done = await post("/v1/cash/hand-ins", { collector: byId("collector").value.trim(), office: byId("office").value.trim(),
      counted_vnd: counted }, take.key ??= freshKey());
    take.key = null;
    fill(byId("result"), h("p", { class: `notice ${done.counted_vnd === done.expected_vnd ? "good" : "warn"}` }, say("cash.done", {
      who: done.collector, counted: money(done.counted_vnd), expected: money(done.expected_vnd), rest: signed(done.counted_vnd - done.expected_vnd) })));
    event.target.reset();
    byId("difference").hidden = true;
    byId("held").hidden = true;
    await load();
    announce(say("cash.taken"));
    byId("result").focus();
  } catch (error) {
    if (error.status !== 0 && error.status < 500) take.key = null;
    tell(error);
  } finally {
    button.disabled = false;
  }
  return undefined;
}

begin(async () => {
  await load();
  byId("counted").addEventListener("input", showDifference);
  byId("collector").addEventListener("input", showDifference);
  byId("hand-in").addEventListener("submit", take);
});
