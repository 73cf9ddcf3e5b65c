// The table of a product's facts, and how one fact reads elsewhere.

import { h, icon } from "./dom.js";
import { capital, groupOf, percent, relationOrder, words } from "./format.js";
import { badge } from "./notices.js";

export const inOrder = (facts) =>
  [...facts].sort(
    (a, b) => relationOrder(a.relation) - relationOrder(b.relation) || b.confidence - a.confidence || (a.value < b.value ? -1 : 1),
  );

/** A fact in a line: relation, value, and "not" where the text denies it. */
export const factLine = (fact) =>
  h(
    "span",
    { class: ["fact-line", `group-${groupOf(fact.relation)}`] },
    h("span", { class: "relation" }, words(fact.relation)),
    fact.polarity === "negated" ? h("span", { class: "not" }, "not") : null,
    h("span", { class: "value" }, fact.value),
  );

const FIELD_NAMES = { product_type: "product type", item_group_id: "group", gtin: "GTIN" };
/** `bullets[2]` → `bullet 3`. */
export const fieldName = (name) =>
  name.startsWith("bullets[") ? `bullet ${Number(name.slice(8, -1)) + 1}` : (FIELD_NAMES[name.split("[")[0]] ?? words(name));

const place = (one) => (one.source === "review" ? `review ${one.review_id}` : `${one.source === "feed" ? "feed · " : ""}${fieldName(one.field)}`);

function evidenceList(fact) {
  const shown = (fact.evidence ?? []).slice(0, 3);
  const more = (fact.evidence?.length ?? 0) - shown.length;
  return h(
    "ul",
    { class: "evidence-list" },
    shown.map((one) =>
      h(
        "li",
        { title: `${one.field} ${one.start}–${one.end}, ${one.extractor}, ${percent(one.confidence)}` },
        h("q", {}, one.text),
        h("span", { class: "where" }, place(one)),
      ),
    ),
    more > 0 ? h("li", { class: "where" }, `and ${more} more`) : null,
  );
}

function conflictNote(fact, byId) {
  const others = (fact.contested_with ?? []).map((id) => byId.get(id)).filter(Boolean);
  return h(
    "div",
    { class: "conflict" },
    icon("warn"),
    h(
      "span",
      {},
      others.length ? "Conflicts with " : "In conflict; not advertised until resolved. ",
      others.map((other, position) => [
        position ? ", " : "",
        h("button", { type: "button", class: "linklike", data: { facts: other.fact_id } }, `${other.polarity === "negated" ? "not " : ""}${other.value}`),
      ]),
      others.length ? ". Neither is advertised." : "",
    ),
  );
}

function row(fact, byId) {
  const isContested = fact.state === "contested";
  return h(
    "tr",
    { class: [`group-${groupOf(fact.relation)}`, isContested && "contested"], tabindex: 0, data: { facts: fact.fact_id } },
    h("td", { class: "relation" }, capital(words(fact.relation))),
    h(
      "td",
      { class: "value" },
      fact.polarity === "negated" ? h("span", { class: "not" }, "not") : null,
      h("span", {}, fact.value),
      isContested ? conflictNote(fact, byId) : null,
    ),
    h(
      "td",
      { class: "confidence" },
      h("span", { class: "meter", vars: { share: fact.confidence }, "aria-hidden": "true" }),
      percent(fact.confidence),
    ),
    h("td", {}, badge(fact.state)),
    h("td", {}, evidenceList(fact)),
  );
}

/** The facts table with its filter. */
export function factsTable(facts) {
  const byId = new Map(facts.map((fact) => [fact.fact_id, fact]));
  const body = h("tbody", {});
  const note = h("span", { class: "muted", role: "status" });
  const search = h("input", { type: "search", placeholder: "Filter facts", "aria-label": "Filter facts" });
  const contested = facts.filter((fact) => fact.state === "contested").length;
  const only = h("input", { type: "checkbox", id: "only-contested" });
  function show() {
    const wanted = search.value.trim().toLowerCase();
    const chosen = inOrder(facts).filter(
      (fact) =>
        (!only.checked || fact.state === "contested") &&
        (!wanted || `${words(fact.relation)} ${fact.polarity === "negated" ? "not " : ""}${fact.value}`.toLowerCase().includes(wanted)),
    );
    body.replaceChildren(...chosen.map((fact) => row(fact, byId)));
    note.textContent = chosen.length === facts.length ? `${facts.length} facts` : `${chosen.length} of ${facts.length} facts`;
  }
  search.addEventListener("input", show);
  only.addEventListener("change", show);
  show();
  return h(
    "section",
    { class: "panel facts", "aria-label": "Facts" },
    h(
      "header",
      {},
      h("h2", {}, "Facts"),
      note,
      contested ? h("label", { class: "check", for: "only-contested" }, only, `${contested} contested`) : null,
      search,
    ),
    h(
      "div",
      { class: "scroll", tabindex: -1 },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ["Relation", "Value", "Confidence", "State", "Evidence"].map((name) => h("th", { scope: "col" }, name)))),
        body,
      ),
    ),
  );
}
