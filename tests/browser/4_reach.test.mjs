// Everybody can use it: axe in both themes, 400 % zoom, phones, keyboard, and nothing from elsewhere.

import { readFileSync } from "node:fs";
import { assert, load, open, test } from "./harness.mjs";
import { PAGES } from "./1_site.test.mjs";

const AXE = readFileSync(load.resolve("axe-core/axe.min.js"), "utf8");

async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.failureSummary}`).join(" | ")}`);
}

async function settled(page, name) {
  await open(page, name);
  if (name === "pay") {
    await page.fill("#item", "PAYQR");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#slip:focus");
  }
  if (name === "matching") await page.waitForSelector("#candidates li");
  if (name === "breaks") {
    await page.locator("#breaks button").first().click();
    await page.waitForSelector("#talk:not([hidden])");
  }
}

async function inspect(window, options) {
  const page = await window("finance-1", options);
  for (const name of PAGES) {
    await settled(page, name);
    assert.deepEqual(await violations(page), [], `${name} ${JSON.stringify(options)}`);
  }
  assert.deepEqual(page.errors, []);
}

test("AxeFindsNothingOnAnyPageInTheLightTheme", ({ window }) => inspect(window, { colorScheme: "light" }));
test("AxeFindsNothingOnAnyPageInTheDarkTheme", ({ window }) => inspect(window, { colorScheme: "dark" }));
test("AxeFindsNothingOnAPhone", ({ window }) => inspect(window, { viewport: { width: 360, height: 640 } }));

test("NoPageAsksAnotherHostOrComplains", async ({ window }) => {
  const page = await window("finance-1");
  for (const name of PAGES) await settled(page, name);
  assert.deepEqual(page.foreign, []);
  assert.deepEqual(page.errors, []);
});

// 1280 px at 400 % are 320.
const nowhereSideways = async (window, viewport) => {
  const page = await window("finance-1", { viewport });
  for (const name of PAGES) {
    await settled(page, name);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${name} is ${wide} px too wide at ${viewport.width}`);
  }
};
test("NoPageScrollsSidewaysAtFourHundredPercent", ({ window }) => nowhereSideways(window, { width: 320, height: 256 }));
test("NoPageScrollsSidewaysOnASmallDesk", ({ window }) => nowhereSideways(window, { width: 1200, height: 700 }));

test("TheBarTakesOneLineAndItsFoldSaysWhichRoomThisIs", async ({ window }) => {
  const page = await window("finance-1", { viewport: { width: 1366, height: 768 } });
  for (const language of ["vi", "en"]) {
    await settled(page, "periods");
    const bar = () => page.evaluate(() => Math.round(document.querySelector(".bar").getBoundingClientRect().height));
    const line = await page.evaluate(() => Math.round(document.querySelector("nav a").getBoundingClientRect().height));
    assert.ok((await bar()) <= line + 1, `${await bar()} px in ${language}`);
    const fold = page.locator("#more summary");
    assert.match(await fold.textContent(), new RegExp(`: ${await page.locator("#more a[aria-current]").textContent()}$`));
    await fold.click();
    assert.ok((await bar()) <= line + 1, "the open fold moves nothing");
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.querySelector("#more").open), false);
    await Promise.all([page.waitForLoadState("load"), page.click("#language")]);
  }
});

test("TargetsAreLargeEnough", async ({ window }) => {
  for (const [width, least] of [[1366, 24], [360, 40]]) {
    const page = await window("finance-1", { viewport: { width, height: 760 } });
    for (const name of PAGES) {
      await settled(page, name);
      const small = await page.evaluate((least) => [...document.querySelectorAll("main button, main select, main input:not([type=checkbox]), header button")]
        .filter((node) => node.getClientRects().length && !node.closest("td, .candidate"))
        .map((node) => [node.textContent.trim() || node.id, node.getBoundingClientRect().height])
        .filter(([, height]) => height < least), least);
      assert.deepEqual(small, [], `${name} at ${width}`);
    }
  }
});

test("TheFocusIsSeenAndNotCoveredOnEveryPage", async ({ window }) => {
  const page = await window("finance-1");
  for (const name of PAGES) {
    await settled(page, name);
    for (let i = 0; i < 40; i += 1) {
      await page.keyboard.press("Tab");
      const bad = await page.evaluate(() => {
        const node = document.activeElement;
        if (node === document.body || node.closest("main") === null) return "";
        const box = node.getBoundingClientRect();
        const style = getComputedStyle(node);
        const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        const top = document.elementFromPoint(box.left + Math.min(box.width / 2, 20), box.top + Math.min(box.height / 2, 12));
        const covered = top !== null && !node.contains(top) && !top.contains(node) && !top.closest("label");
        return outlined && !covered ? "" : `${node.outerHTML.slice(0, 90)} outlined ${outlined} covered ${covered} by ${top?.outerHTML.slice(0, 60)}`;
      });
      assert.equal(bad, "", name);
    }
  }
});
