// What the tests of the console share. A test waits for conditions, never for a time.

import { createRequire } from "node:module";
import { strict as assert } from "node:assert";

export { assert };
export const [url, modules, results, wanted] = process.argv.slice(2);
export const load = createRequire(`${modules}/`);
export const SECRET = "correct horse battery";

export const tests = [];
// test("Name", async ({ page, browser }) => {}): a case of the test program bears that name.
export const test = (name, body) => tests.push({ name, body });

const known = new Map(); // whose session is open: a window of theirs needs no other

// A browser window of somebody who is signed in (anew, if `fresh`); `foreign` collects requests to other hosts, `errors` what the page
// complained of.
export async function window(browser, who, { fresh, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, timezoneId: "Europe/Paris", ...options });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  page.foreign = [];
  page.errors = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) page.foreign.push(request.url());
  });
  page.on("pageerror", (error) => page.errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of (4|5)\d\d/.test(message.text())) page.errors.push(message.text());
  });
  if (who && known.has(who) && !fresh) await context.addCookies(known.get(who));
  else if (who) {
    await signIn(page, who);
    if (!fresh) known.set(who, (await context.cookies()).filter((one) => one.name === "bccid-session"));
  }
  return page;
}

export async function signIn(page, who) {
  await page.goto(`${url}/console/sign-in`);
  await page.fill("[name=name]", who);
  await page.fill("[name=password]", SECRET);
  await page.click("form button");
  await page.waitForURL(/console\/(today|pay|counterparts)$/);
  await ready(page);
}

export const ready = (page) => page.waitForSelector("body[data-ready=yes]");

export async function open(page, path) {
  await page.goto(`${url}/console/${path}`);
  await ready(page);
}

// The API as that window's person, through its cookie.
export const ask = (page, path, method = "GET", body = undefined, key = undefined) =>
  page.evaluate(async ([path, method, body, key]) => {
    const headers = { "X-Console": "1" };
    if (body) headers["Content-Type"] = "application/json";
    if (key) headers["Idempotency-Key"] = key;
    const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
    return { status: answer.status, body: await answer.json().catch(() => null) };
  }, [path, method, body, key]);

// All items of a list, page by page.
export async function askAll(page, path) {
  const items = [];
  let next = null;
  do {
    const { body } = await ask(page, `${path}${path.includes("?") ? "&" : "?"}limit=200${next ? `&after=${encodeURIComponent(next)}` : ""}`);
    items.push(...body.items);
    next = body.next;
  } while (next);
  return items;
}

export const text = (page, selector) => page.locator(selector).innerText();
