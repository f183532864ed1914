// Why a remittance, or the money of a receipt, is not among the candidates of a line.

import { get } from "./api.js";
import { byId, fill, h } from "./dom.js";
import { instant, money } from "./format.js";
import { chargeStateName } from "./names.js";
import { say } from "./texts.js";

// The values of a reason as people read them.
function read(values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => {
    if (name.endsWith("_vnd")) return [name, money(value)];
    if (name === "at") return [name, instant(value)];
    return [name, name === "money" ? value.split(", ").map(chargeStateName).join(", ") : value];
  }));
}

function sentences(why) {
  const named = [why.receipt && why.reference && say("why_not.receipt", { receipt: why.receipt, reference: why.reference }),
    why.candidate && say("why_not.candidate", { reference: why.reference }),
    ...why.reasons.map((one) => say(`exclusion.${one.rule}`, read(one.values))),
    why.undone_before && say("why_not.undone")];
  return named.filter(Boolean);
}

// `lineNow`: the line that is looked at when the answer comes.
export async function sayWhy(line, lineNow) {
  const asked = byId("why-reference").value.trim();
  fill(byId("why-found"));
  if (!line || !asked) return;
  try {
    const why = await get(`/v1/statement-lines/${line.id}/why?reference=${encodeURIComponent(asked)}`);
    if (lineNow() === line) fill(byId("why-found"), sentences(why).map((text) => h("p", {}, text)));
  } catch (error) {
    if (error.status !== 404) throw error;
    fill(byId("why-found"), h("p", {}, say("why_not.unknown", { asked })));
  }
}
