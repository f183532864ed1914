// Side-by-side matching: the line, what it may be, and one hand on the keyboard.

import { all, get, post } from "./api.js";
import { chip } from "./cells.js";
import { ask } from "./dialog.js";
import { byId, alarm, announce, fill, h, tell } from "./dom.js";
import { instant, money, number, signed } from "./format.js";
import { references } from "./history.js";
import { listen, switchKeys, switchedOff } from "./keys.js";
import { drawBalance, drawCandidates, drawLine, isSure } from "./matching_line.js";
import { beside, choose, draw, first, narrow, redraw } from "./matching_list.js";
import { connectSplit, makeWhole, openSplit, putParts } from "./matching_split.js";
import { closeStrips, connectStrip, openStrip } from "./matching_strip.js";
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

// What the chosen candidate, or the group, adds up to.
function wanted() {
  if (!bench.group.length) return candidate() ? bench.line.amount_vnd - candidate().difference_vnd : 0;
  const known = new Map(bench.line.candidates.flatMap((one) => (one.remittances.length === 1 ?
    [[one.remittances[0], bench.line.amount_vnd - one.difference_vnd]] : [])));
  return bench.group.reduce((total, reference) => total + (known.get(reference) ?? 0), 0);
}

function showGroup() {
  const node = byId("group");
  if (!bench.group.length) return fill(node);
  const rest = bench.line.amount_vnd - wanted();
  fill(node, chip(rest === 0 ? "good" : "warn", say("group.rest", { count: bench.group.length, money: signed(rest) })));
}

function show() {
  drawLine(bench.line, bench.found, bench.whole);
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
  bench.found = bench.whole = null;
  closeStrips();
  fill(byId("why-found"));
  choose(line);
  keepPlace();
  show();
  await refresh(line);
  const [found, whole] = await Promise.all([line.break && get(`/v1/breaks/${line.break}`),
    line.part_of && get(`/v1/statement-lines/${line.part_of}`)]);
  if (bench.line !== line) return;
  Object.assign(bench, { found, whole });
  show();
}

function pick(index) {
  if (!bench.line?.candidates?.[index]) return;
  bench.at = index;
  closeStrips();
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

// Says who was faster, and shows the line as it is now.
async function explain(line, error) {
  await refresh(line);
  if (line.split) {
    await changed(putParts(line, line), "");
    return alarm(say("split.by", { who: line.split.by, at: instant(line.split.at) }));
  }
  if (bench.line === line) show();
  const match = line.done?.match;
  if (!match) return alarm(error.text);
  alarm(say("taken", { who: match.matched_by, at: instant(match.matched_at), with: references(match) }));
}

// `part`: what of the line is meant, or null for all of it. Gives back the line that is matched now.
async function book(line, remittances, note, part = null) {
  const body = { lines: [line.id], versions: [line.version], remittances, note };
  if (part !== null) body.amount_vnd = part;
  const match = await post("/v1/matches", body, `match-${line.id}-${line.version}`);
  let taken = line;
  if (match.lines[0].id !== line.id) {
    const parts = putParts(line, await get(`/v1/statement-lines/${line.id}`));
    await Promise.all(parts.filter((one) => one.match).map(refresh));
    taken = parts[0];
    taken.cut = true; // an undo makes the line whole again
  }
  taken.match = match.id;
  taken.done = { match, mark: "mine" };
  bench.done += 1;
  bench.sum += taken.amount_vnd;
  bench.accepted.push(taken);
  bench.last = match;
  redraw(taken);
  return taken;
}

async function accept({ note, part = null }) {
  if (busy || !open()) return;
  const line = bench.line;
  const remittances = bench.group.length ? bench.group : candidate()?.remittances;
  if (!remittances) return alarm(say("candidates.none"));
  if (part !== null && !(part > 0 && part <= line.amount_vnd)) return alarm(say("strip.bad_part", { money: money(line.amount_vnd) }));
  busy = true;
  closeStrips();
  try {
    const taken = await book(line, remittances, note, part);
    announce(say("accepted", { money: money(taken.amount_vnd), with: remittances.join(", ") }));
    showProgress();
    byId("lines").focus({ preventScroll: true });
    const next = beside(taken, 1, true);
    await Promise.all([next === bench.line ? Promise.resolve(show()) : select(next), refreshBalance()]);
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
  if (isSure(candidate()) && !bench.group.length) accept({ note: say("why.sure") });
  else openStrip(bench.line, bench.group.length || candidate().class !== "differs" ? 0 : candidate().difference_vnd);
}

function partial() {
  if (busy || !open()) return;
  if (!candidate()) return alarm(say("candidates.none"));
  openStrip(bench.line, 0, Math.min(bench.line.amount_vnd, wanted()));
}

function split() {
  if (busy || !open()) return;
  if (bench.line.amount_vnd < 2 || !bench.line.break) return alarm(say("split.not"));
  openSplit(bench.line, wanted());
}

// Lines that came into the place of others: the first of them is looked at, and nothing else moves.
async function changed(lines, said) {
  await Promise.all(lines.filter((line) => line.match).map(refresh));
  await Promise.all([select(lines[0]), refreshBalance()]);
  showProgress();
  announce(said);
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
  const whole = line.cut ? await makeWhole(line, say("undo.reason")).catch(() => null) : null;
  await select(whole ?? line);
  await refreshBalance();
  showProgress();
  announce(say("undone", { money: money(line.amount_vnd) }));
}

async function hold() {
  const note = open() && bench.line.break && await ask("hold", { money: money(bench.line.amount_vnd) });
  if (!note) return;
  await post(`/v1/breaks/${bench.line.break}/comments`, { text: note });
  await select(bench.line);
  announce(say("held"));
}

async function foreign() {
  const note = open() && bench.line.break && await ask("foreign", { money: money(bench.line.amount_vnd) });
  if (!note) return;
  await post(`/v1/breaks/${bench.line.break}/proposal`, { action: "accept", note }, `foreign-${bench.line.id}-${bench.line.version}`);
  await select(bench.line);
  announce(say("proposed"));
}

async function sure() {
  if (busy) return;
  busy = true;
  const { acceptAllSure } = await import("./matching_acts.js"); // what few need at once is loaded when it is
  await acceptAllSure({ refresh, book }).finally(() => { busy = false; });
  await refreshBalance();
  showProgress();
  if (bench.line) await select(bench.line.done ? beside(bench.line, 1, true) : bench.line);
}

const acts = { accept: pressAccept, partial, split, group: toggleGroup, hold, foreign, undo, sure };
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
  connectStrip(accept);
  connectSplit(changed, (line, error) => (error.status === 409 ? explain(line, error).catch(tell) : tell(error)));
  byId("why").addEventListener("submit", async (event) => {
    event.preventDefault();
    (await import("./matching_why.js")).sayWhy(bench.line, () => bench.line).catch(tell);
  });
  byId("shortcuts").checked = !switchedOff();
  byId("shortcuts").addEventListener("change", (event) => switchKeys(event.target.checked));
  const help = () => byId("keys").showModal();
  byId("help").addEventListener("click", help);
  listen({ ArrowDown: move(1), KeyJ: move(1), ArrowUp: move(-1), KeyK: move(-1), Enter: run("accept"), NumpadEnter: run("accept"),
    Space: run("group"), KeyP: run("partial"), KeyS: run("split"), KeyH: run("hold"), KeyX: run("foreign"), KeyU: run("undo"), "Ctrl+Enter": run("sure"),
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
