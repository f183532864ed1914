// Who did what when, and why: of a break, and of the match that ended it.

import { h } from "./dom.js";
import { instant } from "./format.js";
import { actionName } from "./names.js";
import { say } from "./texts.js";

export const references = (match) => match.remittances.map((one) => one.reference).join(", ");

// `found`: a break with its comments and proposals, or null; `match`: the one that a line is in, or null; `split`: by which it
// became a part, or nothing.
export function history(found, match, split) {
  const steps = (found?.comments ?? []).map((said) => [said.at, said.by, said.text]);
  for (const made of found?.proposals ?? []) {
    steps.push([made.proposed_at, made.proposed_by, say("history.proposed", { action: actionName(made.action), note: made.note })]);
    if (made.decided_at) steps.push([made.decided_at, made.decided_by, say(`history.${made.decision}`, { reason: made.reason ?? "" })]);
  }
  if (split) steps.push([split.at, split.by, say("history.split", { note: split.note })]);
  if (match) steps.push([match.matched_at, match.matched_by, say("history.matched", { rule: match.rule, score: match.score,
    with: references(match), evidence: match.evidence })]);
  return steps.sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([at, who, what]) =>
    h("li", {}, h("span", { class: "muted small" }, `${instant(at)} · ${who}`), h("p", {}, what)));
}
