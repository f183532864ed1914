// A report on the screen; as files and as minutes the forms fetch theirs themselves.

import { get } from "./api.js";
import { cell, emptyRow } from "./cells.js";
import { byId, fill, h, tell } from "./dom.js";
import { day } from "./format.js";
import { kindName } from "./names.js";
import { begin } from "./shell.js";
import { say } from "./texts.js";

const written = ({ id, kind }, value) => kind === "money" ? cell(value) :
  h("td", {}, value === null ? say("reports.nobody") : id === "kind" ? kindName(value) : kind === "day" ? day(value) : value);

async function show(event) {
  event.preventDefault();
  const asked = new FormData(event.target);
  const by = asked.getAll("axis").join(",");
  asked.delete("axis");
  const { columns, items } = await get(`/v1/reports/money?${new URLSearchParams(asked)}${by && `&by=${by}`}`);
  fill(byId("columns"), columns.map((one) => h("th", { scope: "col", class: one.kind }, one.title)));
  fill(byId("rows"), items.length ? items.map((row) => h("tr", {}, columns.map((one) => written(one, row[one.id])))) : emptyRow(columns.length, say("reports.none")));
  byId("report").hidden = false;
  byId("report").focus();
}

begin(() => {
  for (const field of document.querySelectorAll("[type=date]")) field.value = new Date(Date.now() + 7 * 3600e3).toISOString().slice(0, 10);
  // An agency that is not named would be none's code.
  document.addEventListener("formdata", ({ formData }) => formData.get("agency") || formData.delete("agency"));
  byId("ask-report").addEventListener("submit", (event) => show(event).catch(tell));
});
