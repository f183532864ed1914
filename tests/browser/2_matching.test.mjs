// The workbench by keyboard: see console_stage.hpp for the lines that wait there.

import { assert, ask, open, test, text, url } from "./harness.mjs";

const count = async (page, table) => (await ask(page, `/v1/${table}`)).body.items.length;
const selected = (page) => page.locator("#lines [aria-selected=true]");
const id = async (page) => Number((await selected(page).getAttribute("id")).slice("line-".length));
const loaded = (page) => page.waitForSelector("#candidates .candidate, #candidates .empty");
const chosen = async (page, line) => {
  await page.waitForSelector(`#line-${line}[aria-selected=true]`);
  await page.waitForFunction((line) => document.querySelector("#line").textContent.includes(line), String(line));
};

// The line with this text, selected.
async function go(page, words) {
  await open(page, `matching?q=${encodeURIComponent(words)}`);
  await loaded(page);
  return id(page);
}

const matched = (page, line) => page.waitForSelector(`#line-${line} .chip.good`);

test("EverySureLineIsMatchedAfterAPreview", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "matching?q=TINH%20NOP");
  await loaded(page);
  const before = await count(page, "matches");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("#ask[open]");
  assert.equal(await page.locator("#ask-list tr").count(), 3);
  assert.match(await text(page, "#ask-says"), /3 dòng, tổng 1\.260\.000\u00A0₫/);
  assert.equal(await count(page, "matches"), before, "a preview books nothing");
  await page.click("#ask-no");
  await page.waitForSelector("#ask:not([open])", { state: "attached" });
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("#ask[open]");
  await page.click("#ask button.main");
  await page.waitForFunction(() => document.querySelector("#status").textContent.includes("3 trong 3"));
  assert.equal(await count(page, "matches"), before + 3);
});

test("ALineIsMatchedByThreeKeysAndTheNextOneBelowIsChosen", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "matching");
  await loaded(page);
  const line = await go(page, "HO SO 50");
  await page.fill("#search", "");
  await page.focus("#lines");
  const below = Number((await page.locator(`#line-${line} + li`).getAttribute("id")).slice(5));
  await page.keyboard.press("Enter");
  await page.waitForSelector("#strip:not([hidden])");
  assert.equal(await page.evaluate(() => document.activeElement.id), "reason", "the reason has the focus");
  await page.keyboard.press("Enter");
  await matched(page, line);
  await chosen(page, below);
  assert.equal(new URL(page.url()).searchParams.get("line"), String(below));
  assert.equal((await ask(page, `/v1/statement-lines/${line}`)).body.match !== null, true);
});

test("ADoubleEnterBooksOnce", async ({ window }) => {
  const page = await window("finance-1");
  const line = await go(page, "HO SO 49");
  await page.fill("#search", "");
  await page.focus("#lines");
  const before = await count(page, "matches");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#strip:not([hidden])");
  await Promise.all([page.keyboard.press("Enter"), page.keyboard.press("Enter"), page.keyboard.press("Enter")]);
  await matched(page, line);
  await page.waitForFunction((line) => document.querySelector("#lines [aria-selected=true]").id !== `line-${line}`, line);
  assert.equal(await count(page, "matches"), before + 1);
  assert.equal(await page.locator("#strip").isVisible(), false, "the second press opened nothing");
});

test("TheSameKeyTwiceIsOnePosting", async ({ window }) => {
  const page = await window("finance-1");
  const line = await go(page, "HO SO 48");
  const { body } = await ask(page, `/v1/statement-lines/${line}`);
  const wish = { lines: [line], versions: [body.version], remittances: body.candidates[0].remittances, note: "twice" };
  const before = await count(page, "matches");
  const [one, two] = await Promise.all([1, 2].map(() => ask(page, "/v1/matches", "POST", wish, `match-${line}-${body.version}`)));
  assert.deepEqual([one.status, two.status].map((status) => status === 201 || status === 409), [true, true]);
  assert.equal((await ask(page, "/v1/matches", "POST", wish, `match-${line}-${body.version}`)).status, 201);
  assert.equal(await count(page, "matches"), before + 1);
});

