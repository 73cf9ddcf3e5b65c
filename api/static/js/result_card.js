// A product in a list.

import { h } from "./dom.js";
import { hueOf, money, plural, words } from "./format.js";

/** A tile in place of a picture: pictures lie on other servers, and nothing is loaded from elsewhere. */
export const tile = (product) =>
  h("span", { class: "tile", "aria-hidden": "true", vars: { hue: hueOf((product.product_type ?? []).slice(0, 2).join("/") || product.brand || product.title) } },
    [...(product.brand || product.title || "?")].slice(0, 1).join("").toUpperCase());

export function priceTag(product) {
  const now = product.sale_price ?? product.price;
  if (!money(now)) return null;
  return h("span", { class: "price" }, product.sale_price ? h("s", {}, money(product.price)) : null, money(now));
}

export const availability = (value) => (value ? h("span", { class: ["stock", `is-${value}`] }, words(value)) : null);

export const rating = (product) =>
  product.review_count
    ? h("span", { class: "rating", title: plural(product.review_count, "review") }, "★ ", Number(product.rating_average ?? 0).toFixed(1), h("span", { class: "muted" }, ` (${product.review_count})`))
    : null;

const variantId = (variant) => (typeof variant === "string" ? variant : variant.product_id);
const variantName = (variant) => (typeof variant === "string" ? variant : [variant.color, variant.size].filter(Boolean).join(", ") || variant.title || variant.product_id);

function variantList(hit) {
  const others = (hit.variants ?? []).filter((variant) => variantId(variant) !== hit.product_id);
  if (!others.length) return null;
  return h("p", { class: "variants" }, h("span", { class: "muted" }, "also: "), others.slice(0, 6).map((variant, position) => [
    position ? " · " : "",
    h("a", { href: `#/product/${encodeURIComponent(variantId(variant))}` }, variantName(variant)),
  ]), others.length > 6 ? h("span", { class: "muted" }, ` and ${others.length - 6} more`) : null);
}

/** One hit of a search, or any product with a title and an id. */
export function resultCard(hit, { explained, note } = {}) {
  const address = `#/product/${encodeURIComponent(hit.product_id)}`;
  return h(
    "article",
    { class: "result", lang: hit.language },
    tile(hit),
    h(
      "div",
      { class: "body" },
      h("h2", {}, h("a", { href: address }, hit.title)),
      h("p", { class: "meta" }, [hit.brand ? h("span", { class: "brand" }, hit.brand) : null, (hit.product_type ?? []).length ? h("span", {}, hit.product_type.at(-1)) : null, rating(hit), availability(hit.availability), h("code", {}, hit.product_id)].filter(Boolean)),
      variantList(hit),
      note,
      explained,
    ),
    h("div", { class: "aside" }, priceTag(hit), h("a", { class: "button small", href: `#/write/${encodeURIComponent(hit.product_id)}` }, "Write an ad")),
  );
}
