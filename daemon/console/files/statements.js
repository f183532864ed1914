// Importing a statement: first what the file would bring, then the file.

import { all, get, send } from "./api.js";
import { cell, chip, code, emptyRow, fact, right } from "./cells.js";
import { byId, announce, fill, h } from "./dom.js";
import { day, instant, money, number, signed } from "./format.js";
import { begin } from "./shell.js";
import { say } from "./texts.js";

// A notification has none.
const balance = (dong) => (dong === null ? h("td", { class: "money" }, "–") : cell(dong));

function draw(items) {
  fill(byId("statements"), items.length ? items.map((one) => h("tr", {},
    h("td", {}, days(one)),
    code(h("a", { href: `/console/matching?account=${encodeURIComponent(one.account)}` }, one.account)),
    right(say("statements.count", { lines: number(one.lines), fresh: number(one.fresh_lines) })),
    balance(one.opening_vnd), cell(one.matched_vnd + one.ended_vnd), cell(one.open_vnd), balance(one.closing_vnd),
    h("td", {}, one.kind === "notification" ? chip("info", say("statements.notification")) : one.difference_vnd === 0 ? chip("good", `≡ ${say("balance.agrees")}`) :
      chip("bad", `≠ ${say("balance.differs", { money: signed(one.difference_vnd) })}`)),
    h("td", {}, one.imported_by, h("div", { class: "muted small" }, instant(one.imported_at))))) :
    emptyRow(9, say("statements.none")));
}

const load = async () => draw((await all("/v1/statements", 200)).items);
const target = (account, dry) => `/v1/statements?account=${encodeURIComponent(account)}${dry ? "&dry_run=true" : ""}`;

const days = (one) => (one.from === one.to ? day(one.from) : `${day(one.from)} – ${day(one.to)}`);

// What a file brought, or would bring; a preview may also say what to look at and why it would be refused.
function report(found, key) {
  const counted = (name, value) => fact(say(`report.${name}`), number(value));
  const refusals = found.refusals ?? [];
  return h("div", { class: "stack" },
    h("p", { class: `notice ${refusals.length ? "bad" : found.already_imported ? "warn" : "good"}` },
      say(refusals.length ? "report.refused" : found.already_imported ? "report.known" : key)),
    refusals.length > 0 && h("ul", { class: "reasons" }, refusals.map((one) => h("li", {}, h("span", { class: "code" }, one.pointer), ` ${one.detail}`))),
    (found.warnings ?? []).map((text) => h("p", { class: "notice warn" }, text)),
    h("dl", { class: "facts" }, found.from && fact(say("fact.day"), days(found)),
      found.opening_vnd !== undefined && fact(say("report.balances"), `${money(found.opening_vnd)} → ${money(found.closing_vnd)}`),
      counted("lines", found.lines), counted("fresh", found.fresh_lines), counted("repeated", found.lines - found.fresh_lines),
      counted("matched", found.matched), counted("breaks", found.breaks_opened)));
}

function refused(error) {
  fill(byId("preview"), h("p", { class: "notice bad" }, error.text ?? error.message), error.hint && h("p", { class: "muted" }, error.hint));
  byId("preview").focus();
}

async function bring(account, file, button) {
  button.disabled = true;
  try {
    const found = await send(target(account, false), file, "application/octet-stream");
    byId("import").reset();
    await load();
    fill(byId("preview"), report(found, "report.imported"), h("p", {}, h("a", { class: "button", href: `/console/matching?account=${encodeURIComponent(account)}` }, say("statements.to_matching"))));
    announce(say("report.imported"));
    byId("preview").focus();
  } catch (error) {
    refused(error);
  }
}

async function preview(event) {
  event.preventDefault();
  const account = byId("account").value.trim();
  const file = byId("file").files[0];
  const button = event.submitter;
  button.disabled = true;
  try {
    const found = preview.dry ? await send(target(account, true), file, "application/octet-stream") : null;
    const go = h("button", { type: "button", class: "main", onclick: () => bring(account, file, go) }, say("statements.go"));
    fill(byId("preview"), h("h3", {}, say("statements.would", { file: file.name, account })),
      found && report(found, "report.would"),
      !found?.already_imported && !found?.refusals?.length && h("div", { class: "actions" }, go));
    byId("preview").focus();
  } catch (error) {
    refused(error);
  } finally {
    button.disabled = false;
  }
}

begin(async (who) => {
  const [contract, statements, balances] = await Promise.all(
    [fetch("/v1/openapi.yaml").then((answer) => answer.text()), all("/v1/statements", 200), get("/v1/ledger/balances")]);
  preview.dry = contract.includes("dry_run");
  const banks = balances.accounts.map((one) => one.account.split("/")).filter(([role]) => role === "bank").map((parts) => parts[3]);
  const accounts = [...new Set([...statements.items.map((one) => one.account), ...banks])].sort();
  fill(byId("accounts"), accounts.map((account) => h("option", { value: account })));
  draw(statements.items);
  if (who.mayAct) byId("import").addEventListener("submit", preview);
});
