// Raw text with its evidence marked, and what links a mark to its fact wherever both are on the page.

import { h } from "./dom.js";
import { groupOf } from "./format.js";
import { segments } from "./offsets.js";

/**
 * Text in which each piece of evidence is a <mark data-facts="id id">. `evidence` is `[{start, end, fact}]`.
 * The text is shown as it was imported, tags and all.
 */
export function marked(text, evidence) {
  return segments(text, evidence).map((segment) => {
    if (!segment.spans.length) return segment.text;
    const facts = [...new Map(segment.spans.map((span) => [span.fact.fact_id, span.fact])).values()];
    const first = segment.spans.reduce((one, other) => (other.end - other.start < one.end - one.start ? other : one));
    return h(
      "mark",
      {
        class: [
          "evidence",
          `group-${groupOf(first.fact.relation)}`,
          facts.some((fact) => fact.state === "contested") && "contested",
          facts.some((fact) => fact.polarity === "negated") && "negated",
        ],
        data: { facts: facts.map((fact) => fact.fact_id).join(" ") },
      },
      segment.text,
    );
  });
}

/** All evidence of `facts` read in one field: of the product, or of a review where `reviewId` is given. */
export const evidenceIn = (facts, name, reviewId) =>
  facts.flatMap((fact) =>
    (fact.evidence ?? [])
      .filter((one) => one.field === name && (reviewId ? one.review_id === reviewId : one.source !== "review"))
      .map((one) => ({ start: one.start, end: one.end, fact })),
  );

/**
 * Links everything under `root` that carries `data-facts`: what is hovered or focused lights up wherever else it
 * shows; a click (or Enter) on one side brings the other into view.
 */
export function linkFacts(root) {
  const nodes = () => root.querySelectorAll("[data-facts]");
  const idsOf = (node) => (node?.dataset.facts ?? "").split(" ").filter(Boolean);
  let pinned = [];

  function light(ids) {
    const wanted = new Set(ids.length ? ids : pinned);
    root.classList.toggle("has-lit", wanted.size > 0);
    for (const node of nodes()) node.classList.toggle("lit", idsOf(node).some((id) => wanted.has(id)));
  }
  const under = (event) => event.target.closest?.("[data-facts]");
  root.addEventListener("pointerover", (event) => light(idsOf(under(event))));
  root.addEventListener("pointerleave", () => light([]));
  root.addEventListener("focusin", (event) => light(idsOf(under(event))));
  root.addEventListener("focusout", () => light([]));
  root.addEventListener("click", (event) => {
    const node = under(event);
    if (event.target.closest("a, button:not([data-facts])")) return;
    pinned = node && idsOf(node).join() !== pinned.join() ? idsOf(node) : [];
    light([]);
    if (node && pinned.length) reveal(pinned, node.matches("mark") ? ":not(mark)" : "mark");
  });
  function reveal(ids, kind) {
    const found = [...nodes()].find((node) => node.matches(kind) && idsOf(node).some((id) => ids.includes(id)));
    found?.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }
  return {
    /** Lights `ids` until something else is chosen and scrolls to where they were read. */
    pin(ids) {
      pinned = ids;
      light([]);
      reveal(ids, "mark");
    },
  };
}
