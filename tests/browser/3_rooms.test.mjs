// Breaks, cash-up, day close, statements and the ledger.

import { assert, ask, open, test, text } from "./harness.mjs";

const pick = (page, words) => page.locator("#breaks tr", { hasText: words }).first().locator("button").click();

test("TheQueueIsSortedByMoneyAtRisk", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "breaks");
  const sums = await page.locator("#breaks td:nth-child(2)").allInnerTexts();
  const risks = sums.map((sum) => Number(sum.replace(/[^\d]/g, "")));
  assert.ok(risks.length >= 4);
  assert.deepEqual(risks, [...risks].sort((a, b) => b - a));
});

test("ChoosingABreakFarDownKeepsThePlace", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "breaks");
  await page.locator("#breaks button").last().scrollIntoViewIfNeeded();
  const place = await page.evaluate(() => scrollY);
  await page.locator("#breaks button").last().click();
  await page.waitForSelector("#case:focus");
  assert.equal(await page.evaluate(() => scrollY), place);
  assert.ok(await page.locator("#facts .line-amount").isVisible());
});

test("ABreakIsProposedByOneAndDecidedByAnother", async ({ window }) => {
  const [one, two] = [await window("finance-1"), await window("finance-2")];
  await open(one, "breaks?state=collector_short");
  await pick(one, "30.000");
  await one.waitForSelector("#propose:not([hidden])");
  await one.selectOption("#action", "write_off");
  await one.fill("#proposal-note", "bưu tá đã nghỉ việc");
  await one.click("#proposal button");
  await one.waitForSelector("#decide:not([hidden])");
  assert.equal(await one.locator("#decision button").first().isDisabled(), true, "nobody decides his own proposal");
  const place = new URL(one.url()).search;
  await open(two, `breaks${place}`);
  await two.waitForSelector("#decide:not([hidden])");
  assert.match(await text(two, "#decide-says"), /finance-1 đề nghị: Bưu điện chịu\. bưu tá đã nghỉ việc/);
  await two.click("#decision button[value=no]");
  await two.waitForSelector("#decision-reason:focus");
  await two.click("#decision button[value=yes]");
  await two.waitForFunction(() => document.querySelector("#facts").textContent.includes("Kết thúc"));
  assert.match(await text(two, "#history"), /finance-2[\s\S]*Đã duyệt/);
  const id = new URLSearchParams(place).get("break");
  assert.notEqual((await ask(two, `/v1/breaks/${id}`)).body.resolved_at, null);
});

test("ACommentStandsInTheHistoryWithItsAuthor", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "breaks?state=collector_short");
  await pick(page, "5.000");
  await page.fill("#comment-text", "<b>đã gọi bưu tá</b>");
  await page.click("#comment button");
  await page.waitForFunction(() => document.querySelector("#history").textContent.includes("<b>đã gọi bưu tá</b>"));
  assert.match(await text(page, "#history"), /finance-1/);
  assert.equal(await page.locator("#history b").count(), 0, "text of people never becomes HTML");
});

test("CashIsCountedAgainstTheBooksBeforeItIsTaken", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "cash");
  await page.locator("#postmen tr", { hasText: "postman-9" }).locator("button").click();
  await page.waitForSelector("#receipts a");
  assert.equal(await page.inputValue("#office"), "82001");
  await page.fill("#counted", "180k");
  assert.match(await text(page, "#difference"), /Thiếu −5\.000\u00A0₫ so với 185\.000\u00A0₫/);
  await page.fill("#counted", "185.000");
  assert.match(await text(page, "#difference"), /Đúng bằng sổ/);
  await page.click("#hand-in button");
  await page.waitForSelector("#result:focus");
  assert.match(await text(page, "#result"), /postman-9: đếm 185\.000\u00A0₫, theo sổ 185\.000\u00A0₫/);
  assert.equal(await page.locator("#postmen tr", { hasText: "postman-9" }).count(), 0);
});

test("AnOfficesDayIsClosedOnceAfterAQuestion", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "days");
  await page.fill("#office", "82001");
  await page.click("#close button");
  await page.waitForSelector("#ask[open]");
  await page.click("#ask-no");
  assert.equal((await ask(page, "/v1/days")).body.items.length, 0);
  await page.click("#close button");
  await page.click("#ask button.main");
  await page.waitForSelector("#day:focus");
  assert.match(await text(page, "#day"), /Bưu cục 82001/);
  await page.click("#close button");
  await page.click("#ask button.main");
  await page.waitForFunction(() => document.querySelector("#alert").textContent !== "");
  assert.equal((await ask(page, "/v1/days")).body.items.length, 1);
});

const today = () => new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", year: "numeric" })
  .format(new Date());
const csv = (reference, dong) => ["tai_khoan,1010001,,,", `Từ ngày,${today()},,,`, `Đến ngày,${today()},,,`, "Số dư đầu kỳ,1.000,,,",
  `Số dư cuối kỳ,${1000 + dong},,,`, "ngay,so_tham_chieu,so_tien,noi_dung,nguoi_chuyen", `${today()},${reference},${dong},chuyen tien la,AN PHAT`, `tong,1,${dong},,`, ""].join("\n");

async function bring(page, body) {
  await page.fill("#account", "1010001");
  await page.setInputFiles("#file", { name: "sao-ke.csv", mimeType: "text/csv", buffer: Buffer.from(body) });
  await page.click("#import button");
}

