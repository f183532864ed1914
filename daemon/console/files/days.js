// Closing an office's day of money, and the days that are closed.

import { all, freshKey, get, post } from "./api.js";
import { cell, code, emptyRow, fact, right } from "./cells.js";
import { ask } from "./dialog.js";
import { byId, announce, fill, h, tell } from "./dom.js";
import { day, instant, money, number } from "./format.js";
import { kindName } from "./names.js";
import { begin } from "./shell.js";
import { say } from "./texts.js";

function draw(items) {
  fill(byId("days"), items.length ? items.map((one) => h("tr", {},
    h("td", {}, h("button", { type: "button", class: "quiet pick", onclick: () => choose(one.id) }, day(one.business_day))),
    code(one.office), h("td", {}, instant(one.cut_at)), h("td", {}, one.closed_by))) :
    emptyRow(4, say("days.none")));
}

function show(one) {
  byId("day-title").textContent = say("days.title", { office: one.office, day: day(one.business_day) });
  const rest = one.hand_ins.counted_vnd - one.hand_ins.expected_vnd;
  fill(byId("sums"),
    h("dl", { class: "facts" }, fact(say("days.collected"), money(one.collected_vnd)), fact(say("days.taken_back"), money(one.taken_back_vnd)),
      fact(say("days.still_held"), money(one.still_held_vnd), one.still_held_vnd ? "minus" : ""),
      fact(say("days.hand_ins"), say("days.counted", { count: number(one.hand_ins.number), counted: money(one.hand_ins.counted_vnd), expected: money(one.hand_ins.expected_vnd) }), rest < 0 ? "minus" : ""),
      fact(say("days.cut_at"), `${instant(one.cut_at)} · ${one.closed_by}`)));
  byId("lines-table").hidden = false;
  fill(byId("lines"), one.lines.map((line) => h("tr", {}, code(line.collector), h("td", {}, kindName(line.kind)),
    code(line.agency), right(number(line.receipts)), cell(line.collected_vnd), cell(line.taken_back_vnd))));
  const place = new URLSearchParams({ day: one.id });
  history.replaceState(null, "", `?${place}`);
}

async function choose(id) {
  try {
    show(await get(`/v1/days/${id}`));
    byId("day").focus();
  } catch (error) {
    tell(error);
  }
}

async function close(event) {
  event.preventDefault();
  const office = byId("office").value.trim();
  const button = event.submitter;
  if (!await ask("close", { office }, [])) return;
  button.disabled = true;
  try {
    const one = await post("/v1/days", { office }, freshKey());
    draw((await all("/v1/days", 200)).items);
    show(one);
    announce(say("days.done", { office, money: money(one.collected_vnd) }));
    byId("day").focus();
  } catch (error) {
    tell(error);
  } finally {
    button.disabled = false;
  }
}

begin(async () => {
  draw((await all("/v1/days", 200)).items);
  byId("close").addEventListener("submit", close);
  const asked = new URLSearchParams(location.search).get("day");
  if (asked) await choose(asked);
});
