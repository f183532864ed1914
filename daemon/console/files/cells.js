// Parts of tables and lists that every page needs.

import { h } from "./dom.js";
import { money } from "./format.js";

const sign = (dong) => `money ${dong < 0 ? "minus" : ""}`;

export const sum = (dong) => h("span", { class: sign(dong) }, money(dong));
export const cell = (dong) => h("td", { class: sign(dong) }, money(dong));
export const emptyRow = (columns, text) => h("tr", {}, h("td", { colspan: columns, class: "empty" }, text));
// A term with its value; nothing without a value.
export const fact = (term, value, css) => (value === null || value === undefined || value === "" ? [] :
  [h("dt", {}, term), h("dd", { class: css }, value)]);

export const chip = (tone, ...text) => h("span", { class: `chip ${tone}` }, text);
export const right = (text) => h("td", { class: "money" }, text);
export const code = (...text) => h("td", { class: "code" }, text);
