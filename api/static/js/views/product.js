// One product: raw text with its evidence, facts, neighbourhood, related products, reviews, questions, texts.

import * as api from "../api.js";
import { button, fill, h, icon, safeAddress } from "../dom.js";
import { factsTable } from "../facts.js";
import { ago, plural } from "../format.js";
import { evidenceIn, linkFacts, marked } from "../highlights.js";
import { runJob } from "../job_progress.js";
import { neighbourhood } from "../neighbourhood.js";
import { empty, loading } from "../notices.js";
import { pagedList } from "../paging.js";
import { rawText } from "../raw_text.js";
import { relatedPanel } from "../related.js";
import { availability, priceTag, rating, tile } from "../result_card.js";
import { rename } from "../router.js";
import { citedView, reviewCard } from "../summary_view.js";
import { tabs } from "../tabs.js";
import { textRow } from "./texts.js";

/** The reviews of a product by id, for what cites them. */
export async function reviewMap(productId, signal) {
  const all = await api.collect(`/v1/products/${encodeURIComponent(productId)}/reviews`, {}, { signal }).catch((error) => {
    if (error.name === "AbortError") throw error;
    return [];
  });
  return new Map(all.map((review) => [review.review_id, review]));
}

function head(product) {
  const id = encodeURIComponent(product.product_id);
  const shop = safeAddress(product.url ?? "");
  return h("header", { class: "product-head" },
    tile(product),
    h("div", { class: "body" },
      h("h1", { lang: product.language }, product.title),
      h("p", { class: "meta" }, [product.brand ? h("span", { class: "brand" }, product.brand) : null, (product.product_type ?? []).join(" › ") || null, rating(product), availability(product.availability), h("code", {}, product.product_id), shop ? h("a", { href: shop, target: "_blank", rel: "noopener noreferrer nofollow" }, "in the shop") : null].filter(Boolean)),
      h("p", { class: "meta small muted" }, [product.updated_at ? `changed ${ago(product.updated_at)}` : "", product.catalogue_version ? `catalogue version ${product.catalogue_version}` : "", product.language].filter(Boolean).join(" · "))),
    h("div", { class: "aside" }, priceTag(product), h("a", { class: "button primary", href: `#/write/${id}` }, icon("spark"), h("span", {}, "Write an ad"))));
}

function graphPanel(product, signal) {
  const node = h("div", {});
  loading(node, async () => {
    const graph = await api.get(`/v1/products/${encodeURIComponent(product.product_id)}/graph`, {}, signal);
    return graph.nodes.length > 1 ? neighbourhood(graph, product.product_id) : empty("Nothing to draw yet", "No fact of this product leads anywhere.");
  }, { lines: 10 });
  return node;
}

function reviewsPanel(product, signal) {
  return pagedList({
    path: `/v1/products/${encodeURIComponent(product.product_id)}/reviews`,
    signal,
    container: h("div", { class: "review-list" }),
    show: (review) => reviewCard(review, (name, text) => marked(text, evidenceIn(product.facts ?? [], name, review.review_id))),
    none: empty("No reviews", "Nobody has reviewed this product yet."),
  });
}

function jobPanel({ product, signal, path, request, control, note }) {
  const out = h("div", {});
  const run = async (body) => {
    control.disabled = true;
    try {
      const [texts, reviews] = await Promise.all([runJob(out, path, body, signal), reviewMap(product.product_id, signal)]);
      if (texts?.length) fill(out, texts.map((text) => citedView({ text, product, reviews, signal })));
      else if (texts) fill(out, empty("Nothing came of it", "The job ended without a text."));
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
    control.disabled = false;
  };
  return h("div", { class: "job-panel" }, note, request(run), out);
}

function summaryPanel(product, signal) {
  const control = button("Summarise the reviews", { icon: "text", kind: "primary" });
  return jobPanel({
    product, signal, control, path: "/v1/review-summaries",
    note: h("p", { class: "muted" }, `A verdict, what people like and dislike and what a minority says, each sentence with the reviews it rests on${product.review_count ? ` (${plural(product.review_count, "review")})` : ""}.`),
    request(run) {
      control.addEventListener("click", () => run({ product_id: product.product_id }));
      return control;
    },
  });
}

function askPanel(product, signal) {
  const control = h("button", { class: "button primary" }, "Ask");
  const input = h("input", { id: "question", placeholder: "Does it come with a charger?", "aria-label": "Question", maxlength: 500, required: true });
  return jobPanel({
    product, signal, control, path: "/v1/answers",
    note: h("p", { class: "muted" }, "A customer's question, answered from facts and reviews with citations, or not at all."),
    request: (run) => h("form", { class: "ask", on: {
      submit(event) {
        event.preventDefault();
        if (input.value.trim()) run({ product_id: product.product_id, question: input.value.trim() });
      },
    } }, input, control),
  });
}

function textsPanel(product, signal) {
  return pagedList({
    path: "/v1/texts", query: { product_id: product.product_id }, signal, show: textRow,
    none: empty("No texts yet", "", h("a", { class: "button", href: `#/write/${encodeURIComponent(product.product_id)}` }, "Write an ad")),
  });
}

export async function productView({ params, query, signal }) {
  const product = await api.get(`/v1/products/${encodeURIComponent(params.id)}`, {}, signal);
  const items = [
    { id: "graph", name: "Neighbourhood", open: () => graphPanel(product, signal) },
    { id: "related", name: "Related", open: () => relatedPanel(product.product_id, signal) },
    { id: "reviews", name: "Reviews", number: product.review_count, open: () => reviewsPanel(product, signal) },
    { id: "summary", name: "Review summary", open: () => summaryPanel(product, signal) },
    { id: "ask", name: "Ask", open: () => askPanel(product, signal) },
    { id: "texts", name: "Texts", open: () => textsPanel(product, signal) },
  ];
  const below = tabs(items, query.get("tab") ?? "graph", (tab) => rename(`/product/${encodeURIComponent(product.product_id)}?tab=${tab}`));
  const node = h("div", { class: "product-view" }, head(product), h("div", { class: "split" }, rawText(product), factsTable(product.facts ?? [])), below.node);
  const links = linkFacts(node);
  const wanted = query.get("fact");
  if (wanted) setTimeout(() => !signal.aborted && links.pin([wanted]), 60);
  return { title: product.title, node };
}
