// Counterparts: what waits, what came back, pausing, sending again, giving up.

import { readFileSync } from "node:fs";
import { assert, ask, load, open, test, text } from "./harness.mjs";

const AXE = readFileSync(load.resolve("axe-core/axe.min.js"), "utf8");

async function confirm(page, reason) {
  await page.waitForSelector("#ask[open]");
  await page.keyboard.type(reason);
  await page.click("#ask-form .main");
  await page.waitForSelector("#one:focus");
}

test("ACounterpartShowsItsDeadLettersAndItsLastExchanges", async ({ window }) => {
  const page = await window("admin-1");
  await open(page, "counterparts");
  await page.locator("[data-name='webhook:hook']").focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector("#one:focus");
  assert.match(page.url(), /of=webhook%3Ahook/);
  assert.equal(await page.locator("#dead tr").count(), 3);
  assert.match(await text(page, "#exchanges"), /event[\s\S]*parcel:W[\s\S]*503[\s\S]*answered 503/);
  assert.match(await text(page, "#exchanges"), /9 lần/);
  await page.locator("#exchanges summary").first().click();
  assert.match(await text(page, "#exchanges"), /\{"code":"busy"\}/);
});

test("AnOperatorPausesAndResumesWithAReason", async ({ window }) => {
  const page = await window("admin-1");
  await open(page, "counterparts?of=webhook%3Ahook");
  await page.click("#pause");
  await confirm(page, "chuyển cổng");
  assert.match(await text(page, "#facts"), /admin-1[\s\S]*chuyển cổng/);
  const { body } = await ask(page, "/v1/counterparts");
  assert.equal(body.items.find((one) => one.name === "webhook:hook").paused.reason, "chuyển cổng");
  assert.equal(await page.isVisible("#pause"), false);
  await page.click("#resume");
  await confirm(page, "xong rồi");
  assert.equal(await page.isVisible("#resume"), false);
});

test("AMessageIsGivenUpAndTheOthersAreCountedBeforeTheyAreSentAgain", async ({ window }) => {
  const page = await window("admin-1");
  await open(page, "counterparts?of=webhook%3Ahook");
  await page.locator("#dead button").first().click();
  await confirm(page, "đã báo qua điện thoại");
  assert.equal(await page.locator("#dead button").count(), 2);
  await page.click("#replay");
  await page.waitForSelector("#ask[open]");
  assert.match(await text(page, "#ask-says"), /webhook:hook: 2 /);
  await confirm(page, "đã chạy lại");
  assert.equal(await page.locator("#dead button").count(), 0);
  assert.match(await text(page, "#list"), /webhook:hook/);
});

test("AnAuditorSeesCounterpartsAndActsOnNone", async ({ window }) => {
  const page = await window("auditor-1");
  await open(page, "counterparts?of=webhook%3Ahook");
  assert.equal(await page.isVisible("#acts"), false);
  assert.equal(await page.locator("#dead button").count(), 0);
});

test("AxeFindsNothingOnAChosenCounterpart", async ({ window }) => {
  for (const colorScheme of ["light", "dark"]) {
    const page = await window("admin-1", { colorScheme });
    await open(page, "counterparts?of=webhook%3Ahook");
    await page.evaluate(AXE);
    const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target)}`), []);
    assert.deepEqual(page.errors, []);
  }
});
