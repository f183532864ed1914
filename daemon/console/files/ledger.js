// From a total down to its accounts (role, kind, agency, holder) and their postings, now or as the books stood once.
// The path and the moment are in the address.

import { get } from "./api.js";
import { cell, code } from "./cells.js";
import { byId, fill, h } from "./dom.js";
import { instant } from "./format.js";
import { journalName, kindName } from "./names.js";
import { begin } from "./shell.js";
import { has, say } from "./texts.js";

const LEVELS = ["role", "kind", "agency", "holder"];
const asked = new URLSearchParams(location.search);
const moment = asked.get("until") ?? ""; // Vietnamese time, as the field writes it
const until = moment && `&until=${encodeURIComponent(`${moment}:00+07:00`)}`;

const label = (level, name) => (level === 0 && has(`hand.${name}`) ? say(`hand.${name}`) : level === 1 ? kindName(name) : name);
const link = (path) => `?path=${encodeURIComponent(path.join("/"))}${moment && `&until=${moment}`}`;

function grouped(accounts, path) {
  const rows = new Map();
  for (const one of accounts) {
    const parts = one.account.split("/");
    if (!path.every((name, level) => parts[level] === name)) continue;
    const row = rows.get(parts[path.length]) ?? { debit: 0, credit: 0 };
    row.debit += one.debit_vnd;
    row.credit += one.credit_vnd;
    rows.set(parts[path.length], row);
  }
  return [...rows].sort();
}

const figures = (row) => [row.debit, row.credit, row.debit - row.credit].map(cell);

async function showPostings(account) {
  const { items, next } = await get(`/v1/ledger/postings?account=${encodeURIComponent(account)}&limit=200${until}`);
  byId("postings").hidden = false;
  byId("more").hidden = next === null;
  fill(byId("booked"), items.map((one) => h("tr", {}, h("td", {}, instant(one.occurred_at)), h("td", {}, journalName(one.kind)),
    code(one.dossier_code ?? one.order_number ?? ""), h("td", {}, one.actor), ...(one.side === "debit" ? [cell(one.amount_vnd), h("td")] : [h("td"), cell(one.amount_vnd)]))));
}

begin(async () => {
  const path = (asked.get("path") ?? "").split("/").filter(Boolean).slice(0, 4);
  const level = Math.min(path.length, 3);
  const { accounts } = await get(`/v1/ledger/balances${until.replace("&", "?")}`);
  const rows = grouped(accounts, path.slice(0, level)).filter(([name]) => path.length < 4 || name === path[3]);
  fill(byId("trail"), h("li", {}, h("a", { href: link([]) }, say("ledger.all"))),
    path.map((name, at) => h("li", {}, h("a", { href: link(path.slice(0, at + 1)), "aria-current": at === path.length - 1 ? "page" : null }, label(at, name)))));
  byId("what").textContent = say(`ledger.${LEVELS[level]}`);
  fill(byId("rows"), rows.map(([name, row]) => h("tr", {}, h("th", { scope: "row" }, path.length < 4 ?
    h("a", { href: link([...path.slice(0, level), name]) }, label(level, name)) : h("span", { class: "code" }, name)), figures(row))));
  const sum = rows.reduce((total, [, row]) => ({ debit: total.debit + row.debit, credit: total.credit + row.credit }), { debit: 0, credit: 0 });
  fill(byId("total"), h("tr", {}, h("th", { scope: "row" }, say("ledger.sum")), figures(sum)));
  byId("path").value = path.join("/");
  byId("until").value = moment;
  if (path.length === 4) await showPostings(path.join("/"));
});