test("ThePlaceIsKeptOverTwentyAccepts", async ({ window }) => {
  const page = await window("finance-1");
  await go(page, "HO SO 45");
  await page.fill("#search", "");
  await page.focus("#lines");
  const order = () => page.locator("#lines li").evaluateAll((rows) => rows.map((row) => row.id).join());
  const before = await order();
  let line = await id(page);
  for (let i = 0; i < 20; i += 1) {
    const below = Number((await page.locator(`#line-${line} + li`).getAttribute("id")).slice(5));
    await page.waitForFunction((line) => document.querySelector("#line .facts")?.textContent.endsWith(String(line)), line);
    await page.waitForFunction(() => document.querySelector("#candidates .candidate"));
    // Two presses within a moment are one, so it is pressed until it is taken.
    do await page.keyboard.press("Enter"); while (!await page.locator("#strip").isVisible());
    await page.keyboard.press("Enter");
    await matched(page, line);
    await page.waitForSelector(`#line-${below}[aria-selected=true]`);
    assert.equal(await page.evaluate(() => {
      const row = document.querySelector("#lines [aria-selected=true]").getBoundingClientRect();
      const list = document.querySelector("#lines").getBoundingClientRect();
      return row.top >= list.top - 1 && row.bottom <= list.bottom + 1;
    }), true, "the chosen row is in view");
    line = below;
  }
  assert.equal(await order(), before, "nothing was sorted or taken away");
  await page.reload();
  await page.waitForSelector(`#line-${line}[aria-selected=true]`);
});

test("ALineThatAColleagueMatchedSaysWhoDidIt", async ({ window }) => {
  const [mine, hers] = [await window("finance-1"), await window("finance-2")];
  const line = await go(mine, "HO SO 20");
  assert.equal(await go(hers, "HO SO 20"), line);
  await hers.keyboard.press("Enter");
  await hers.waitForSelector("#strip:not([hidden])");
  await hers.keyboard.press("Enter");
  await matched(hers, line);
  const before = await count(mine, "matches");
  await mine.keyboard.press("Enter");
  await mine.waitForSelector("#strip:not([hidden])");
  await mine.keyboard.press("Enter");
  await mine.waitForFunction(() => document.querySelector("#alert").textContent.includes("finance-2"));
  assert.match(await text(mine, "#alert"), /finance-2 đã khớp dòng này lúc \d\d\/\d\d\/\d{4} \d\d:\d\d/);
  assert.equal(await count(mine, "matches"), before);
  assert.match(await text(mine, `#line-${line}`), /Người khác khớp/);
});

test("AMatchIsUndoneAndTheLineIsOpenAgain", async ({ window }) => {
  const page = await window("finance-1");
  const line = await go(page, "HO SO 19");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#strip:not([hidden])");
  await page.keyboard.press("Enter");
  await matched(page, line);
  await page.keyboard.press("u");
  await page.waitForFunction((line) => document.querySelector(`#line-${line}`).textContent.includes("Chưa khớp"), line);
  const { body } = await ask(page, `/v1/statement-lines/${line}`);
  assert.equal(body.match, null);
  assert.equal(body.candidates[0].undone_before, true);
  assert.ok(body.version >= 2, "a line that was taken apart is another version");
});

test("ALineIsHeldWithANoteThatStaysWithIt", async ({ window }) => {
  const page = await window("finance-1");
  const line = await go(page, "HO SO 18");
  await page.keyboard.press("h");
  await page.waitForSelector("#ask[open]");
  await page.fill("#ask-note", "hỏi lại ngân hàng");
  await page.click("#ask button.main");
  await page.waitForFunction((line) => document.querySelector(`#line-${line}`).textContent.includes("Để lại"), line);
  await open(page, `matching?q=HO%20SO%2018&line=${line}`);
  await page.waitForFunction(() => document.querySelector("#line").textContent.includes("hỏi lại ngân hàng"));
});

