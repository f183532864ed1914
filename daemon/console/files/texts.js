// What modules say stands in the page, in its language; see texts.csv.

const known = new Map();
for (const item of document.getElementById("texts").content.querySelectorAll("[data-key]"))
  known.set(item.dataset.key, item.textContent);

// Puts values.count for {count}. A key that is not known shows itself.
export function say(key, values = {}) {
  const text = known.get(key) ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const has = (key) => known.has(key);
