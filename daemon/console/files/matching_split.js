// A line that carries several things is split into parts in its place, and parts are made whole again.

import { get, post, freshKey } from "./api.js";
import { byId, fill, h } from "./dom.js";
import { amount, money, number } from "./format.js";
import { partsOf, replace } from "./matching_list.js";
import { closeStrips, leaveStrips } from "./matching_strip.js";
import { say } from "./texts.js";

const PARTS = 100;
let line = null;

const inputs = () => [...byId("parts").querySelectorAll("input")];
const rest = () => inputs().reduce((left, input) => left - (amount(input.value) ?? NaN), line.amount_vnd);

function showRest() {
  const left = rest();
  const fits = left > 0 && inputs().every((input) => amount(input.value) > 0);
  byId("split-rest").textContent = Number.isNaN(left) ? "…" : money(left);
  byId("split-rest").className = fits ? "good" : "minus";
  byId("split-go").disabled = !fits;
}

function addPart(dong = null) {
  const input = h("input", { inputmode: "numeric", autocomplete: "off", maxlength: 20, required: true, oninput: showRest });
  if (dong !== null) input.value = number(dong);
  byId("parts").append(h("label", {}, say("split.part", { nth: inputs().length + 1 }), input));
  byId("split-more").hidden = inputs().length >= PARTS - 1;
  showRest();
  input.focus();
}

// `known`: how much of the line is known already, or null.
export function openSplit(one, known) {
  line = one;
  closeStrips();
  fill(byId("parts"));
  byId("split-note").value = "";
  byId("split-says").textContent = say("split.says", { money: money(line.amount_vnd) });
  byId("split-join").hidden = !line.part_of;
  byId("split").hidden = false;
  addPart(known > 0 && known < line.amount_vnd ? known : null);
}

const noteOf = () => byId("split-note").value.trim() || say("split.reason");

async function split(done) {
  const parts = [...inputs().map((input) => amount(input.value)), rest()].map((dong) => ({ amount_vnd: dong }));
  const body = { parts, version: line.version, note: noteOf() };
  const made = await post(`/v1/statement-lines/${line.id}/split`, body, `split-${line.id}-${line.version}`);
  leaveStrips();
  await done(putParts(line, made), say("split.done", { count: number(parts.length) }));
}

// The parts of a whole line take its place in the list.
export function putParts(whole, made) {
  replace([whole], made.parts);
  return made.parts;
}

// Takes the split of which this is a part back, and gives back the whole line.
export async function makeWhole(part, reason) {
  await post(`/v1/statement-lines/${part.part_of}/join`, { reason }, freshKey());
  const whole = await get(`/v1/statement-lines/${part.part_of}`);
  replace(partsOf(part.part_of), [whole]);
  return whole;
}

async function join(done) {
  const whole = await makeWhole(line, noteOf());
  leaveStrips();
  await done([whole], say("split.whole", { money: money(whole.amount_vnd) }));
}

// `done` hears of the lines that came into the place of others, and what is to be said; `failed` of the line and why.
export function connectSplit(done, failed) {
  const tell = (error) => (leaveStrips(), failed(line, error));
  byId("split").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!byId("split-go").disabled) split(done).catch(tell);
  });
  byId("split-more").addEventListener("click", () => addPart());
  byId("split-join").addEventListener("click", () => join(done).catch(tell));
  byId("split-close").addEventListener("click", leaveStrips);
  byId("split").addEventListener("keydown", (event) => event.code === "Escape" && leaveStrips());
}
