// Keys by their place on the keyboard (event.code), so that no layout or input method moves them. They rest while
// somebody types, composes or has switched them off; then every act still has its button.

const OFF = "bccid-shortcuts-off";

export const switchedOff = () => localStorage.getItem(OFF) === "yes";
export function switchKeys(on) {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "yes");
}

const typing = (target) => target.closest("input:not([type=checkbox]), select, textarea, dialog, [contenteditable]");
const pressing = (event) => ["Enter", "Space"].includes(event.code) && event.target.closest("button, a, input");

// acts: { KeyJ: f, "Ctrl+Enter": f }. Arrows, Enter and keys with Ctrl are no single letters: they stay on.
export function listen(acts) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.metaKey) return;
    const name = (event.ctrlKey ? "Ctrl+" : "") + (event.code === "Slash" && event.shiftKey ? "Shift+Slash" : event.code);
    const act = acts[name];
    if (!act || typing(event.target) || (pressing(event) && !event.ctrlKey)) return;
    const single = /^(Key|Digit|Slash|Shift|Space)/.test(name);
    if (single && switchedOff()) return;
    event.preventDefault();
    act(event);
  });
}
