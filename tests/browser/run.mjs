// node run.mjs URL MODULES RESULTS TEST,TEST: runs these tests in Debian's Chromium and writes how each went.

import { readdirSync, writeFileSync } from "node:fs";
import { load, results, tests, wanted, window } from "./harness.mjs";

const here = new URL(".", import.meta.url);
for (const name of readdirSync(here).filter((name) => name.endsWith(".test.mjs")).sort()) await import(new URL(name, here));

const { chromium } = load("playwright-core");
const args = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
if (process.getuid() === 0) args.push("--no-sandbox");
const browser = await chromium.launch({ executablePath: process.env.BCCID_CHROMIUM ?? "/usr/bin/chromium", args });

const told = {};
for (const { name, body } of tests.filter((one) => wanted.split(",").includes(one.name))) {
  try {
    await body({ browser, window: (who, options) => window(browser, who, options) });
    told[name] = "held";
  } catch (error) {
    told[name] = String(error.stack ?? error);
  }
  for (const context of browser.contexts()) await context.close();
  writeFileSync(results, JSON.stringify(told));
}
await browser.close();
