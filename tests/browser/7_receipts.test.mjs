// Receipts, their electronic documents, and a wrong name.

import { assert, ask, askAll, open, test, text } from "./harness.mjs";

const rows = (page) => page.locator("#receipts tr");
// Goes on by the keyboard until the focus is there.
async function tabTo(page, selector) {
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`the keyboard does not reach ${selector}`);
}

test("AReceiptShowsItsPaperAndWhatBecameOfItsDocument", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "receipts?of=E1000");
  assert.equal(await rows(page).count(), 1);
  const { body } = await ask(page, "/v1/receipts?order=E1000");
  assert.equal(await rows(page).locator("a").first().getAttribute("href"), `/v1/receipts/${body.items[0].id}/pdf`);
  assert.match(await text(page, "#receipts"), /40\.000\u00A0₫[\s\S]*Có hiệu lực[\s\S]*Đã phát hành/);
  const link = page.locator("#receipts a[href^=https]");
  assert.equal(await link.getAttribute("href"), "https://tracuu.example/E1000");
  assert.equal(await link.innerText(), "01BLP0-001 AA/26E 17");
  await open(page, "receipts?of=E1001");
  assert.match(await text(page, "#receipts"), /Bị từ chối\s+ERR:20 \(mẫu số sai\)/);
  await open(page, "receipts?of=D-E1002");
  assert.match(await text(page, "#receipts"), /D-E1002[\s\S]*Chờ gửi/, "a dossier's code finds it too");
  await open(page, "receipts?of=M1000");
  assert.match(await text(page, "#receipts"), /Không có\tHủy và thay$/m);
});

test("ADayListsItsReceiptsAndThoseThatAreRefused", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "receipts");
  const day = await page.inputValue("#issued");
  const all = await askAll(page, `/v1/receipts?day=${day}`);
  assert.ok(all.length > 10);
  assert.equal(await rows(page).count(), Math.min(all.length, 400));
  assert.equal(await page.isVisible("#more"), all.length > 400, "and says so where there are more");
  await page.check("#refused");
  await page.click("#search button");
  await page.waitForURL(/refused=on/);
  await page.waitForSelector("body[data-ready=yes]");
  assert.equal(await rows(page).count(), 1);
  assert.match(await text(page, "#found"), /^1 biên lai, còn hiệu lực 41\.000\u00A0₫$/);
  await open(page, "receipts?day=2001-01-01");
  assert.match(await text(page, "#receipts"), /Không có biên lai nào/);
});

test("AWrongNameIsCancelledAndReplacedByTheKeyboardAlone", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "receipts?of=E1003");
  await tabTo(page, "#receipts button");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#replace[open]");
  assert.match(await text(page, "#replace-says"), /43\.000\u00A0₫/);
  assert.equal(await page.evaluate(() => document.activeElement.id), "payer");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("Đặng Thị Hoà");
  await page.keyboard.press("Tab");
  await page.keyboard.type("sai tên");
  await tabTo(page, "#replacement button.main");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#found:focus");
  assert.equal(await rows(page).count(), 2);
  const { body } = await ask(page, "/v1/receipts?order=E1003");
  assert.equal(body.items[0].replaced_by, body.items[1].id);
  assert.match(await rows(page).first().innerText(), new RegExp(`Đã thay\\s+${body.items[1].symbol} ${body.items[1].number}\\s+sai tên`));
  assert.equal(await rows(page).first().locator("button").count(), 0, "what is cancelled stays so");
  assert.match(await rows(page).nth(1).innerText(), /Đặng Thị Hoà/);
});

test("WhatSomebodyElseReplacedMeanwhileIsSaidInTheDialog", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "receipts?of=E1004");
  await rows(page).locator("button").click();
  const { body } = await ask(page, "/v1/receipts?order=E1004");
  const made = await ask(page, `/v1/receipts/${body.items[0].id}/replace`, "POST", { payer: "B", reason: "sai" }, "elsewhere-1");
  assert.equal(made.status, 201);
  await page.fill("#payer", "C");
  await page.fill("#why", "sai tên");
  await page.click("#replacement button.main");
  await page.waitForSelector("#refusal:not([hidden])");
  await page.keyboard.press("Escape");
  await page.waitForSelector("#replace:not([open])", { state: "attached" });
  assert.equal((await ask(page, "/v1/receipts?order=E1004")).body.items.length, 2);
});

test("WhoOnlyReadsIsOfferedNoReplacement", async ({ window }) => {
  const page = await window("auditor-1");
  await open(page, "receipts?of=E1000");
  assert.equal(await rows(page).count(), 1);
  assert.equal(await rows(page).locator("button").isVisible(), false);
});
