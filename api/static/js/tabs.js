// Tabs as the ARIA practices describe them: arrows move, the panel is made when it is first opened.

import { h } from "./dom.js";

/** `tabs([{id, name, open}], chosen, changed)`: `open()` returns the panel's node. */
export function tabs(items, chosen, changed = () => {}) {
  const made = new Map();
  const panel = h("div", { role: "tabpanel", tabindex: -1 });
  const buttons = items.map((item) =>
    h("button", { type: "button", role: "tab", id: `tab-${item.id}`, on: { click: () => show(item.id), keydown: move } }, item.name, item.number === undefined ? null : h("span", { class: "number" }, String(item.number))));
  function move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (buttons.indexOf(event.currentTarget) + step + items.length) % items.length;
    buttons[next].focus();
    show(items[next].id);
  }
  function show(id, { silent = false } = {}) {
    const item = items.find((one) => one.id === id) ?? items[0];
    for (const [position, control] of buttons.entries()) {
      const isOn = items[position] === item;
      control.setAttribute("aria-selected", String(isOn));
      control.tabIndex = isOn ? 0 : -1;
    }
    if (!made.has(item.id)) made.set(item.id, item.open());
    panel.setAttribute("aria-labelledby", `tab-${item.id}`);
    panel.replaceChildren(made.get(item.id));
    if (!silent) changed(item.id);
  }
  show(chosen, { silent: true });
  return { node: h("section", { class: "tabs" }, h("div", { role: "tablist" }, buttons), panel), show };
}
