// One text on a page of its own.

import * as api from "../api.js";
import { h } from "../dom.js";
import { KINDS, words } from "../format.js";
import { citedView } from "../summary_view.js";
import { textView } from "../text_view.js";
import { reviewMap } from "./product.js";

/** The product of a text, or a stand-in where it has been removed since. */
export async function productOf(text, signal) {
  try {
    return await api.get(`/v1/products/${encodeURIComponent(text.product_id)}`, {}, signal);
  } catch (error) {
    if (error.status !== 404) throw error;
    return { product_id: text.product_id, title: `${text.product_id} (removed from the catalogue)`, facts: [] };
  }
}

export async function textPage({ params, signal }) {
  const text = await api.get(`/v1/texts/${encodeURIComponent(params.id)}`, {}, signal);
  const isAd = text.kind === "ad_copy" || text.kind === "blurb";
  const product = await productOf(text, signal);
  const needsReviews = !isAd || product.facts.some((fact) => fact.evidence.some((one) => one.source === "review"));
  const reviews = needsReviews ? await reviewMap(text.product_id, signal) : new Map();
  const kind = KINDS[text.kind] ?? words(text.kind);
  return {
    title: `${kind}: ${product.title}`,
    node: h("div", {},
      h("header", { class: "page-head" },
        h("p", { class: "muted" }, h("a", { href: "#/texts" }, "Texts"), " › ", kind),
        h("h1", { lang: product.language }, h("a", { href: `#/product/${encodeURIComponent(text.product_id)}` }, product.title)),
        text.request?.question ? h("p", { class: "question" }, "“", text.request.question, "”") : null),
      isAd ? textView({ text, product, reviews, signal }) : citedView({ text, product, reviews, signal })),
  };
}
