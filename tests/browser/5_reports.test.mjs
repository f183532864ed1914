// Reports on the screen, as files and as minutes to sign.

import { assert, ask, open, test } from "./harness.mjs";

const digits = (text) => Number(text.replace(/[^\d]/g, ""));
const year = (page) => page.evaluate(() => {
  for (const field of document.querySelectorAll("input[name=from]")) field.value = field.value.replace(/^(\d{4}).*/, "$1-01-01");
});

test("AReportOnTheScreenHasTheLedgersSums", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "reports");
  await year(page);
  await page.click("#ask-report button");
  await page.waitForSelector("#report:focus");
  const titles = await page.locator("#columns th").allInnerTexts();
  const column = titles.indexOf("Đã thu") + 1;
  assert.ok(column > 0, titles.join());
  const shown = (await page.locator(`#rows td:nth-child(${column})`).allInnerTexts()).map(digits);
  const { body } = await ask(page, "/v1/ledger/balances?role=cash");
  assert.ok(body.debit_vnd > 0);
  assert.equal(shown.reduce((sum, one) => sum + one, 0), body.debit_vnd);
});

test("AFormFetchesItsFileWithoutAnEmptyAgency", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "reports");
  await year(page);
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("button[formaction='/v1/exports/receipts']")]);
  assert.match(file.suggestedFilename(), /^bien-lai_.*\.xlsx$/);
  assert.ok(!file.url().includes("agency="), file.url());
  await page.selectOption("select[name=format]", "csv");
  const [other] = await Promise.all([page.waitForEvent("download"), page.click("button[formaction='/v1/reports/money']")]);
  assert.match(other.suggestedFilename(), /^thu-nop_.*\.csv$/);
});

test("MinutesOpenAsAPaper", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "reports");
  await page.fill("form[action='/v1/reports/settlement/pdf'] input[name=agency]", "H20.01");
  const [answer] = await Promise.all([
    page.waitForResponse((one) => one.url().includes("/v1/reports/settlement/pdf")),
    page.click("form[action='/v1/reports/settlement/pdf'] button"),
  ]);
  assert.equal(answer.status(), 200);
  assert.equal(answer.headers()["content-type"], "application/pdf");
});