test("AStatementIsSeenBeforeItIsImportedAndKnownAfterwards", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "statements");
  const before = (await ask(page, "/v1/statements")).body.items.length;
  await bring(page, csv("FTNEW1", 31000));
  await page.waitForSelector("#preview button");
  assert.match(await text(page, "#preview h3"), /sao-ke\.csv/);
  assert.equal((await ask(page, "/v1/statements")).body.items.length, before, "a preview stores nothing");
  await page.click("#preview button");
  await page.waitForFunction(() => document.querySelector("#preview").textContent.includes("Đã nhập sao kê"));
  assert.equal((await ask(page, "/v1/statements")).body.items.length, before + 1);
  await bring(page, csv("FTNEW1", 31000));
  await page.waitForFunction(() => !document.querySelector("#preview").textContent.includes("Đã nhập sao kê"));
  const again = page.locator("#preview button");
  if (await again.count()) await again.click();
  await page.waitForFunction(() => document.querySelector("#preview").textContent.includes("đã nhập trước đây"));
  assert.equal((await ask(page, "/v1/statements")).body.items.length, before + 1);
});

test("AStatementWhoseSumsAreWrongIsRefusedWithTheReason", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "statements");
  const before = (await ask(page, "/v1/statements")).body.items.length;
  await bring(page, csv("FTNEW2", 31000).replace("32000", "99000"));
  await page.waitForSelector("#preview button, #preview .bad");
  if (await page.locator("#preview button").count()) await page.click("#preview button");
  await page.waitForSelector("#preview .bad");
  assert.equal((await ask(page, "/v1/statements")).body.items.length, before);
});

test("TheLedgerIsFollowedFromATotalToItsAccounts", async ({ window }) => {
  const page = await window("auditor-1");
  await open(page, "ledger");
  const { body } = await ask(page, "/v1/ledger/balances");
  const dong = (cell) => Number(cell.replace(/[^\d−]/g, "").replace("−", "-"));
  assert.equal(dong(await page.locator("#total td").first().innerText()), body.debit_vnd);
  for (const step of ["Đã lên sao kê", "Phí", "H20.01"]) {
    const row = page.locator("#rows tr", { hasText: step }).first();
    const rest = dong(await row.locator("td").last().innerText());
    await row.locator("a").click();
    await page.waitForFunction((step) => document.querySelector("#trail [aria-current]")?.textContent === step, step);
    assert.equal(dong(await page.locator("#total td").last().innerText()), rest, step);
  }
});

test("TodaysFiguresAreThoseOfTheLedger", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "today");
  const { body } = await ask(page, "/v1/ledger/balances");
  const rest = (role) => body.accounts.filter((one) => one.account.startsWith(`${role}/`))
    .reduce((sum, one) => sum + one.debit_vnd - one.credit_vnd, 0);
  for (const role of ["receivable", "cash", "office", "transit", "bank"]) {
    const shown = await text(page, `.hand.${role} strong`);
    assert.equal(Number(shown.replace(/[^\d−]/g, "").replace("−", "-")), rest(role), role);
  }
});

// The postings of an account are a route of their own; while the contract has none, the accounts are the last step.
test("AnAccountsPostingsAddUpToItsFigures", async ({ window }) => {
  const page = await window("auditor-1");
  await open(page, "ledger?path=bank%2Ffee%2FH20.01%2F1010001");
  const contract = await page.evaluate(async () => (await fetch("/v1/openapi.yaml")).text());
  const deep = contract.includes("/v1/ledger/postings:");
  assert.equal(await page.locator("#postings").isVisible(), deep);
  assert.equal(await page.locator("#moment").isVisible(), deep);
  if (!deep) return;
  const dong = (cells) => cells.map((cell) => Number(cell.replace(/[^\d]/g, ""))).reduce((sum, one) => sum + one, 0);
  for (const column of [5, 6]) {
    const total = await page.locator("#total td").nth(column - 5).innerText();
    assert.equal(dong(await page.locator(`#booked td:nth-child(${column})`).allInnerTexts()), dong([total]));
  }
  await page.fill("#until", "2020-01-01T00:00");
  await page.click("#moment button");
  await page.waitForURL("**until=2020*");
  await page.waitForSelector("body[data-ready=yes]");
  assert.equal(dong(await page.locator("#total td").allInnerTexts()), 0);
});

test("AnAccountIsClosedByTwoAndOpenedAgainByTwo", async ({ window }) => {
  const [one, two] = [await window("finance-1"), await window("finance-2")];
  await open(one, "periods");
  const [{ to }] = (await ask(one, "/v1/statements?account=1020002")).body.items;
  await one.fill("#account", "1020002");
  await one.fill("#to", to);
  await one.click("#close button");
  await one.waitForFunction(() => document.querySelector("#period:focus") || document.querySelector("#alert").textContent);
  assert.equal(await text(one, "#alert"), "");
  assert.match(await text(one, "#figures"), /Chờ ký/);
  assert.equal(await one.locator("#yes").isDisabled(), true, "nobody signs what he proposed");
  const place = new URL(one.url()).search;
  await open(two, `periods${place}`);
  await two.waitForSelector("#acts:not([hidden])");
  await two.click("#yes");
  await two.waitForFunction(() => document.querySelector("#figures").textContent.includes("Đã khóa"));
  assert.match(await text(two, "#steps"), /finance-1[\s\S]*finance-2[\s\S]*Ký khóa/);
  await two.click("#yes");
  await two.waitForSelector("#ask[open]");
  await two.fill("#ask-note", "ngân hàng gửi dòng muộn");
  await two.click("#ask button.main");
  await two.waitForFunction(() => document.querySelector("#figures").textContent.includes("Chờ mở lại"));
  await open(one, `periods${place}`);
  await one.waitForSelector("#acts:not([hidden])");
  await one.click("#yes");
  await one.waitForFunction(() => document.querySelector("#figures").textContent.includes("Đã mở lại"));
  assert.match(await text(one, "#steps"), /ngân hàng gửi dòng muộn/);
});
