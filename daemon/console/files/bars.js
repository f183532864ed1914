// Horizontal bars as SVG, with the figures as text beside them: the look for a glance, the words for everybody.

import { sum } from "./cells.js";
import { h, svg } from "./dom.js";
import { number } from "./format.js";

const WIDTH = 1000;
const HEIGHT = 14;

function bar(share, tone) {
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", class: "bar-line", "aria-hidden": "true" },
    svg("rect", { class: "bar-ground", width: WIDTH, height: HEIGHT, rx: 4 }),
    svg("rect", { class: `bar-fill ${tone}`, width: Math.round(share * WIDTH), height: HEIGHT, rx: 4 }));
}

// rows: [{ label, dong, count, tone }]; `count` is a text or a number.
export function bars(rows) {
  const most = Math.max(1, ...rows.map((row) => Math.abs(row.dong)));
  return h("ul", { class: "bars" }, rows.map((row) => {
    const share = row.dong === 0 ? 0 : Math.max(0.004, Math.abs(row.dong) / most);
    const count = typeof row.count === "number" ? number(row.count) : row.count;
    return h("li", {},
      h("span", { class: "bar-name" }, row.label),
      bar(share, row.tone ?? ""),
      sum(row.dong),
      h("span", { class: "bar-count muted" }, count));
  }));
}