test("AnotherAmountIsMatchedOnlyWithAReasonAndLeavesABreak", async ({ window }) => {
  const page = await window("finance-1");
  const line = await go(page, "dang thi hoa");
  assert.match(await text(page, "#candidates"), /Chênh lệch[\s\S]*lệch −35\.000\u00A0₫/);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#strip:not([hidden])");
  assert.match(await text(page, "#strip-says"), /−35\.000/);
  await page.keyboard.press("Enter");
  await matched(page, line);
  const breaks = (await ask(page, "/v1/breaks?limit=200")).body.items;
  assert.ok(breaks.some((one) => one.type === "short" && one.amount_vnd === -35000));
});

test("SearchFindsAnAmountAndFoldedWords", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "matching");
  await loaded(page);
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  await page.keyboard.type("77k");
  assert.equal(await page.locator("#lines li:visible").count(), 1);
  assert.match(await text(page, "#lines li:visible"), /hoan tien hop dong/);
  await page.fill("#search", "nop tien phi ho so 1");
  assert.ok(await page.locator("#lines li:visible").count() >= 1);
});

test("SingleKeysAreSwitchedOffWhileArrowsAndButtonsWork", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "matching");
  await loaded(page);
  const first = await id(page);
  await page.uncheck("#shortcuts");
  await page.focus("#lines");
  for (const key of ["j", "h", "x", "u", "/", "?", " ", "1"]) await page.keyboard.press(key);
  assert.equal(await id(page), first);
  assert.equal(await page.locator("dialog[open]").count(), 0);
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction((first) => document.querySelector("#lines [aria-selected=true]").id !== `line-${first}`, first);
  await page.check("#shortcuts");
  await page.focus("#lines");
  await page.keyboard.press("k");
  await page.waitForSelector(`#line-${first}[aria-selected=true]`);
  await page.keyboard.press("Shift+Slash");
  await page.waitForSelector("#keys[open]");
});

test("EveryKeyHasAButtonAndTypingInAFieldFiresNone", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "matching");
  await loaded(page);
  for (const key of ["Enter", "Space", "H", "X", "U", "Ctrl+Enter"])
    assert.ok(await page.locator(".pane-foot kbd", { hasText: new RegExp(`^${key.replace("+", "\\+")}$`) }).first().isVisible(), key);
  const before = await count(page, "matches");
  await page.click("#search");
  await page.keyboard.type("juhx12EE123456785VN");
  assert.equal(await page.locator("dialog[open]").count(), 0);
  assert.equal(await count(page, "matches"), before);
});

test("TheFooterAlwaysAddsUpToTheClosingBalance", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "matching");
  await loaded(page);
  const { body } = await ask(page, "/v1/statements");
  for (const one of body.items)
    assert.equal(one.opening_vnd + one.matched_vnd + one.ended_vnd + one.open_vnd + one.difference_vnd, one.closing_vnd);
  assert.ok(body.items.every((one) => one.difference_vnd === 0), JSON.stringify(body.items));
  const footer = await text(page, "#balance");
  const figures = [...footer.matchAll(/(−?[\d.]+)\u00A0₫/g)].map((found) => Number(found[1].replaceAll(".", "").replace("−", "-")));
  assert.equal(figures.slice(0, -1).reduce((sum, one) => sum + one, 0), figures.at(-1), footer);
  assert.match(footer, /Khớp số dư ngân hàng/);
});

test("AnAuditorReadsEverythingAndCanChangeNothing", async ({ window }) => {
  const page = await window("auditor-1");
  await open(page, "matching");
  await loaded(page);
  const before = await count(page, "matches");
  assert.equal(await page.locator(".acts:visible").count(), 0);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#alert").textContent !== "");
  assert.equal(await page.locator("#strip").isVisible(), false);
  assert.equal(await count(page, "matches"), before);
  const { status } = await ask(page, "/v1/matches", "POST", { lines: [1], remittances: ["x"], note: "try" }, "auditor");
  assert.equal(status, 403);
  assert.ok(page.url().startsWith(url));
});
