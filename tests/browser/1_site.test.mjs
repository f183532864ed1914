// The site itself: its addresses, headers, sizes, sign-in and language.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { assert, ask, open, ready, signIn, test, text, url } from "./harness.mjs";

const FILES = new URL("../../daemon/console/files/", import.meta.url);
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
  "trusted-types 'none'";
export const PAGES = readdirSync(new URL("../../daemon/console/pages/", import.meta.url))
  .map((name) => name.replace(".html", "")).filter((name) => name !== "shell");

const source = (name) => readFileSync(new URL(name, FILES), "utf8");
// A module with all that it imports, and what these import.
function loaded(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const [, other] of source(name).matchAll(/from "\.\/([^"]+)"/g)) loaded(other, found);
  return found;
}

// What one page loads is what a person waits for; all of them are what the daemon carries.
test("FilesStayWithinTheirBudget", async () => {
  const files = readdirSync(FILES);
  for (const name of files) assert.ok(source(name).split("\n").length - 1 <= 300, name);
  const size = (names) => names.reduce((sum, name) => sum + statSync(new URL(name, FILES)).size, 0);
  for (const page of PAGES) {
    const bytes = size([...loaded(`${page}.js`)]);
    assert.ok(bytes <= 40 * 1024, `${page} loads ${bytes} bytes of JavaScript`);
  }
  const all = size(files.filter((name) => name.endsWith(".js")));
  assert.ok(all <= 92 * 1024, `all pages together have ${all} bytes of JavaScript`);
  assert.ok(size(files.filter((name) => name.endsWith(".css"))) <= 25 * 1024);
});

test("EveryPageBearsTheStrictPolicyAndIsAskedForAnew", async () => {
  for (const name of PAGES) {
    const answer = await fetch(`${url}/console/${name}`);
    assert.equal(answer.status, 200, name);
    assert.equal(answer.headers.get("content-security-policy"), POLICY);
    assert.equal(answer.headers.get("cache-control"), "no-cache");
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    const html = await answer.text();
    assert.ok(!/\sstyle=|<style|\son\w+=|<script(?![^>]*src=)/.test(html), `${name} has something inline`);
    const again = await fetch(`${url}/console/${name}`, { headers: { "If-None-Match": answer.headers.get("etag") } });
    assert.equal(again.status, 304, name);
  }
});

test("FilesAreNamedByTheirContentAndKeptForEver", async () => {
  const html = await (await fetch(`${url}/console/today`)).text();
  const paths = [...html.matchAll(/(?:href|src)="(\/console\/files\/[^"]+)"/g)].map((found) => found[1]);
  assert.ok(paths.length >= 5);
  for (const path of paths) {
    const answer = await fetch(url + path);
    assert.equal(answer.status, 200, path);
    assert.equal(answer.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.equal((await fetch(url + path.replace(/[0-9a-f]{16}/, "0123456789abcdef"))).status, 404);
  }
});

test("TheSessionLivesInACookieThatNoScriptReads", async ({ window }) => {
  const page = await window("finance-1", { fresh: true });
  const cookies = await page.context().cookies();
  const session = cookies.find((one) => one.name === "bccid-session");
  assert.ok(session.httpOnly && session.sameSite === "Strict" && session.path === "/");
  assert.equal(await page.evaluate(() => document.cookie.includes("session")), false);
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
  assert.equal((await ask(page, "/v1/session")).body.name, "finance-1");
});

test("AForeignRequestWithTheCookieIsRefused", async ({ window }) => {
  const page = await window("finance-1", { fresh: true });
  const cookie = (await page.context().cookies()).map((one) => `${one.name}=${one.value}`).join("; ");
  const tries = [{}, { "X-Console": "1", Origin: "https://elsewhere.example" }, { "X-Console": "1", "Sec-Fetch-Site": "cross-site" },
    { "X-Console": "1", "Sec-Fetch-Site": "same-site" }];
  for (const more of tries) {
    const answer = await page.request.delete(`${url}/v1/session`, { headers: { Cookie: cookie, ...more } });
    assert.equal(answer.status(), 403, JSON.stringify(more));
  }
  assert.equal((await page.request.get(`${url}/v1/breaks`, { headers: { "Sec-Fetch-Site": "cross-site" } })).status(), 403);
  assert.equal((await ask(page, "/v1/session")).status, 200);
});

test("SigningOutEndsTheSession", async ({ window }) => {
  const page = await window("finance-2", { fresh: true });
  const cookie = (await page.context().cookies()).map((one) => `${one.name}=${one.value}`).join("; ");
  await page.click("#sign-out");
  await page.waitForURL("**/console/sign-in");
  assert.equal((await page.context().cookies()).filter((one) => one.name === "bccid-session").length, 0);
  assert.equal((await fetch(`${url}/v1/session`, { headers: { Cookie: cookie } })).status, 401);
});

test("WhoIsNotSignedInComesBackToTheSamePlace", async ({ window }) => {
  const page = await window(null);
  await page.goto(`${url}/console/breaks?state=short`);
  await page.waitForURL("**/console/sign-in?back=*");
  await page.fill("[name=name]", "finance-1");
  await page.fill("[name=password]", "correct horse battery");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/console/breaks?state=short");
  await page.goto(`${url}/console/sign-in?back=${encodeURIComponent("//elsewhere.example/console/x")}`);
  await signIn(page, "finance-1");
  assert.ok(page.url().startsWith(url));
});

test("WhoSignsInFindsTheRoomThatIsHis", async ({ window }) => {
  for (const [who, room] of [["finance-1", "today"], ["clerk-1", "pay"], ["admin-1", "counterparts"]]) {
    const page = await window("", { fresh: true });
    await signIn(page, who);
    assert.equal(new URL(page.url()).pathname, `/console/${room}`, who);
  }
});

test("ASessionThatEndedLeadsToTheSignInAndBackToTheSamePlace", async ({ window }) => {
  const page = await window("finance-2", { fresh: true });
  await open(page, "ledger?path=bank");
  assert.equal((await ask(page, "/v1/session", "DELETE")).status, 204);
  await page.locator("#rows a").first().click();
  await page.waitForURL("**/console/sign-in?back=*");
  await page.fill("[name=name]", "finance-2");
  await page.fill("[name=password]", "correct horse battery");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/console/ledger?path=bank*");
});

test("AWrongPasswordIsToldAndTakesTheFocus", async ({ window }) => {
  const page = await window(null);
  await page.goto(`${url}/console/sign-in`);
  await page.fill("[name=name]", "nobody");
  await page.fill("[name=password]", "not the password");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#problem:focus");
  assert.match(await text(page, "#problem"), /không đúng/);
});

test("TheLanguageIsVietnameseUntilEnglishIsChosen", async ({ window }) => {
  const page = await window("finance-1");
  await open(page, "today");
  assert.equal(await page.getAttribute("html", "lang"), "vi");
  assert.equal(await text(page, "h1"), "Hôm nay");
  await page.click("#language");
  await page.waitForSelector("html[lang=en]");
  await ready(page);
  assert.equal(await text(page, "h1"), "Today");
  await open(page, "breaks");
  assert.equal(await page.getAttribute("html", "lang"), "en");
  await page.click("#language");
  await page.waitForSelector("html[lang=vi]");
});

test("AClerkSeesNoMoneyPages", async ({ window }) => {
  const page = await window("clerk-1");
  await open(page, "today");
  assert.match(await text(page, "#alert"), /kế toán/);
});
