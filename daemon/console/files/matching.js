// Side-by-side matching: the line, what it may be, and one hand on the keyboard.

import { all, get, post } from "./api.js";
import { chip } from "./cells.js";
import { ask } from "./dialog.js";
import { byId, alarm, announce, fill, h, tell } from "./dom.js";
import { instant, money, number, signed } from "./format.js";
import { references } from "./history.js";
import { listen, switchKeys, switchedOff } from "./keys.js";
import { acceptAllSure } from "./matching_acts.js";
import { drawBalance, drawCandidates, drawLine, isSure } from "./matching_line.js";
import { beside, choose, draw, first, narrow, redraw } from "./matching_list.js";
import { begin } from "./shell.js";
import { say } from "./texts.js";

const PRESS = 400; // ms: two presses of Enter within are one
const bench = { lines: [], line: null, at: 0, group: [], statements: [], done: 0, sum: 0, mayAct: false, who: "", accepted: [] };
let busy = false;
let lastPress = -PRESS;

const candidate = () => bench.line?.candidates?.[bench.at];
const open = () => bench.line && !bench.line.done;

function keepPlace() {
  const place = new URLSearchParams();
  if (byId("account").value) place.set("account", byId("account").value);
  if (byId("search").value) place.set("q", byId("search").value);
  if (bench.line) place.set("line", bench.line.id);
  history.replaceState(null, "", `?${place}`);
}

function showProgress() {
  const left = bench.lines.filter((line) => !line.done);
  byId("left").textContent = say("left", { count: number(left.length) });
  const last = bench.last ? say("last_match", { at: instant(bench.last.matched_at), who: bench.last.matched_by }) : "";
  byId("progress").textContent = `${say("progress", { done: bench.done, money: money(bench.sum), left: number(left.length) })} ${last}`;
}

function showBalance() {
  const { statement } = bench.line ?? {};
  drawBalance(bench.statements.find((one) => one.id === statement) ?? bench.statements[0]);
}

async function refreshBalance() {
  bench.statements = (await get("/v1/statements?limit=100")).items;
  showBalance();
}

function showGroup() {
  const node = byId("group");
  if (!bench.group.length) return fill(node);
  const known = new Map(bench.line.candidates.flatMap((one) => (one.remittances.length === 1 ?
    [[one.remittances[0], bench.line.amount_vnd - one.difference_vnd]] : [])));
  const sum = bench.group.reduce((total, reference) => total + (known.get(reference) ?? 0), 0);
  const rest = bench.line.amount_vnd - sum;
  fill(node, chip(rest === 0 ? "good" : "warn", say("group.rest", { count: bench.group.length, money: signed(rest) })));
}

function show() {
  drawLine(bench.line, bench.found);
  drawCandidates(bench.line, bench.at, bench.group, pick);
  showGroup();
  showBalance();
}

// What the daemon knows of a line now, put into the same object so that its row stays.
async function refresh(line) {
  Object.assign(line, await get(`/v1/statement-lines/${line.id}`));
  line.done = null;
  if (line.match) {
    const match = await get(`/v1/matches/${line.match}`);
    const mark = match.matched_by === bench.who ? "mine" : /^(rule|job|system)/.test(match.matched_by) || match.rule !== "by_person" ? "rule" : "other";
    line.done = { match, mark };
  }
  redraw(line);
}

async function select(line) {
  bench.line = line;
  bench.at = 0;
  bench.group = [];
  bench.found = null;
  closeStrip();
  choose(line);
  keepPlace();
  show();
  await refresh(line);
  const found = line.break ? await get(`/v1/breaks/${line.break}`) : null;
  if (bench.line !== line) return;
  bench.found = found;
  show();
}

function pick(index) {
  if (!bench.line?.candidates?.[index]) return;
  bench.at = index;
  closeStrip();
  drawCandidates(bench.line, bench.at, bench.group, pick);
}

function toggleGroup() {
  if (!open() || !candidate()) return;
  const wanted = candidate().remittances;
  const inside = wanted.every((reference) => bench.group.includes(reference));
  bench.group = bench.group.filter((reference) => !wanted.includes(reference));
  if (!inside) bench.group.push(...wanted);
  drawCandidates(bench.line, bench.at, bench.group, pick);
  showGroup();
}

function closeStrip() {
  byId("strip").hidden = true;
}

function leaveStrip() {
  closeStrip();
  byId("lines").focus();
}

function openStrip() {
  const differs = candidate()?.class === "differs" && !bench.group.length;
  const codes = differs ? ["bank_fee", "short", "over", "agreed", "other"] : ["fits", "asked", "document", "other"];
  fill(byId("reason"), codes.map((code) => h("option", { value: code }, say(`why.${code}`))));
  byId("note").value = "";
  byId("strip-says").textContent = differs ? say("strip.differs", { money: signed(candidate().difference_vnd) }) : say("strip.possible");
  byId("strip").hidden = false;
  byId("reason").focus();
}

// Says who was faster, and shows the line as it is now.
async function explain(line, error) {
  await refresh(line);
  if (bench.line === line) show();
  const match = line.done?.match;
  if (!match) return alarm(error.text);
  alarm(say("taken", { who: match.matched_by, at: instant(match.matched_at), with: references(match) }));
}

async function book(line, remittances, note) {
  const body = { lines: [line.id], versions: [line.version], remittances, note };
  const match = await post("/v1/matches", body, `match-${line.id}-${line.version}`);
  line.match = match.id;
  line.done = { match, mark: "mine" };
  bench.done += 1;
  bench.sum += line.amount_vnd;
  bench.accepted.push(line);
  bench.last = match;
  redraw(line);
}

