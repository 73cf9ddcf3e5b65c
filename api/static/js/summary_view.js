// A review summary or an answer: each sentence beside the reviews and facts it rests on.

import { button, fill, h, icon } from "./dom.js";
import { claimed, claimPanel, rawField, sourceSnippet } from "./claims.js";
import * as csv from "./csv.js";
import { decisionButtons } from "./decisions.js";
import { fieldName } from "./facts.js";
import { capital, plural, words } from "./format.js";
import { badge, toast } from "./notices.js";
import { segments } from "./offsets.js";

const TITLES = { verdict: "Verdict", pro: "What people like", con: "What people dislike", aspect: "Aspects", minority: "Minority view", answer: "Answer", paragraph: "Summary" };
const STATUS = {
  answered: "Answered from the catalogue and the reviews.",
  not_stated: "The catalogue does not say.",
  handover: "Better answered by a person.",
};

export const stars = (rating) =>
  rating === null || rating === undefined
    ? null
    : h("span", { class: "stars", role: "img", "aria-label": `${rating} of 5`, vars: { rating } }, "★★★★★");

/** One review as the customer wrote it; `mark` may turn its texts into marked nodes. */
export const reviewCard = (review, mark = (_field, text) => text) =>
  h(
    "article",
    { class: "review", id: `review-${review.review_id}`, data: { review: review.review_id } },
    h("header", {}, stars(review.rating), h("strong", {}, mark("title", review.title ?? "")), review.verified ? h("span", { class: "tag" }, "verified") : null),
    h("p", {}, mark("body", review.body ?? "")),
    h("footer", { class: "muted" }, [review.review_id, review.created_at].filter(Boolean).join(" · ")),
  );

/** A review's text with the quotes that were taken from it marked. */
const quoted = (quotes, review) => (name, raw) =>
  segments(raw, quotes.filter((one) => one.review_id === review.review_id && one.field === name)).map((segment) =>
    (segment.spans.length ? h("mark", { class: "evidence" }, segment.text) : segment.text));

/** What was quoted from the catalogue itself. */
const sources = (citations, product) =>
  citations.length
    ? h("aside", { class: "panel sources" }, h("header", {}, h("h3", {}, "Read from the catalogue")),
        h("ul", { class: "fact-cards" }, citations.map((one) =>
          h("li", { class: "fact-card" }, h("figure", {}, h("figcaption", {}, `${fieldName(one.field)}, characters ${one.start}–${one.end}`), sourceSnippet(rawField(product, null, one), one))))))
    : null;

/** Sentences grouped by kind on the left, the reviews they cite on the right; each lights the other. */
export function citedView({ text, product, reviews, signal }) {
  const cited = [...new Set(text.parts.flatMap((part) => part.review_ids ?? []))];
  const numbers = new Map(cited.map((id, position) => [id, position + 1]));
  const { panel, idle, watch } = claimPanel(product, reviews);
  const citations = text.citations ?? [];
  const quotes = [...citations, ...text.parts.flatMap((part) => part.data?.quotes ?? [])].filter((one) => one.review_id);
  const kinds = [...new Set(text.parts.map((part) => part.kind))];
  const sentence = (part) =>
    h(
      "p",
      { class: "sentence", data: { reviews: (part.review_ids ?? []).join(" ") }, lang: text.language },
      claimed(part.text, part.claims),
      " ",
      (part.review_ids ?? []).slice(0, 8).map((id) =>
        h("button", { type: "button", class: "cite", "aria-label": `Show review ${id}`, data: { reviews: id } }, String(numbers.get(id)))),
      (part.review_ids?.length ?? 0) > 8 ? h("small", { class: "muted" }, ` +${part.review_ids.length - 8}`) : null,
    );
  const state = h("span", {});
  const decision = h("span", { class: "row" });
  const decided = (now) => {
    fill(state, badge(now.state));
    fill(decision, decisionButtons({ text: now, signal, decided, kind: "small" }));
  };
  decided(text);
  const { status } = text;
  const said = h(
    "div",
    { class: "panel cited" },
    h("div", { class: "row" }, state, h("span", { class: "muted" }, status ? (STATUS[status] ?? words(status)) : `from ${plural(cited.length, "review")}`),
      h("span", { class: "spacer" }),
      button("Copy", { icon: "copy", kind: "small", on: { click: () => csv.copy(text.parts.map((part) => part.text).join("\n")).then(() => toast("Copied.")) } }),
      decision),
    text.state === "stale" ? h("div", { class: "notice warn" }, icon("warn"), h("p", {}, h("strong", {}, "Stale. "), text.stale_reason || "Something it rests on has changed.")) : null,
    kinds.map((kind) => h("section", { class: `kind-${kind}` }, h("h3", {}, TITLES[kind] ?? capital(words(kind))), text.parts.filter((part) => part.kind === kind).map(sentence))),
  );
  const list = h("div", { class: "cited-reviews" }, cited.map((id) => {
    const review = reviews?.get(id);
    const card = review ? reviewCard(review, quoted(quotes, review)) : h("article", { class: "review muted", data: { review: id } }, `Review ${id}`);
    card.prepend(h("span", { class: "number", "aria-hidden": "true" }, String(numbers.get(id))));
    return card;
  }));
  const root = h("div", { class: "text-view" }, said, h("div", { class: "beside" }, cited.length ? h("aside", { class: "panel" }, h("header", {}, h("h3", {}, "Reviews it rests on")), list) : null,
    sources(citations.filter((one) => !one.review_id), product),
    text.parts.some((part) => part.claims?.some((claim) => claim.fact_ids?.length)) ? panel : null));
  idle(text.parts.flatMap((part) => part.claims ?? []));
  watch(said);

  const light = (ids) => {
    for (const node of root.querySelectorAll("[data-review]")) node.classList.toggle("lit", ids.includes(node.dataset.review));
    for (const node of root.querySelectorAll(".sentence")) node.classList.toggle("lit", ids.length > 0 && node.dataset.reviews.split(" ").some((id) => ids.includes(id)));
  };
  const idsUnder = (event) => {
    const node = event.target.closest?.("[data-reviews], [data-review]");
    return node ? (node.dataset.reviews ?? node.dataset.review).split(" ").filter(Boolean) : [];
  };
  root.addEventListener("pointerover", (event) => light(idsUnder(event)));
  root.addEventListener("focusin", (event) => light(idsUnder(event)));
  root.addEventListener("pointerleave", () => light([]));
  root.addEventListener("click", (event) => {
    const cite = event.target.closest?.(".cite");
    if (cite) root.querySelector(`[data-review="${CSS.escape(cite.dataset.reviews)}"]`)?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  });
  return root;
}
