// Elements without HTML text: what comes from a bank file can only ever become text.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

function dress(node, attributes) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
}

const kept = (children) => children.flat().filter(Boolean);

// h("td", { class: "money" }, "1", node, null): null, false and "" are left out.
export function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  dress(node, attributes);
  node.append(...kept(children));
  return node;
}

export function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  dress(node, attributes);
  node.append(...children.flat());
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren(...kept(children));
}

// Said to everybody, also to who does not see it.
export function announce(text) {
  show("status", text);
}
export function alarm(text) {
  show("alert", text);
}
// What went wrong, in a sentence for people.
export const tell = (error) => alarm(error.text ?? error.message);

function show(id, text) {
  byId("status").textContent = "";
  byId("alert").textContent = "";
  byId(id).textContent = text;
}
