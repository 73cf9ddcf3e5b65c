// Generated text with its claims underlined, and the panel that says what a claim rests on.

import { h, fill, icon } from "./dom.js";
import { factLine, fieldName } from "./facts.js";
import { VERDICTS, percent } from "./format.js";
import { codePointLength, segments, slice } from "./offsets.js";
import { badge } from "./notices.js";

const WORST = ["contradicted", "unsupported", "implied", "supported"];

/** Nodes of a text in which each claim can be pointed at, focused and chosen. */
export function claimed(text, claims = []) {
  return segments(text, claims).map((segment) => {
    if (!segment.spans.length) return segment.text;
    const verdict = WORST.find((one) => segment.spans.some((claim) => claim.verdict === one));
    const facts = [...new Set(segment.spans.flatMap((claim) => claim.fact_ids ?? []))];
    const reasons = [...new Set(segment.spans.map((claim) => claim.reason).filter(Boolean))];
    return h(
      "mark",
      {
        class: ["claim", `is-${verdict}`],
        tabindex: 0,
        data: { facts: facts.join(" "), verdict, claim: segment.text, reason: reasons.join(" ") },
        "aria-label": `${segment.text}: ${verdict}`,
      },
      segment.text,
    );
  });
}

const AROUND = 56;

/** The characters a piece of evidence was read from, with some of what stands around them. */
export function sourceSnippet(raw, one) {
  if (typeof raw !== "string" || slice(raw, one.start, one.end) !== one.text) return h("blockquote", {}, h("mark", { class: "evidence" }, one.text));
  const length = codePointLength(raw);
  const [from, to] = [Math.max(0, one.start - AROUND), Math.min(length, one.end + AROUND)];
  return h(
    "blockquote",
    {},
    from > 0 ? "…" : "",
    slice(raw, from, one.start),
    h("mark", { class: "evidence" }, one.text),
    slice(raw, one.end, to),
    to < length ? "…" : "",
  );
}

/** The raw text that evidence points into. */
export function rawField(product, reviews, one) {
  if (one.review_id) return reviews?.get(one.review_id)?.[one.field];
  const list = /^(bullets|product_type)\[(\d+)\]$/.exec(one.field);
  return list ? product?.[list[1]]?.[Number(list[2])] : product?.[one.field];
}

function factCard(fact, product, reviews) {
  return h(
    "li",
    { class: "fact-card" },
    h("div", { class: "row" }, factLine(fact), badge(fact.state)),
    (fact.evidence ?? []).slice(0, 4).map((one) =>
      h(
        "figure",
        {},
        h("figcaption", {}, `${one.source === "review" ? `review ${one.review_id}, ` : ""}${fieldName(one.field)}, characters ${one.start}–${one.end} · ${one.extractor} · ${percent(one.confidence)}`),
        sourceSnippet(rawField(product, reviews, one), one),
      ),
    ),
    h("a", { class: "more", href: `#/product/${encodeURIComponent(fact.product_id ?? product.product_id)}?fact=${fact.fact_id}` }, "Show on the product page"),
  );
}

/** The panel beside a text: what the claim under the pointer or the focus rests on. */
export function claimPanel(product, reviews) {
  const facts = new Map((product?.facts ?? []).map((fact) => [fact.fact_id, fact]));
  const panel = h("aside", { class: "panel claim-panel", "aria-live": "polite", "aria-label": "What the claim rests on" });

  function idle(claims = []) {
    const counts = WORST.toReversed().map((verdict) => [verdict, claims.filter((claim) => claim.verdict === verdict).length]);
    fill(
      panel,
      h("h3", {}, "What each word rests on"),
      h("p", { class: "muted" }, "Point at an underlined claim, or move to it with Tab, to see its facts and the characters they were read from."),
      claims.length
        ? h("ul", { class: "verdicts" }, counts.filter(([, number]) => number).map(([verdict, number]) =>
            h("li", {}, h("span", { class: ["claim", `is-${verdict}`] }, `${number} ${verdict}`), h("small", {}, VERDICTS[verdict].split(": ")[1]))))
        : null,
    );
  }
  function show(mark) {
    const ids = mark.dataset.facts.split(" ").filter(Boolean);
    const { verdict } = mark.dataset;
    fill(
      panel,
      h("h3", {}, "“", mark.dataset.claim, "”"),
      h("p", { class: ["verdict", `is-${verdict}`] }, icon(verdict === "supported" || verdict === "implied" ? "check" : "warn"), VERDICTS[verdict]),
      mark.dataset.reason ? h("p", { class: "muted" }, mark.dataset.reason) : null,
      ids.length
        ? h("ul", { class: "fact-cards" }, ids.map((id) => (facts.has(id) ? factCard(facts.get(id), product, reviews) : h("li", { class: "fact-card muted" }, "A fact that no longer holds: ", h("code", {}, id)))))
        : h("p", { class: "muted" }, verdict === "supported" || verdict === "implied" ? "It rests on the reviews named beside it." : "No fact of the catalogue states this."),
    );
  }
  return {
    panel,
    idle,
    /** Shows the claims under `root` as they are pointed at or focused; the last one stays. */
    watch(root) {
      const on = (event) => {
        const mark = event.target.closest?.("mark.claim");
        if (!mark) return;
        for (const other of root.querySelectorAll("mark.claim.lit")) other.classList.remove("lit");
        mark.classList.add("lit");
        show(mark);
      };
      root.addEventListener("pointerover", on);
      root.addEventListener("focusin", on);
    },
  };
}
