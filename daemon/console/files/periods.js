// Fee accounts that are closed up to a day: one person proposes, another signs off; two open it again.

import { all, freshKey, get, post } from "./api.js";
import { chip, code, emptyRow, fact } from "./cells.js";
import { ask } from "./dialog.js";
import { byId, announce, fill, h, tell } from "./dom.js";
import { day, instant, money } from "./format.js";
import { begin } from "./shell.js";
import { say } from "./texts.js";

const TONES = { proposed: "warn", signed: "good", reopening: "warn", rejected: "", reopened: "" };
let me = "", mayAct = false, shown = null;

function draw(items) {
  fill(byId("periods"), items.length ? items.map((one) => h("tr", {}, code(one.account),
    h("td", {}, h("button", { type: "button", class: "quiet pick", onclick: () => choose(one.id) }, `${day(one.from)} – ${day(one.to)}`)),
    h("td", {}, chip(TONES[one.state], say(`period.${one.state}`))))) : emptyRow(3, say("periods.none")));
}

const known = (dong) => (dong === null ? say("periods.unknown") : money(dong));

function show(one) {
  shown = one;
  byId("period-title").textContent = say("periods.title", { account: one.account, from: day(one.from), to: day(one.to) });
  fill(byId("figures"), h("p", {}, chip(TONES[one.state], say(`period.${one.state}`))),
    h("dl", { class: "facts" }, fact(say("periods.opening"), known(one.opening_vnd)), fact(say("periods.matched"), money(one.matched_vnd)),
      fact(say("periods.unmatched"), money(one.unmatched_vnd), one.unmatched_vnd ? "minus" : ""), fact(say("periods.closing"), known(one.closing_vnd)),
      fact(say("periods.difference"), known(one.difference_vnd), one.difference_vnd ? "minus" : "")));
  fill(byId("steps"), one.steps.map((step) => h("li", {}, h("span", { class: "muted small" }, `${instant(step.at)} · ${step.by}`),
    h("p", {}, `${say(`period.step.${step.step}`)}${step.note ? `. ${step.note}` : ""}`))));
  offer(one);
  history.replaceState(null, "", `?${new URLSearchParams({ q: one.id })}`);
}

// What may follow, and never by who asked for it himself.
function offer(one) {
  const last = one.steps.at(-1)?.by;
  const [yes, no] = [byId("yes"), byId("no")];
  const asks = one.state === "proposed" ? ["sign", "reject"] : one.state === "reopening" ? ["reopen", "keep"] :
    one.state === "signed" ? ["ask_to_reopen", null] : [null, null];
  byId("acts").hidden = !mayAct || !asks[0];
  if (!asks[0]) return;
  yes.textContent = say(`period.act.${asks[0]}`);
  yes.disabled = asks[0] !== "ask_to_reopen" && last === me;
  yes.title = yes.disabled ? say("periods.another") : "";
  no.hidden = !asks[1];
  if (asks[1]) no.textContent = say(`period.act.${asks[1]}`);
}

async function choose(id) {
  try {
    show(await get(`/v1/periods/${id}`));
    byId("period").focus();
  } catch (error) {
    tell(error);
  }
}

const load = async () => draw((await all("/v1/periods", 200)).items);

async function act(work, done) {
  const buttons = document.querySelectorAll(".acts button");
  for (const button of buttons) button.disabled = true;
  try {
    const one = await work();
    await load();
    show(await get(`/v1/periods/${one?.id ?? shown.id}`));
    announce(say(done));
    byId("period").focus();
  } catch (error) {
    tell(error);
  } finally {
    for (const button of buttons) button.disabled = false;
    if (shown) offer(shown);
  }
}

async function decide(approve) {
  const base = `/v1/periods/${shown.id}`;
  if (shown.state === "signed") {
    const reason = await ask("reopen", { account: shown.account });
    if (reason) await act(() => post(`${base}/reopen`, { reason }, freshKey()), "periods.asked");
    return;
  }
  const path = shown.state === "proposed" ? "sign-off" : "reopen/decision";
  const reason = approve ? null : await ask("refuse", { account: shown.account });
  if (!approve && !reason) return;
  await act(() => post(`${base}/${path}`, approve ? { approve } : { approve, reason }, freshKey()), "periods.decided");
}

function propose(event) {
  event.preventDefault();
  act(() => post("/v1/periods", { account: byId("account").value.trim(), to: byId("to").value }, freshKey()), "periods.proposed");
}

begin(async (who) => {
  me = who.name;
  ({ mayAct } = who);
  const statements = await get("/v1/statements?limit=200");
  fill(byId("accounts"), [...new Set(statements.items.map((one) => one.account))].map((value) => h("option", { value })));
  await load();
  byId("close").addEventListener("submit", propose);
  byId("yes").addEventListener("click", () => decide(true));
  byId("no").addEventListener("click", () => decide(false));
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) await choose(asked);
});