async function accept(note) {
  if (busy || !open()) return;
  const line = bench.line;
  const remittances = bench.group.length ? bench.group : candidate()?.remittances;
  if (!remittances) return alarm(say("candidates.none"));
  busy = true;
  closeStrip();
  try {
    await book(line, remittances, note);
    announce(say("accepted", { money: money(line.amount_vnd), with: remittances.join(", ") }));
    showProgress();
    byId("lines").focus({ preventScroll: true });
    const next = beside(line, 1, true);
    await Promise.all([next === line ? Promise.resolve(show()) : select(next), refreshBalance()]);
  } catch (error) {
    if (error.status !== 409) tell(error);
    else await explain(line, error);
  } finally {
    busy = false;
  }
}

function pressAccept(event) {
  if (event?.repeat || (event && event.timeStamp - lastPress < PRESS)) return;
  lastPress = event?.timeStamp ?? lastPress;
  if (!bench.mayAct || busy || !open()) return;
  if (!candidate()) return alarm(say("candidates.none"));
  if (isSure(candidate()) && !bench.group.length) accept(say("why.sure"));
  else openStrip();
}

async function undo() {
  const line = bench.line?.done?.match ? bench.line : bench.accepted.at(-1);
  const match = line?.done?.match;
  if (!match) return alarm(say("undo.none"));
  await post(`/v1/matches/${match.id}/undo`, { reason: say("undo.reason") }, `undo-${match.id}`);
  bench.accepted = bench.accepted.filter((one) => one !== line);
  if (line.done.mark === "mine") {
    bench.done = Math.max(0, bench.done - 1);
    bench.sum -= line.amount_vnd;
  }
  await select(line);
  await refreshBalance();
  showProgress();
  announce(say("undone", { money: money(line.amount_vnd) }));
}

async function hold() {
  if (!open() || !bench.line.break) return;
  const note = await ask("hold", { money: money(bench.line.amount_vnd) });
  if (!note) return;
  await post(`/v1/breaks/${bench.line.break}/comments`, { text: note });
  await select(bench.line);
  announce(say("held"));
}

async function foreign() {
  if (!open() || !bench.line.break) return;
  const note = await ask("foreign", { money: money(bench.line.amount_vnd) });
  if (!note) return;
  await post(`/v1/breaks/${bench.line.break}/proposal`, { action: "accept", note }, `foreign-${bench.line.id}-${bench.line.version}`);
  await select(bench.line);
  announce(say("proposed"));
}

async function sure() {
  await acceptAllSure({ refresh, book, who: bench.who });
  await refreshBalance();
  showProgress();
  if (bench.line) await select(bench.line.done ? beside(bench.line, 1, true) : bench.line);
}

const acts = { accept: pressAccept, group: toggleGroup, hold, foreign, undo, sure };
const run = (name) => (event) => {
  if (!bench.mayAct) return alarm(say("problem.forbidden"));
  Promise.resolve(acts[name](event)).catch(tell);
};
const move = (step) => () => bench.line && select(beside(bench.line, step)).catch(tell);

function connect() {
  for (const button of document.querySelectorAll("[data-act]")) button.addEventListener("click", run(button.dataset.act));
  const filter = () => {
    narrow(byId("search").value, byId("account").value);
    keepPlace();
  };
  byId("search").addEventListener("input", filter);
  byId("search").addEventListener("keydown", (event) => event.code === "Enter" && first() && (select(first()), byId("lines").focus()));
  byId("account").addEventListener("change", filter);
  byId("strip").addEventListener("submit", (event) => {
    event.preventDefault();
    const more = byId("note").value.trim();
    accept(say(`why.${byId("reason").value}`) + (more ? `: ${more}` : ""));
  });
  byId("strip-close").addEventListener("click", leaveStrip);
  byId("strip").addEventListener("keydown", (event) => event.code === "Escape" && leaveStrip());
  byId("reason").addEventListener("keydown", (event) => event.code === "Enter" && (event.preventDefault(), event.repeat || byId("strip").requestSubmit()));
  byId("shortcuts").checked = !switchedOff();
  byId("shortcuts").addEventListener("change", (event) => switchKeys(event.target.checked));
  const help = () => byId("keys").showModal();
  byId("help").addEventListener("click", help);
  listen({ ArrowDown: move(1), KeyJ: move(1), ArrowUp: move(-1), KeyK: move(-1), Enter: run("accept"), NumpadEnter: run("accept"),
    Space: run("group"), KeyH: run("hold"), KeyX: run("foreign"), KeyU: run("undo"), "Ctrl+Enter": run("sure"),
    Slash: () => byId("search").focus(), "Shift+Slash": help,
    ...Object.fromEntries([1, 2, 3, 4, 5].map((digit) => [`Digit${digit}`, () => pick(digit - 1)])) });
}

begin(async (who) => {
  Object.assign(bench, { mayAct: who.mayAct, who: who.name });
  const asked = new URLSearchParams(location.search);
  const [lines, statements, matches] = await Promise.all(
    [all("/v1/statement-lines?state=open"), get("/v1/statements?limit=100"), get("/v1/matches?limit=1")]);
  Object.assign(bench, { lines: lines.items, statements: statements.items, last: matches.items[0] });
  for (const account of [...new Set(lines.items.map((line) => line.account))].sort())
    byId("account").append(h("option", { value: account }, account));
  byId("account").value = asked.get("account") ?? "";
  byId("search").value = asked.get("q") ?? "";
  const onChoose = (line) => select(line).catch(tell);
  draw(lines.items, onChoose);
  narrow(byId("search").value, byId("account").value);
  connect();
  showProgress();
  showBalance();
  const line = lines.items.find((one) => String(one.id) === asked.get("line")) ?? first();
  if (line) await select(line);
  byId("lines").focus({ preventScroll: true });
});
