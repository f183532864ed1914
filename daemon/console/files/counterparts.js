// Who is sent something, how it answers, what waits for it; for the operator.

import { get, post } from "./api.js";
import { chip, code, emptyRow, fact, right } from "./cells.js";
import { ask } from "./dialog.js";
import { announce, byId, fill, h, tell } from "./dom.js";
import { instant, number } from "./format.js";
import { begin } from "./shell.js";
import { say } from "./texts.js";

const EVERY = 10_000;
let all = [];
let chosen = new URLSearchParams(location.search).get("of");
let mayAct = false;

const at = (time) => (time ? instant(time) : "");
const part = encodeURIComponent;
const small = (...text) => h("div", { class: "muted small" }, text);

function state(one) {
  if (one.paused) return chip("warn", say("counterpart.paused"));
  if (one.switched_off) return chip("", say("counterpart.off"));
  if (one.breaker !== "closed") return chip("bad", say(`counterpart.${one.breaker}`));
  return chip("good", say("counterpart.sending"));
}

const errors = (one) => say("counterparts.of_calls", { failed: number(one.failed_last_hour), calls: number(one.calls_last_hour) });

function row(one) {
  return h("tr", { "data-chosen": one.name === chosen },
    h("td", {}, h("button", { type: "button", class: "quiet code", "data-name": one.name, "aria-pressed": String(one.name === chosen), onclick: () => choose(one.name) }, one.name)),
    h("td", {}, state(one)), right(number(one.queued)), h("td", {}, at(one.oldest_at)), right(errors(one)),
    h("td", {}, at(one.last_success_at)), h("td", {}, at(one.next_try_at)));
}

function exchange(one) {
  const shown = [one.sent, one.got].some(Boolean);
  return h("tr", {}, h("td", {}, instant(one.last_at), one.tries > 1 && small(say("counterparts.tries", { tries: number(one.tries) }))),
    h("td", {}, `${one.direction === "in" ? "←" : "→"} ${one.call}`), code(one.subject ?? ""),
    h("td", {}, say(`outcome.${one.outcome}`), one.http_status && ` · ${one.http_status}`, one.reason && small(one.reason)),
    right(`${number(one.took_ms)} ms`),
    h("td", {}, shown && h("details", {}, h("summary", {}, `${number(one.bytes_out)} / ${number(one.bytes_in)}`),
      h("div", { class: "code small" }, one.sent), h("div", { class: "code small" }, one.got))));
}

function letter(one) {
  return h("tr", {}, h("td", {}, `${one.id} · ${one.kind}`, small(instant(one.died_at))), code(one.subject), h("td", {}, one.reason),
    h("td", {}, mayAct && h("button", { type: "button", "aria-label": say("counterparts.give_up_one", { id: one.id }), onclick: () => giveUp(one) }, say("counterparts.give_up"))));
}

// What a person has his focus on stays under it when the list is drawn anew.
function draw() {
  const focus = document.activeElement?.dataset?.name;
  fill(byId("list"), all.length ? all.map(row) : emptyRow(7, say("counterparts.none")));
  if (focus) document.querySelector(`[data-name="${CSS.escape(focus)}"]`)?.focus();
}

async function show() {
  const one = all.find((other) => other.name === chosen);
  byId("one").hidden = !one;
  if (!one) return;
  byId("one-title").textContent = one.name;
  const paused = one.paused && say("counterparts.paused_by", { by: one.paused.by, at: instant(one.paused.at), reason: one.paused.reason });
  fill(byId("facts"), fact(say("counterparts.paused_fact"), paused), fact(say("counterparts.waiting_fact"), at(one.waiting_since)),
    fact(say("counterparts.flight_fact"), number(one.in_flight)), fact(say("counterparts.dead_fact"), number(one.dead)),
    fact(say("counterparts.breaker_fact"), one.breaker === "closed" ? null : `${say(`counterpart.${one.breaker}`)} · ${at(one.breaker_since)}`),
    fact(say("counterparts.last_fact"), one.last_answer && `${at(one.last_answer_at)} · ${one.last_answer}`));
  byId("acts").hidden = !mayAct;
  byId("pause").hidden = Boolean(one.paused);
  byId("resume").hidden = !one.paused;
  byId("replay").hidden = one.dead === 0;
  const [exchanges, dead] = await Promise.all([get(`/v1/exchanges?limit=50&counterpart=${part(one.name)}`), get("/v1/outbox/dead?limit=200")]);
  if (one.name !== chosen) return;
  const letters = dead.items.filter((other) => other.target === one.name);
  fill(byId("dead"), letters.length ? letters.map(letter) : emptyRow(4, say("counterparts.no_dead")));
  fill(byId("exchanges"), exchanges.items.length ? exchanges.items.map(exchange) : emptyRow(6, say("counterparts.no_exchanges")));
}

async function load() {
  const found = await get("/v1/counterparts");
  all = found.items;
  byId("as-of").textContent = say("counterparts.as_of", { at: instant(found.at) });
  draw();
}

async function choose(name) {
  chosen = name;
  history.replaceState(null, "", `?of=${part(name)}`);
  draw();
  await show().catch(tell);
  byId("one").focus();
}

async function change(verb) {
  const reason = await ask(verb, { name: chosen });
  if (reason === null) return;
  await post(`/v1/counterparts/${part(chosen)}/${verb}`, { reason });
  await again(say(`counterparts.${verb}d`, { name: chosen }));
}

// Counted first: who replays a range has seen how many messages are in it.
async function replay() {
  const { matching } = await post("/v1/outbox/replay", { target: chosen, reason: "count", dry_run: true });
  const reason = await ask("replay", { name: chosen, count: number(matching) });
  if (reason === null) return;
  const done = await post("/v1/outbox/replay", { target: chosen, reason, dry_run: false, expected: matching });
  await again(say("counterparts.replayed", { count: number(done.replayed), left: number(done.left.length) }));
}

async function giveUp(one) {
  const reason = await ask("give_up", { id: one.id, subject: one.subject });
  if (reason === null) return;
  await post(`/v1/outbox/${one.id}/give-up`, { reason }).then(() => again(say("counterparts.given_up", { id: one.id }))).catch(tell);
}

async function again(text) {
  await load();
  await show();
  announce(text);
  byId("one").focus();
}

// Live enough: not while a person types a reason or reads a body, nor in a window that nobody sees.
function refresh() {
  const busy = document.hidden || document.querySelector("dialog[open], #exchanges details[open]") || byId("one").contains(document.activeElement);
  if (!busy) load().then(show).catch(tell);
}

begin(async (who) => {
  mayAct = who.role === "admin";
  for (const [id, act] of [["pause", () => change("pause")], ["resume", () => change("resume")], ["replay", replay]])
    byId(id).addEventListener("click", () => act().catch(tell));
  await load();
  await show();
  setInterval(refresh, EVERY);
}, ["admin"]);
