import { all, get } from "./api.js";
import { bars } from "./bars.js";
import { cell, right } from "./cells.js";
import { byId, fill, h } from "./dom.js";
import { age, money, number } from "./format.js";
import { typeName } from "./names.js";
import { begin } from "./shell.js";
import { say } from "./texts.js";

const HANDS = ["receivable", "cash", "office", "transit", "bank"];
const HOUR = 3600e3;

// What went to the agencies' own, by the report of this day in Vietnam.
async function settledToday() {
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Ho_Chi_Minh" }).format(new Date());
  const report = await get(`/v1/reports/money?from=${today}&to=${today}`);
  return report.items.reduce((sum, row) => sum + row.settled_vnd, 0);
}

// What each hand holds: debits less credits, and by how many holders.
function handsOf(accounts) {
  const hands = Object.fromEntries(HANDS.map((role) => [role, { dong: 0, holders: new Map() }]));
  for (const one of accounts) {
    const [role, , , holder] = one.account.split("/");
    const hand = hands[role];
    if (!hand) continue;
    const rest = one.debit_vnd - one.credit_vnd;
    hand.dong += rest;
    hand.holders.set(holder, (hand.holders.get(holder) ?? 0) + rest);
  }
  for (const hand of Object.values(hands)) hand.count = [...hand.holders.values()].filter((rest) => rest !== 0).length;
  return hands;
}

function showHands(hands, breaks, settled) {
  const risk = breaks.reduce((sum, one) => sum + Math.abs(one.amount_vnd), 0);
  const cards = HANDS.map((role) => ({ label: say(`hand.${role}`), dong: hands[role].dong, role,
    count: say(`holders.${role}`, { count: number(hands[role].count) }), href: `/console/ledger?path=${role}` }));
  cards.push({ label: say("hand.settled"), dong: settled, role: "settled", count: say("holders.settled"), href: "/console/reports" });
  cards.push({ label: say("broken"), dong: risk, role: "broken", tone: "bad", count: say("breaks.count", { count: number(breaks.length) }),
    href: "/console/breaks" });
  fill(byId("hands"), cards.map((card) => h("li", { class: `hand ${card.role}` },
    h("a", { href: card.href }, card.label),
    h("strong", { class: card.dong < 0 ? "minus" : "" }, money(card.dong)),
    h("span", { class: "muted" }, card.count))));
  fill(byId("chain"), bars(cards));
}

function grouped(items, groups, place, value) {
  const rows = groups.map((group) => ({ ...group, dong: 0, count: 0 }));
  for (const item of items) {
    const row = rows[place(item)];
    row.dong += value(item);
    row.count += 1;
  }
  return rows;
}

function showClock(receipts) {
  const now = Date.now();
  const groups = [{ label: say("clock.late"), tone: "bad" }, { label: say("clock.h4"), tone: "warn" },
    { label: say("clock.h12") }, { label: say("clock.h24") }];
  const waiting = receipts.filter((one) => one.remit_by);
  const rows = grouped(waiting, groups, (one) => {
    const left = (new Date(one.remit_by) - now) / HOUR;
    return left < 0 ? 0 : left < 4 ? 1 : left < 12 ? 2 : 3;
  }, (one) => one.amount_vnd);
  fill(byId("clock"), waiting.length ? bars(rows) : h("p", { class: "empty" }, say("nothing_waits")));
}

function showAges(breaks) {
  const groups = [{ label: say("bucket.d1") }, { label: say("bucket.d3") }, { label: say("bucket.d7"), tone: "warn" },
    { label: say("bucket.old"), tone: "bad" }];
  const rows = grouped(breaks, groups,
    (one) => (one.age_hours < 24 ? 0 : one.age_hours < 72 ? 1 : one.age_hours < 168 ? 2 : 3), (one) => Math.abs(one.amount_vnd));
  fill(byId("ages"), breaks.length ? bars(rows) : h("p", { class: "empty" }, say("nothing_waits")));
}

function showTypes(breaks, more) {
  const types = new Map();
  for (const one of breaks) {
    const row = types.get(one.type) ?? { count: 0, dong: 0, oldest: 0 };
    row.count += 1;
    row.dong += one.amount_vnd;
    row.oldest = Math.max(row.oldest, one.age_hours);
    types.set(one.type, row);
  }
  const rows = [...types].sort((a, b) => Math.abs(b[1].dong) - Math.abs(a[1].dong));
  fill(byId("types"), rows.map(([type, row]) => h("tr", {},
    h("td", {}, h("a", { href: `/console/breaks?state=${type}` }, typeName(type))),
    right(number(row.count)),
    cell(row.dong),
    right(age(row.oldest)))));
  byId("types-note").textContent = more ? say("more_exist") : "";
}

begin(async () => {
  const [balances, breaks, receipts, settled] = await Promise.all(
    [get("/v1/ledger/balances"), all("/v1/breaks"), all("/v1/receipts?state=unsent"), settledToday()]);
  showHands(handsOf(balances.accounts), breaks.items, settled);
  showClock(receipts.items);
  showAges(breaks.items);
  showTypes(breaks.items, breaks.more);
});
