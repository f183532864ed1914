// The workbench by keyboard: see console_stage.hpp for the lines that wait there.

import { assert, ask, askAll, open, test, text, url } from "./harness.mjs";

// What people booked: an accept may let the rules book more.
const byPerson = async (page) => (await askAll(page, "/v1/matches")).filter((one) => one.rule === "by_person").length;
const count = async (page, table) => (await askAll(page, `/v1/${table}`)).length;
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

// Presses Enter; how many milliseconds it takes until the row bears its mark, as the page itself saw it.
const untilMatched = async (page, line) => {
  await page.evaluate((line) => {
    document.addEventListener("keydown", () => { window.pressedAt = performance.now(); }, { capture: true, once: true });
    const row = document.querySelector(`#line-${line}`);
    window.markedAfter = new Promise((resolve) => {
      new MutationObserver((changes, seen) => {
        if (!row.querySelector(".chip.good")) return;
        seen.disconnect();
        resolve(performance.now() - window.pressedAt);
      }).observe(row, { childList: true, subtree: true });
    });
  }, line);
  await page.keyboard.press("Enter");
  return page.evaluate(() => window.markedAfter);
};

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

test("TwoHundredSureLinesAreMatchedByTwoKeys", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "matching?account=1050005");
  await loaded(page);
  const began = Date.now();
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("#ask[open]");
  assert.equal(await page.locator("#ask-list tr").count(), 200);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#status").textContent.includes("trong 200") ||
    document.querySelector("#alert").textContent !== "");
  assert.match(await text(page, "#status") + await text(page, "#alert"), /200 trong 200/);
  console.log(`200 sure lines with their preview: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  const { body } = await ask(page, "/v1/statement-lines?account=1050005");
  assert.equal(body.items.length, 0);
});

test("OneRemittanceOf120ParcelsIsMatchedByTwoKeys", async ({ window }) => {
  const page = await window("finance-1");
  const line = await go(page, "BANG KE 120");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#strip:not([hidden])");
  await page.keyboard.press("Enter");
  await matched(page, line);
  const { body } = await ask(page, `/v1/statement-lines/${line}`);
  assert.equal((await ask(page, `/v1/matches/${body.match}`)).body.difference_vnd, 0);
});

// The rows of the list, and which of them is chosen.
const rowsOf = (page) => page.locator("#lines li:visible").evaluateAll((rows) => rows.map((row) => row.innerText.replace(/\s+/g, " ")));

test("APartOfALineIsMatchedInItsPlaceAndTheRestStaysOpen", async ({ window }) => {
  const page = await window("finance-1");
  const line = await go(page, "VA VIEC KHAC");
  const known = (await ask(page, `/v1/statement-lines/${line}`)).body;
  assert.equal(known.candidates[0].named, true);
  await page.keyboard.press("p");
  await page.waitForSelector("#strip:not([hidden])");
  assert.equal(await page.inputValue("#amount"), "350.000", "what the remittance needs is proposed");
  assert.equal(await page.evaluate(() => document.activeElement.id), "amount");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#strip").isVisible(), false);
  await page.keyboard.press("p");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("#lines li:not([hidden])").length === 2);
  await page.waitForSelector("#lines .chip.good");
  const [first, rest] = await rowsOf(page);
  assert.match(first, /350\.000.*Bạn đã khớp/);
  assert.match(rest, /150\.000.*Chưa khớp/);
  assert.match(await selected(page).innerText(), /150\.000/, "the rest is looked at next");
  assert.equal((await ask(page, `/v1/statement-lines/${line}`)).body.parts.length, 2);
  await page.waitForFunction(() => document.querySelector("#line").textContent.includes("Tách từ dòng gốc"));
  await page.keyboard.press("u");
  await page.waitForSelector(`#line-${line}[aria-selected=true]`);
  assert.equal((await rowsOf(page)).length, 1);
  const { body } = await ask(page, `/v1/statement-lines/${line}`);
  assert.deepEqual([body.split, body.match, body.amount_vnd], [null, null, 500000], "the line is whole and open again");
});

test("ALineIsSplitInItsPlaceAndMadeWholeAgain", async ({ window }) => {
  const page = await window("finance-1");
  const line = await go(page, "BA VIEC");
  await page.fill("#search", "");
  await page.selectOption("#account", "1040004");
  await page.focus("#lines");
  const order = () => page.locator("#lines li:visible").evaluateAll((rows) => rows.map((row) => row.id));
  const before = await order();
  const top = () => page.locator("#lines").evaluate((list) => list.scrollTop);
  const scrolled = await top();
  await page.keyboard.press("s");
  await page.waitForSelector("#split:not([hidden])");
  assert.equal(await page.locator("#split-go").isDisabled(), true);
  await page.keyboard.type("120k");
  assert.equal(await text(page, "#split-rest"), "180.000\u00A0₫");
  await page.click("#split-more");
  await page.keyboard.type("200k");
  assert.equal(await page.locator("#split-go").isDisabled(), true, "more than the line has");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("80.000");
  assert.equal(await text(page, "#split-rest"), "100.000\u00A0₫");
  await page.keyboard.press("Enter");
  await page.waitForFunction((line) => !document.querySelector(`#line-${line}`), line);
  const { parts } = (await ask(page, `/v1/statement-lines/${line}`)).body;
  assert.deepEqual(parts.map((part) => part.amount_vnd), [120000, 80000, 100000]);
  const expected = before.flatMap((row) => (row === `line-${line}` ? parts.map((part) => `line-${part.id}`) : row));
  assert.deepEqual(await order(), expected, "the parts stand where the line stood");
  assert.equal(await id(page), parts[0].id);
  assert.equal(await top(), scrolled);
  await page.reload();
  await loaded(page);
  assert.deepEqual(await order(), expected);
  await page.keyboard.press("s");
  await page.click("#split-join");
  await page.waitForSelector(`#line-${line}[aria-selected=true]`);
  assert.deepEqual(await order(), before);
});

