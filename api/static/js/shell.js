// The frame around every view: where you are, the search box, the look, signing out.

import { button, fill, h, s } from "./dom.js";
import { go } from "./router.js";
import * as session from "./session.js";

const PLACES = [["/search", "Products"], ["/write", "Write"], ["/texts", "Texts"], ["/imports", "Imports"], ["/jobs", "Jobs"]];
const BELONGS = { "/product": "/search", "/": "/search" };

export const logo = () =>
  s("svg", { viewBox: "0 0 32 32", class: "logo", "aria-hidden": "true" },
    s("rect", { width: 32, height: 32, rx: 8, class: "ground" }),
    s("path", { d: "M7 22.5h18M10.5 18.5 16 10.5l5.5 8", class: "lines" }),
    s("circle", { cx: 16, cy: 9.5, r: 2.8 }), s("circle", { cx: 10, cy: 18.5, r: 2.4 }), s("circle", { cx: 22, cy: 18.5, r: 2.4, class: "last" }));

export function themeButton() {
  const control = button("Switch between light and dark", { icon: session.isDark() ? "sun" : "moon", kind: "quiet", bare: true });
  control.addEventListener("click", () => {
    session.setTheme(session.isDark() ? "light" : "dark");
    control.replaceWith(themeButton());
  });
  return control;
}

/** The frame; `show(node, title)` puts a view into it, `at(path, query)` marks where we are. */
export function shell({ signedOut }) {
  const box = h("input", { type: "search", placeholder: "Search products", "aria-label": "Search products", autocomplete: "off", enterkeyhint: "search" });
  const form = h("form", { class: "top-search", role: "search", on: {
    submit(event) {
      event.preventDefault();
      go(`/search?q=${encodeURIComponent(box.value.trim())}`);
    },
  } }, box, h("kbd", { "aria-hidden": "true" }, "/"));
  const links = PLACES.map(([path, name]) => h("a", { href: `#${path}` }, name));
  const main = h("main", { id: "main", tabindex: -1 });
  const node = h(
    "div",
    { class: "shell" },
    h("a", { class: "skip", href: "#main", on: { click(event) { event.preventDefault(); main.focus(); } } }, "Skip to content"),
    h("header", { class: "top" },
      h("a", { class: "home", href: "#/search", "aria-label": "Shelfgraph, to the search" }, logo(), h("span", {}, "Shelfgraph")),
      h("nav", { "aria-label": "Main" }, links),
      form,
      h("div", { class: "account" }, themeButton(), button("Sign out", { icon: "out", kind: "quiet", bare: true, on: { click: signedOut } }))),
    main,
  );
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]") || !node.isConnected) return;
    event.preventDefault();
    box.select();
    box.focus();
  });
  let shown = null;
  return {
    node,
    show(view, title) {
      fill(main, view);
      if (title && shown !== location.hash.split("?")[0]) {
        scrollTo(0, 0);
        if (shown !== null) main.focus({ preventScroll: true });
        shown = location.hash.split("?")[0];
      }
    },
    at(path, query) {
      const root = `/${path.split("/")[1] ?? ""}`;
      const here = BELONGS[root] ?? root;
      for (const [position, [place]] of PLACES.entries()) {
        if (place === here) links[position].setAttribute("aria-current", "page");
        else links[position].removeAttribute("aria-current");
      }
      if (here === "/search" && root !== "/product" && document.activeElement !== box) box.value = query.get("q") ?? "";
    },
  };
}
