// The receipts of a day, or of an order or dossier: what became of each, and of its electronic document.

import { all, freshKey, post } from "./api.js";
import { cell, chip, emptyRow } from "./cells.js";
import { byId, announce, fill, h } from "./dom.js";
import { instant, money, number } from "./format.js";
import { kindName } from "./names.js";
import { begin } from "./shell.js";
import { say } from "./texts.js";

const MOST = 400;
const TONES = { wanted: "warn", sending: "warn", cancelling: "warn", refused: "bad", issued: "good" };
const asked = new URLSearchParams(location.search);
const called = (one) => `${one.symbol} ${one.number}`;
const paper = (id, text) => h("a", { href: `/v1/receipts/${id}/pdf`, class: "code" }, text);
const small = (...text) => h("div", { class: "muted small" }, text);
let shown = [];

function state(one) {
  if (!one.cancelled_at) return chip("good", say("receipt.stands"));
  const next = shown.find((other) => other.id === one.replaced_by);
  return [chip("", say(one.replaced_by ? "receipt.replaced" : one.custody === "refunded" ? "receipt.refunded" : "receipt.cancelled")),
    one.replaced_by && h("div", {}, paper(one.replaced_by, next ? called(next) : say("receipts.next"))), small(one.cancel_reason)];
}

function electronic(one) {
  const made = one.e_receipt;
  if (!made) return h("span", { class: "muted" }, say("receipts.no_provider"));
  const title = [made.pattern, made.symbol, made.number].filter(Boolean).join(" ");
  return [chip(TONES[made.state] ?? "", say(`document.${made.state}`)),
    title && h("div", { class: "code" }, /^https?:/.test(made.url ?? "") ? h("a", { href: made.url, rel: "noreferrer" }, title) : title),
    made.reason && small(made.reason)];
}

function row(one) {
  return h("tr", {}, h("td", {}, paper(one.id, called(one)), small(`${kindName(one.kind)} · ${one.agency}`)),
    h("td", {}, instant(one.issued_at)),
    h("td", {}, one.payer, h("div", { class: "muted small code" }, one.dossier_code ?? one.order_number)),
    cell(one.amount_vnd), h("td", {}, state(one)), h("td", {}, electronic(one)),
    h("td", { class: "acts" }, !one.cancelled_at && h("button", { type: "button", onclick: () => open(one),
      "aria-label": say("receipts.replace_one", { receipt: called(one) }) }, say("receipts.replace"))));
}

const today = () => instant(Date.now()).slice(0, 10).split("/").reverse().join("-");
const by = (field, value) => all(`/v1/receipts?${field}=${encodeURIComponent(value)}`, MOST);

// What was refused waits for somebody, whenever it was issued. What a person types is an order's number or a dossier's code.
async function find() {
  if (byId("refused").checked) return by("state", "refused");
  const of = byId("of").value.trim();
  if (!of) return by("day", byId("issued").value);
  const found = await by("order", of);
  return found.items.length ? found : by("dossier", of);
}

async function load() {
  const found = await find();
  shown = found.items;
  const standing = shown.filter((one) => !one.cancelled_at);
  byId("found").textContent = say("receipts.found", { count: number(shown.length),
    money: money(standing.reduce((sum, one) => sum + one.amount_vnd, 0)) });
  byId("more").hidden = !found.more;
  fill(byId("receipts"), shown.length ? shown.map(row) : emptyRow(7, say("receipts.none")));
}

function open(one) {
  open.one = one;
  open.key = null;
  byId("replace-says").textContent = say("receipts.replace_says", { receipt: called(one), money: money(one.amount_vnd) });
  byId("payer").value = one.payer;
  byId("why").value = "";
  byId("refusal").hidden = true;
  byId("replace").showModal();
}

async function replace(event) {
  event.preventDefault();
  const button = event.submitter;
  button.disabled = true;
  try {
    const wish = { payer: byId("payer").value.trim(), reason: byId("why").value.trim() };
    const next = await post(`/v1/receipts/${open.one.id}/replace`, wish, open.key ??= freshKey());
    byId("replace").close();
    await load();
    announce(say("receipts.done", { receipt: called(open.one), next: called(next) }));
    byId("found").focus();
  } catch (error) {
    // An answer that was lost is asked for again under its key.
    if (error.status !== 0 && error.status < 500) open.key = null;
    byId("refusal").textContent = error.text ?? error.message;
    byId("refusal").hidden = false;
  } finally {
    button.disabled = false;
  }
}

begin(async () => {
  byId("issued").value = asked.get("day") || today();
  byId("of").value = asked.get("of") ?? "";
  byId("refused").checked = asked.has("refused");
  byId("replacement").addEventListener("submit", replace);
  byId("replace-no").addEventListener("click", () => byId("replace").close());
  await load();
});
