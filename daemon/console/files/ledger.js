// From a total down to its accounts: role, kind, agency, holder. The path is in the address.

import { get } from "./api.js";
import { byId, fill, h } from "./dom.js";
import { money } from "./format.js";
import { kindName } from "./names.js";
import { begin } from "./shell.js";
import { has, say } from "./texts.js";

const LEVELS = ["role", "kind", "agency", "holder"];

const label = (level, code) => (level === 0 && has(`hand.${code}`) ? say(`hand.${code}`) : level === 1 ? kindName(code) : code);
const link = (path) => `/console/ledger${path.length ? `?path=${encodeURIComponent(path.join("/"))}` : ""}`;

function grouped(accounts, path) {
  const rows = new Map();
  for (const one of accounts) {
    const parts = one.account.split("/");
    if (!path.every((code, level) => parts[level] === code)) continue;
    const code = parts[path.length];
    const row = rows.get(code) ?? { debit: 0, credit: 0 };
    row.debit += one.debit_vnd;
    row.credit += one.credit_vnd;
    rows.set(code, row);
  }
  return rows;
}

const figures = (row) => [row.debit, row.credit, row.debit - row.credit].map((dong) =>
  h("td", { class: `money ${dong < 0 ? "minus" : ""}` }, money(dong)));

begin(async () => {
  const path = (new URLSearchParams(location.search).get("path") ?? "").split("/").filter(Boolean).slice(0, 4);
  const level = Math.min(path.length, LEVELS.length - 1);
  const { accounts } = await get("/v1/ledger/balances");
  const rows = grouped(accounts, path.slice(0, level));
  const shown = path.length === LEVELS.length ? [[path[3], rows.get(path[3]) ?? { debit: 0, credit: 0 }]] : [...rows].sort();
  fill(byId("trail"), h("li", {}, h("a", { href: link([]) }, say("ledger.all"))),
    path.map((code, at) => h("li", {}, h("a", { href: link(path.slice(0, at + 1)), "aria-current": at === path.length - 1 ? "page" : null }, label(at, code)))));
  byId("what").textContent = say(`ledger.${LEVELS[level]}`);
  fill(byId("rows"), shown.map(([code, row]) => h("tr", {},
    h("th", { scope: "row" }, level < 3 ? h("a", { href: link([...path.slice(0, level), code]) }, label(level, code)) : h("span", { class: "code" }, code)), figures(row))));
  const sum = shown.reduce((total, [, row]) => ({ debit: total.debit + row.debit, credit: total.credit + row.credit }), { debit: 0, credit: 0 });
  fill(byId("total"), h("tr", {}, h("th", { scope: "row" }, say("ledger.sum")), figures(sum)));
});