test("TwoWhoSplitTheSameLineSplitItOnce", async ({ window }) => {
  const [mine, hers] = [await window("finance-1"), await window("finance-2")];
  const line = await go(mine, "hoan tien hop dong");
  assert.equal(await go(hers, "hoan tien hop dong"), line);
  for (const page of [hers, mine]) {
    await page.keyboard.press("s");
    await page.keyboard.type("7k");
    await page.keyboard.press("Enter");
    await page.waitForFunction((line) => !document.querySelector(`#line-${line}`), line);
  }
  await mine.waitForFunction(() => document.querySelector("#alert").textContent.includes("finance-2 đã tách"));
  assert.equal((await rowsOf(mine)).length, 2, "the parts are shown, whoever made them");
  await mine.keyboard.press("s");
  await mine.click("#split-join");
  await mine.waitForSelector(`#line-${line}[aria-selected=true]`);
});

test("AFieldSaysWhyARemittanceOrAReceiptIsNotOffered", async ({ window }) => {
  const page = await window("finance-1");
  await go(page, "hoan tien hop dong");
  const asked = async (reference, words) => {
    await page.fill("#why-reference", reference);
    await page.press("#why-reference", "Enter");
    await page.waitForFunction((words) => document.querySelector("#why-found").textContent.includes(words), words);
    return text(page, "#why-found");
  };
  const match = (await askAll(page, "/v1/matches")).find((one) => one.remittances[0].agency === "H20.01");
  const [{ reference }] = match.remittances;
  assert.match(await asked(reference, "đã khớp với dòng"), new RegExp(`dòng ${match.lines[0].id}: ${match.matched_by}`));
  const held = (await askAll(page, "/v1/receipts")).find((one) => one.collector === "postman-9" && one.kind === "fee");
  assert.match(await asked(`${held.symbol}-${held.number}`, "chưa được chuyển"), /bưu tá đang giữ/);
  await asked("KHONG CO 1", "Không có đợt chuyển hay biên lai");
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
  const before = await byPerson(page);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#strip:not([hidden])");
  await Promise.all([page.keyboard.press("Enter"), page.keyboard.press("Enter"), page.keyboard.press("Enter")]);
  await matched(page, line);
  await page.waitForFunction((line) => document.querySelector("#lines [aria-selected=true]").id !== `line-${line}`, line);
  assert.equal(await byPerson(page), before + 1);
  assert.equal(await page.locator("#strip").isVisible(), false, "the second press opened nothing");
});

test("TheSameKeyTwiceIsOnePosting", async ({ window }) => {
  const page = await window("finance-1");
  const line = await go(page, "HO SO 48");
  const { body } = await ask(page, `/v1/statement-lines/${line}`);
  const wish = { lines: [line], versions: [body.version], remittances: body.candidates[0].remittances, note: "twice" };
  const before = await byPerson(page);
  const [one, two] = await Promise.all([1, 2].map(() => ask(page, "/v1/matches", "POST", wish, `match-${line}-${body.version}`)));
  assert.deepEqual([one.status, two.status].map((status) => status === 201 || status === 409), [true, true]);
  assert.equal((await ask(page, "/v1/matches", "POST", wish, `match-${line}-${body.version}`)).status, 201);
  assert.equal(await byPerson(page), before + 1);
});

test("ThePlaceIsKeptOverFiftyAccepts", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "matching?account=1040004");
  await loaded(page);
  const order = () => page.locator("#lines li").evaluateAll((rows) => rows.map((row) => row.id).join());
  const before = await order();
  await page.locator("#lines li:visible", { hasText: "NAM MUOI 59" }).click();
  let line = await id(page);
  const took = [];
  for (let i = 0; i < 50; i += 1) {
    const below = Number((await page.locator(`#line-${line} + li`).getAttribute("id")).slice(5));
    await page.waitForFunction((line) => document.querySelector("#line .facts")?.textContent.endsWith(String(line)), line);
    await page.waitForFunction(() => document.querySelector("#candidates .candidate"));
    // Two presses within a moment are one, so it is pressed until it is taken.
    do await page.keyboard.press("Enter"); while (!await page.locator("#strip").isVisible());
    took.push(await untilMatched(page, line));
    await page.waitForSelector(`#line-${below}[aria-selected=true]`);
    assert.equal(await page.evaluate(() => {
      const row = document.querySelector("#lines [aria-selected=true]").getBoundingClientRect();
      const list = document.querySelector("#lines").getBoundingClientRect();
      return row.top >= list.top - 1 && row.bottom <= list.bottom + 1;
    }), true, "the chosen row is in view");
    line = below;
  }
  took.sort((a, b) => a - b);
  console.log(`accept to its mark: half within ${Math.round(took[25])} ms, 95 % within ${Math.round(took[47])} ms, of 50`);
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
  for (const key of ["j", "h", "x", "u", "p", "s", "/", "?", " ", "1"]) await page.keyboard.press(key);
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
  for (const key of ["Enter", "P", "S", "Space", "H", "X", "U", "Ctrl+Enter"])
    assert.ok(await page.locator(".pane-foot kbd", { hasText: new RegExp(`^${key.replace("+", "\\+")}$`) }).first().isVisible(), key);
  const before = await count(page, "matches");
  await page.click("#search");
  await page.keyboard.type("juhxps12EE123456785VN");
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
