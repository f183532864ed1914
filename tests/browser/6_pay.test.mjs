// The page for a clerk with a citizen who pays by telephone.

import { assert, ask, load, open, test, text } from "./harness.mjs";

const look = load("jsqr");

// What a camera reads off the picture of the code as the page shows it.
const read = async (page) => {
  const { points, width, height } = await page.locator("#slip img.qr").evaluate((picture) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.width, picture.height];
    const pen = canvas.getContext("2d");
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height);
    return { points: [...data], width, height };
  });
  return look(new Uint8ClampedArray(points), width, height)?.data;
};

const show = async (page, item) => {
  await page.fill("#item", item);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#slip:focus");
};

test("AClerkShowsACodeThatPaysAllThatIsDueToTheAgency", async ({ window }) => {
  const page = await window("clerk-1");
  await open(page, "pay");
  await show(page, "PAYQR");
  await page.waitForFunction(() => document.querySelector("#slip img.qr")?.naturalWidth > 0);
  const { body } = await ask(page, `/v1/parcels/PAYQR`);
  const slip = (await ask(page, `/v1/orders/${body.order_id}/payment`)).body;
  assert.equal(slip.codes[0].amount_vnd, 188000);
  assert.equal(await read(page), slip.codes[0].vietqr);
  assert.match(await text(page, "#slip"), /188\.000\u00A0₫/);
  assert.ok((await text(page, "#slip")).includes(slip.codes[0].purpose));
  assert.match(await page.locator("#slip img.qr").getAttribute("alt"), /188\.000/);
  assert.match(await text(page, "#slip"), /26\.000\u00A0₫/);
});

test("AnUnknownItemIsSaidSo", async ({ window }) => {
  const page = await window("clerk-1");
  await open(page, "pay");
  await page.fill("#item", "NOBODY");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#alert").textContent !== "");
});

test("AnOrderThatOwesNothingSaysSo", async ({ window }) => {
  const page = await window("clerk-1");
  await open(page, "pay?q=M1000");
  await page.waitForSelector("#slip .notice.good");
});
