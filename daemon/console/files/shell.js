// What stands around every page: who is signed in, the language, the way out.

import { get, remove } from "./api.js";
import { byId, tell } from "./dom.js";
import { say } from "./texts.js";

// Where the page is one of those that are folded away, the fold says which.
function markCurrent() {
  for (const link of document.querySelectorAll("nav a")) {
    if (link.pathname !== location.pathname) continue;
    link.setAttribute("aria-current", "page");
    const fold = link.closest("details")?.querySelector("summary");
    if (fold) fold.append(`: ${link.textContent}`);
    fold?.classList.add("current");
  }
}

function foldAway(event) {
  const more = byId("more");
  if (!more.open || (event.type === "keydown" ? event.key !== "Escape" : more.contains(event.target))) return;
  if (more.contains(document.activeElement)) more.querySelector("summary").focus();
  more.open = false;
}

function openMenu() {
  const open = byId("menu").getAttribute("aria-expanded") !== "true";
  byId("menu").setAttribute("aria-expanded", String(open));
  byId("rooms").classList.toggle("open", open);
}

function changeLanguage(event) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `bccid-language=${event.target.dataset.tag}; Path=/; Max-Age=31536000; SameSite=Strict${secure}`;
  location.reload();
}

async function signOut() {
  await remove("/v1/session");
  location.assign("/console/sign-in");
}

markCurrent();
for (const kind of ["click", "focusin", "keydown"]) document.addEventListener(kind, foldAway);
byId("menu").addEventListener("click", openMenu);
byId("language").addEventListener("click", changeLanguage);
byId("sign-out").addEventListener("click", () => signOut().catch(tell));

// Runs a page for a person whom its figures concern. `mayAct`: finance; an auditor only reads; `others` are the roles
// that the page is for besides.
export async function begin(page, others = []) {
  try {
    const who = await get("/v1/session");
    byId("who").textContent = `${who.name} · ${say(`role.${who.role}`)}`;
    const mayAct = who.role === "finance";
    document.body.classList.toggle("reads-only", !mayAct);
    if (!mayAct && who.role !== "auditor" && !others.includes(who.role)) throw Object.assign(new Error(), { text: say("not_your_room") });
    await page({ ...who, mayAct });
  } catch (error) {
    tell(error);
  } finally {
    document.body.dataset.ready = "yes";
  }
}
