// What a citizen may pay with his telephone instead of cash: the codes of one order, large enough for a camera.

import { get } from "./api.js";
import { byId, fill, h, tell } from "./dom.js";
import { money } from "./format.js";
import { kindName } from "./names.js";
import { begin } from "./shell.js";
import { say } from "./texts.js";

const facts = (rows) => h("dl", { class: "facts" }, ...rows.filter(([, value]) => value)
  .flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, value)]));

const lines = (list) => h("ul", { class: "plain" }, ...list.map((line) =>
  h("li", {}, `${line.name ?? kindName(line.kind)}: ${money(line.amount_vnd)}`)));

function codeCard(order, code) {
  const reference = code.references[0];
  return h("article", { class: "card" },
    h("h2", {}, say("pay.to_account", { money: money(code.amount_vnd) })),
    code.vietqr ? h("img", { class: "qr", src: `/v1/orders/${order}/payment/qr/${reference}`, width: "320", height: "320",
      alt: say("pay.code_says", { money: money(code.amount_vnd), account: code.account, purpose: code.purpose }) }) :
      h("p", { class: "notice warn" }, say("pay.no_bank")),
    facts([[say("pay.account"), code.account], [say("pay.holder"), code.holder], [say("pay.bank"), code.bank_bin],
      [say("pay.purpose"), code.purpose]]),
    lines(code.lines));
}

function show(order, slip) {
  const cards = slip.codes.map((code) => codeCard(order, code));
  if (slip.to_the_post.length)
    cards.push(h("article", { class: "card" }, h("h2", {}, say("pay.in_cash")), lines(slip.to_the_post)));
  if (!cards.length) cards.push(h("p", { class: "notice good" }, say("pay.nothing_due")));
  fill(byId("slip"), h("p", { class: "muted" }, `${slip.order_number} · ${slip.payer} · ${slip.agency_name}`), ...cards,
    h("p", {}, h("a", { href: `/v1/orders/${order}/payment/pdf` }, say("pay.paper"))));
}

async function find(item) {
  const parcel = await get(`/v1/parcels/${encodeURIComponent(item)}`);
  show(parcel.order_id, await get(`/v1/orders/${parcel.order_id}/payment`));
  byId("slip").focus();
}

begin(async () => {
  byId("find").addEventListener("submit", (event) => {
    event.preventDefault();
    find(byId("item").value.trim()).catch(tell);
  });
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) {
    byId("item").value = asked;
    await find(asked);
  } else {
    byId("item").focus();
  }
}, ["clerk"]);
