// How an ad will look on its platform, its claims underlined.

import { button, fill, h } from "./dom.js";
import { claimed } from "./claims.js";

const of = (text, kind) => text.parts.filter((part) => part.kind === kind);
const host = (product) => {
  try {
    return new URL(product.url).host.replace(/^www\./, "");
  } catch {
    return `${(product.brand ?? "your-shop").toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.example`;
  }
};
const span = (part) => h("span", { lang: part.lang }, claimed(part.text, part.claims));
const joined = (parts, between) => parts.map((part, position) => [position ? between : "", span(part)]);

/** Any three headlines and two descriptions may be shown together; each turn shows other ones. */
function pick(list, most, turn) {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, position) => list[(turn * most + position + Math.floor((turn * most) / list.length)) % list.length]).filter(
    (one, position, all) => all.indexOf(one) === position,
  );
}

function searchAd(text, product) {
  let turn = 0;
  const ad = h("div", { class: "preview search-ad" });
  const [headlines, descriptions, paths] = [of(text, "headline"), of(text, "description"), of(text, "path")];
  function draw() {
    fill(
      ad,
      h("div", { class: "sponsored" }, "Sponsored"),
      h(
        "div",
        { class: "site" },
        h("span", { class: "dot", "aria-hidden": "true" }, (product.brand ?? "S").charAt(0)),
        h("div", {}, h("div", {}, product.brand ?? "Your shop"), h("div", { class: "path" }, host(product), paths.map((part) => [" › ", part.text]))),
      ),
      h("div", { class: "headline" }, joined(pick(headlines, 3, turn), " | ")),
      h("p", {}, joined(pick(descriptions, 2, turn), " ")),
    );
  }
  draw();
  const more = headlines.length > 3 || descriptions.length > 2;
  return h(
    "div",
    {},
    ad,
    more
      ? button("Another combination", { icon: "shuffle", kind: "quiet", on: { click: () => { turn += 1; draw(); } } })
      : null,
  );
}

function socialAd(text, product) {
  const [headline] = of(text, "headline");
  const [description] = of(text, "description");
  return h(
    "div",
    { class: "preview social-ad" },
    h(
      "div",
      { class: "site" },
      h("span", { class: "dot", "aria-hidden": "true" }, (product.brand ?? "S").charAt(0)),
      h("div", {}, h("div", { class: "page" }, product.brand ?? "Your shop"), h("div", { class: "path" }, "Sponsored")),
    ),
    of(text, "primary_text").map((part) => h("p", {}, span(part))),
    h("div", { class: "picture", "aria-hidden": "true" }, h("span", {}, product.title)),
    h(
      "div",
      { class: "bar" },
      h("div", {}, h("div", { class: "path" }, host(product)), headline ? h("div", { class: "headline" }, span(headline)) : null, description ? h("div", { class: "path" }, span(description)) : null),
      h("span", { class: "cta", "aria-hidden": "true" }, "Shop now"),
    ),
  );
}

const plainAd = (text) =>
  h("div", { class: "preview plain-ad" }, text.parts.map((part, position) => h(part.kind === "headline" && position === 0 ? "h4" : "p", {}, span(part))));

/** The preview for a text's channel. */
export function adPreview(text, product) {
  const channel = text.channel ?? text.request?.channel;
  if (channel === "google_search") return searchAd(text, product);
  if (channel === "meta") return socialAd(text, product);
  return plainAd(text);
}
