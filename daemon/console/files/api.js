// The daemon's API, as the signed-in person.

import { say, has } from "./texts.js";

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? String(status));
    this.status = status;
    this.code = problem.code ?? "";
    this.hint = problem.hint ?? "";
  }
  // One sentence for people, then what the daemon said exactly.
  get text() {
    const key = `problem.${this.code}`;
    return `${say(has(key) ? key : "problem.other")} (${this.message})`;
  }
}

export function goToSignIn() {
  const back = location.pathname + location.search;
  location.assign(`/console/sign-in?back=${encodeURIComponent(back)}`);
  return new Promise(() => {}); // the page is being left: nothing goes on
}

async function call(method, path, { body, type, key } = {}) {
  const headers = { "X-Console": "1" };
  if (body !== undefined) headers["Content-Type"] = type ?? "application/json";
  if (key) headers["Idempotency-Key"] = key;
  let answer;
  try {
    answer = await fetch(path, {
      method, headers, credentials: "same-origin", redirect: "error",
      body: body === undefined || type ? body : JSON.stringify(body),
    });
  } catch {
    throw new Refused(0, { code: "unreachable", detail: path });
  }
  if (answer.status === 204) return null;
  const read = await answer.json().catch(() => ({}));
  if (answer.status === 401 && path !== "/console/session") return goToSignIn();
  if (!answer.ok) throw new Refused(answer.status, read);
  return read;
}

export const get = (path) => call("GET", path);
export const post = (path, body, key) => call("POST", path, { body, key });
export const send = (path, file, type) => call("POST", path, { body: file, type });
export const remove = (path) => call("DELETE", path);

// A key for a new effect that a person asks for.
export const freshKey = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

// All pages of a list, up to `most` items; `more` says that there are others.
export async function all(path, most = 1000) {
  const items = [];
  let next = null;
  do {
    const join = path.includes("?") ? "&" : "?";
    const page = await get(`${path}${join}limit=200${next ? `&after=${encodeURIComponent(next)}` : ""}`);
    items.push(...page.items);
    next = page.next;
  } while (next && items.length < most);
  return { items, more: next !== null };
}
