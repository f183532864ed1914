// The strip under the candidates: why a match that is not sure is made, and how much of the line it takes.

import { byId, fill, h } from "./dom.js";
import { amount, money, number, signed } from "./format.js";
import { say } from "./texts.js";

export function closeStrips() {
  byId("strip").hidden = true;
  byId("split").hidden = true;
}

export function leaveStrips() {
  closeStrips();
  byId("lines").focus({ preventScroll: true });
}

// `difference`: what the match would leave, in whole dong. `part`: asks how much of the line is meant, and proposes this.
export function openStrip(line, difference, part = null) {
  const differs = difference !== 0 && part === null;
  const codes = differs ? ["bank_fee", "short", "over", "agreed", "other"] : ["fits", "asked", "document", "other"];
  closeStrips();
  fill(byId("reason"), codes.map((code) => h("option", { value: code }, say(`why.${code}`))));
  byId("note").value = "";
  byId("amount-label").hidden = part === null;
  byId("amount").required = part !== null;
  byId("amount").value = part === null ? "" : number(part);
  if (part !== null) byId("strip-says").textContent = say("strip.part", { money: money(line.amount_vnd) });
  else byId("strip-says").textContent = differs ? say("strip.differs", { money: signed(difference) }) : say("strip.possible");
  byId("strip").hidden = false;
  byId(part === null ? "reason" : "amount").focus();
  if (part !== null) byId("amount").select();
}

// `part`: null when all of the line is meant; not a number when that was written.
export function readStrip() {
  const more = byId("note").value.trim();
  return { note: say(`why.${byId("reason").value}`) + (more ? `: ${more}` : ""),
    part: byId("amount-label").hidden ? null : amount(byId("amount").value) ?? NaN };
}

export function connectStrip(onMatch) {
  byId("strip").addEventListener("submit", (event) => {
    event.preventDefault();
    onMatch(readStrip());
  });
  byId("strip-close").addEventListener("click", leaveStrips);
  byId("strip").addEventListener("keydown", (event) => event.code === "Escape" && leaveStrips());
  byId("reason").addEventListener("keydown", (event) => event.code === "Enter" && (event.preventDefault(), event.repeat || byId("strip").requestSubmit()));
}
