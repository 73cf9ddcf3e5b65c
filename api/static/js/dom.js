// Makes DOM nodes. The only way text reaches the page: strings become text nodes, never markup.

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "indeterminate", "selected", "open", "readOnly"]);
const ADDRESS = /^(#|\/(?!\/)|blob:|https?:\/\/)/i;

/** The address if it is one of ours, a blob or http(s); undefined for `javascript:` and the like. */
export const safeAddress = (address) =>
  typeof address === "string" && ADDRESS.test(address.trim()) ? address.trim() : undefined;

function set(node, name, value) {
  if (value === undefined || value === null) return;
  if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  else if (name === "class") node.setAttribute("class", Array.isArray(value) ? value.filter(Boolean).join(" ") : value);
  else if (name === "data") Object.assign(node.dataset, value);
  else if (name === "vars") for (const [key, one] of Object.entries(value)) node.style.setProperty(`--${key}`, one);
  else if (name === "href") {
    const address = safeAddress(value);
    if (address) node.setAttribute("href", address);
  } else if (PROPERTIES.has(name)) node[name] = value;
  else if (name.startsWith("on") || name === "style" || name === "srcdoc" || name === "src") {
    throw new TypeError(`h() does not set ${name}`);
  } else if (value === true) node.setAttribute(name, "");
  else if (value !== false) node.setAttribute(name, String(value));
}

function build(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) set(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An HTML element. Props: `class`, `on` (listeners), `data`, `vars` (CSS custom properties), any attribute. */
export const h = (tag, props, ...children) => build(document.createElement(tag), props, children);

/** The same for SVG. */
export const s = (tag, props, ...children) => build(document.createElementNS(SVG, tag), props, children);

export const fill = (node, ...children) => {
  node.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
};

const ICONS = {
  search: "M10.5 17a6.5 6.5 0 1 1 0-13 6.5 6.5 0 0 1 0 13Zm4.7-1.8L20 20",
  close: "M6 6l12 12M18 6 6 18",
  check: "m5 12.5 4.5 4.5L19 7.5",
  copy: "M9 9h10v11H9zM5 15V4h10",
  download: "M12 4v11m0 0-4.5-4.5M12 15l4.5-4.5M5 20h14",
  upload: "M12 16V5m0 0L7.5 9.5M12 5l4.5 4.5M5 20h14",
  edit: "M4 20h4L19 9l-4-4L4 16v4Zm9-13 4 4",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm0-13v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
  out: "M10 4H5v16h5M15 8l4 4-4 4m4-4H9",
  warn: "M12 4 2.8 20h18.4L12 4Zm0 6v4.5m0 2.6v.1",
  spark: "M12 3l1.9 5.6L19.5 10.500l-5.6 1.900L12 18l-1.9-5.600L4.5 10.500l5.6-1.900L12 3Zm7 12 .8 2.200L22 18l-2.2.8L19 21l-.8-2.200L16 18l2.2-.8L19 15Z",
  text: "M5 6h14M5 11h14M5 16h9",
  ask: "M9.2 9a2.9 2.9 0 1 1 4.3 2.600c-1 .6-1.5 1.2-1.5 2.400m0 3v.1M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18Z",
  retry: "M19 12a7 7 0 1 1-2.1-5M19 4v4h-4",
  stop: "M7 7h10v10H7z",
  right: "m9 5 7 7-7 7",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.700L12 7m2 3a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.700L12 17",
  shuffle: "M4 7h3.500c4.5 0 5 10 9.5 10H20m0 0-2.5-2.500M20 17l-2.5 2.500M4 17h3.500c1.7 0 2.8-1.4 3.7-3m1.9-4.200C14 8.3 15.2 7 17 7h3m0 0-2.5-2.500M20 7l-2.5 2.5",
};

/** A decorative line icon. */
export const icon = (name) =>
  s("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, s("path", { d: ICONS[name] }));

/** A button; `label` is its text, or its accessible name where only the icon shows. */
export function button(label, { icon: name, kind = "", bare = false, ...props } = {}) {
  return h(
    "button",
    { type: "button", class: ["button", kind], title: bare ? label : undefined, "aria-label": bare ? label : undefined, ...props },
    name ? icon(name) : null,
    bare ? null : h("span", {}, label),
  );
}

let counter = 0;
/** A labelled form control. */
export function field(label, control, hint) {
  counter += 1;
  control.id ||= `field-${counter}`;
  const note = hint ? h("small", { id: `${control.id}-hint` }, hint) : null;
  if (note) control.setAttribute("aria-describedby", note.id);
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control, note);
}

/** A select from `[[value, text], …]`. */
export const select = (options, value, props = {}) =>
  h("select", props, options.map(([one, text]) => h("option", { value: one, selected: one === value }, text)));
