// Related products by kind, each with the path that explains it.

import * as api from "./api.js";
import { h } from "./dom.js";
import { words } from "./format.js";
import { empty, loading } from "./notices.js";
import { priceTag, tile } from "./result_card.js";

const KINDS = [
  ["variant", "Variants", "The same product in another colour or size"],
  ["accessory", "Accessories", "Made for it, or it is made for them"],
  ["complement", "Goes with it", "Used together"],
  ["substitute", "Instead of it", "The same need, another product"],
  ["similar", "Similar", "Shares facts with it"],
];

/** A path in words (its relations as people say them), and the quote it rests on where the words do not hold it. */
function reason(path) {
  const text = (path.text || (path.nodes ?? []).map((node) => node.name ?? node.id).join(" → ")).replace(/^(both: )([A-Z_]+)/, (_, both, relation) => both + words(relation));
  const quote = path.evidence?.text;
  return h("li", {}, text, quote && !text.includes(quote) ? h("q", { class: "quote", title: path.evidence.field }, quote) : null);
}

/** The answer has ids; the title stands in the paths. */
const titleOf = (one) =>
  one.title ?? (one.reasons ?? []).flatMap((path) => path.nodes ?? []).find((node) => node.id === `Product:${one.product_id}`)?.name ?? one.product_id;

function card(one) {
  const title = titleOf(one);
  const address = `#/product/${encodeURIComponent(one.product_id)}`;
  return h("article", { class: "related" },
    tile({ ...one, title }),
    h("div", {},
      h("h4", {}, h("a", { href: address }, title)),
      h("p", { class: "meta" }, priceTag(one), h("code", {}, one.product_id), h("span", {}, `score ${Number(one.score ?? 0).toFixed(2)}`)),
      h("ul", { class: "reasons" }, (one.reasons ?? []).slice(0, 4).map(reason))));
}

export function relatedPanel(productId, signal) {
  const node = h("div", {});
  loading(node, async () => {
    const { results } = await api.get(`/v1/products/${encodeURIComponent(productId)}/related`, { limit: 40 }, signal);
    if (!results.length) return empty("No related products", "Nothing in the catalogue shares enough with it.");
    const others = [...new Set(results.map((one) => one.kind))].filter((kind) => !KINDS.some(([known]) => known === kind)).map((kind) => [kind, words(kind), ""]);
    return [...KINDS, ...others].map(([kind, name, note]) => {
      const group = results.filter((one) => one.kind === kind);
      return group.length ? h("section", { class: "related-group" }, h("h3", {}, name, " ", h("small", { class: "muted" }, note)), h("div", { class: "grid" }, group.slice(0, 8).map(card))) : null;
    });
  });
  return node;
}
