// The queue of breaks: the most money first, then the oldest, as the API gives it; one proposes, another decides.

import { all, freshKey, get, post } from "./api.js";
import { cell, chip, emptyRow, fact, right } from "./cells.js";
import { byId, alarm, announce, fill, h, tell } from "./dom.js";
import { age, instant, money, number } from "./format.js";
import { history as told } from "./history.js";
import { actionName, ownerName, typeName } from "./names.js";
import { begin } from "./shell.js";
import { say } from "./texts.js";

const queue = { items: [], one: null, who: null, rows: new Map() };

// What the daemon says that the break can end by; else all, and it refuses what does not fit.
const actionsFor = (one) => one.ends ?? ["accept", "paid", "write_off", "waive", "pay_back"];

function keepPlace() {
  const place = new URLSearchParams();
  if (byId("type").value) place.set("state", byId("type").value);
  if (queue.one) place.set("break", queue.one.id);
  history.replaceState(null, "", `?${place}`);
}

const about = (one) => [one.dossier_code, one.agency, one.subject].filter(Boolean);

function row(one) {
  const node = h("tr", { class: one.resolved_at ? "ended" : null },
    h("td", {}, h("button", { type: "button", class: "quiet pick", onclick: () => choose(one, true) }, typeName(one.type)),
      one.resolved_at && chip("good", `✓ ${say("breaks.ended")}`)),
    cell(one.amount_vnd),
    right(age(one.age_hours)),
    h("td", { class: "wide" }, h("span", { class: "code" }, about(one)[0]), h("div", { class: "muted small code" }, about(one).slice(1).join(" · "))),
    h("td", { class: "wide" }, ownerName(one.owner)));
  queue.rows.set(one.id, node);
  return node;
}

function draw() {
  const type = byId("type").value;
  const shown = queue.items.filter((one) => type === "" || one.type === type);
  const risk = shown.filter((one) => !one.resolved_at).reduce((sum, one) => sum + Math.abs(one.amount_vnd), 0);
  byId("summary").textContent = say("breaks.summary", { count: number(shown.length), money: money(risk) });
  queue.rows.clear();
  fill(byId("breaks"), shown.length ? shown.map(row) : emptyRow(5, say("nothing_waits")));
  mark();
}

function mark() {
  for (const [id, node] of queue.rows) node.toggleAttribute("data-chosen", id === queue.one?.id);
}

function show(one) {
  queue.one = one;
  const open = one.proposals.find((made) => !made.decision);
  byId("case-title").textContent = typeName(one.type);
  fill(byId("facts"), h("p", { class: `line-amount ${one.amount_vnd < 0 ? "minus" : ""}` }, money(one.amount_vnd)),
    h("dl", { class: "facts" }, fact(say("fact.since"), `${instant(one.since)} (${age(one.age_hours)})`), fact(say("fact.owner"), ownerName(one.owner)),
      fact(say("fact.agency"), one.agency, "code"), fact(say("fact.dossier"), one.dossier_code, "code"), fact(say("fact.subject"), one.subject, "code"),
      fact(say("fact.next"), one.advice?.[document.documentElement.lang] ?? one.action),
      fact(say("fact.ended"), one.resolved_at && `${instant(one.resolved_at)} · ${one.resolution}`)));
  byId("decide").hidden = !open;
  byId("propose").hidden = Boolean(open || one.resolved_at);
  byId("talk").hidden = false;
  fill(byId("history"), told(one, null));
  if (open) showDecision(open);
  fill(byId("action"), actionsFor(one).map((code) => h("option", { value: code }, actionName(code))));
  showAction();
  mark();
  keepPlace();
}

function showDecision(open) {
  const mine = open.proposed_by === queue.who.name;
  byId("decide-says").textContent = say(mine ? "breaks.yours" : "breaks.theirs",
    { who: open.proposed_by, action: actionName(open.action), note: open.note });
  for (const button of byId("decision").querySelectorAll("button")) button.disabled = mine;
  byId("decision-reason").value = "";
}

function showAction() {
  const action = byId("action").value;
  byId("office-label").hidden = !["pay_back", "refund"].includes(action);
  byId("office").required = action === "pay_back";
  byId("second").textContent = action === "paid" ? say("breaks.at_once") : say("breaks.second_person");
}

async function choose(one, focus) {
  show(await get(`/v1/breaks/${one.id}`));
  if (focus) byId("case").focus({ preventScroll: matchMedia("(min-width: 62.01rem)").matches });
}

// Takes the answer of an act into the list, in its place.
function taken(one, text) {
  const at = queue.items.findIndex((item) => item.id === one.id);
  if (at >= 0) queue.items[at] = one;
  draw();
  show(one);
  announce(text);
}

const guarded = (act) => async (event) => {
  event.preventDefault();
  const button = event.submitter;
  button.disabled = true;
  try {
    await act(event);
  } catch (error) {
    tell(error);
    if (error.status === 409) await choose(queue.one);
  } finally {
    button.disabled = false;
    if (queue.one) show(queue.one);
  }
};

async function decide(event) {
  const approve = event.submitter.value === "yes";
  const reason = byId("decision-reason").value.trim();
  if (!approve && reason.length < 3) {
    byId("decision-reason").focus();
    return alarm(say("breaks.reason_needed"));
  }
  const one = await post(`/v1/breaks/${queue.one.id}/decision`, { approve, reason: reason || null }, freshKey());
  return taken(one, say(approve ? "breaks.approved" : "breaks.rejected"));
}

async function propose() {
  const wish = { action: byId("action").value, note: byId("proposal-note").value.trim() };
  if (!byId("office-label").hidden && byId("office").value) wish.office = byId("office").value;
  const one = await post(`/v1/breaks/${queue.one.id}/proposal`, wish, freshKey());
  byId("proposal-note").value = "";
  taken(one, say(one.resolved_at ? "breaks.done" : "proposed"));
}

async function comment() {
  const one = await post(`/v1/breaks/${queue.one.id}/comments`, { text: byId("comment-text").value.trim() });
  byId("comment-text").value = "";
  taken(one, say("breaks.commented"));
}

async function load() {
  const found = await all(`/v1/breaks?state=${byId("ended").checked ? "all" : "open"}`);
  queue.items = found.items;
  const wanted = byId("type").value || new URLSearchParams(location.search).get("state") || "";
  const types = [...new Set([...found.items.map((one) => one.type), wanted].filter(Boolean))].sort();
  fill(byId("type"), byId("type").options[0], types.map((type) => h("option", { value: type }, typeName(type))));
  byId("type").value = wanted;
  draw();
}

begin(async (who) => {
  queue.who = who;
  await load();
  byId("type").addEventListener("change", () => (draw(), keepPlace()));
  byId("ended").addEventListener("change", () => load().catch(tell));
  byId("action").addEventListener("change", showAction);
  byId("decision").addEventListener("submit", guarded(decide));
  byId("proposal").addEventListener("submit", guarded(propose));
  byId("comment").addEventListener("submit", guarded(comment));
  const asked = new URLSearchParams(location.search).get("break");
  if (asked) await choose({ id: asked });
});
