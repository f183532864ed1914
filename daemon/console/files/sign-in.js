import { get, post } from "./api.js";
import { byId } from "./dom.js";
import "./shell.js";
import { say } from "./texts.js";

const ROOMS = { clerk: "pay", admin: "counterparts" };

// Only a page of ours: "//elsewhere" and "/\elsewhere" are other hosts.
function wayBack(role) {
  const asked = new URLSearchParams(location.search).get("back") ?? "";
  return /^\/console\/[\w-]+(\?[^\\]*)?$/.test(asked) ? asked : `/console/${ROOMS[role] ?? "today"}`;
}

function tell(text) {
  const box = byId("problem");
  box.textContent = text;
  box.hidden = false;
  box.focus();
}

byId("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = new FormData(event.target);
  const button = event.target.querySelector("button");
  button.disabled = true;
  try {
    await post("/console/session", { name: fields.get("name"), password: fields.get("password") });
    location.assign(wayBack((await get("/v1/session")).role));
  } catch (error) {
    button.disabled = false;
    tell(error.status === 401 ? say("sign_in.wrong") : error.status === 429 ? say("sign_in.wait") : error.text);
  }
});
document.body.dataset.ready = "yes";
