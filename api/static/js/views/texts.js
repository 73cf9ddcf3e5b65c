// All generated texts by kind and state; what went stale says why.

import { fill, h } from "../dom.js";
import { CHANNELS, KINDS, ago, words } from "../format.js";
import { badge, empty } from "../notices.js";
import { pagedList } from "../paging.js";
import { rename } from "../router.js";

/** One text in a list. */
export function textRow(text) {
  const channel = text.channel ?? text.request?.channel;
  const lead = text.parts.slice(0, text.kind === "ad_copy" ? 3 : 1).map((part) => part.text).join(" | ");
  return h("article", { class: "line" },
    h("div", { class: "body" },
      h("h3", { lang: text.language }, h("a", { href: `#/texts/${encodeURIComponent(text.text_id)}` }, lead || text.text_id)),
      h("p", { class: "meta" }, h("span", {}, KINDS[text.kind] ?? words(text.kind)), channel ? h("span", {}, CHANNELS[channel] ?? words(channel)) : null,
        h("a", { href: `#/product/${encodeURIComponent(text.product_id)}` }, text.product_id), h("span", { title: text.created_at }, ago(text.created_at))),
      text.stale_reason ? h("p", { class: "small bad" }, text.stale_reason) : null),
    badge(text.state));
}

/** Buttons of which one is chosen. */
export function choice(label, options, chosen, change) {
  const controls = options.map(([value, name]) =>
    h("button", { type: "button", "aria-pressed": String(value === chosen), on: {
      click(event) {
        for (const one of controls) one.setAttribute("aria-pressed", String(one === event.currentTarget));
        change(value);
      },
    } }, name));
  return h("div", { class: "choice", role: "group", "aria-label": label }, controls);
}

export async function textsView({ query, signal }) {
  const state = { kind: query.get("kind") ?? "", state: query.get("state") ?? "" };
  const list = h("div", {});
  let turn = new AbortController();
  function run() {
    turn.abort();
    turn = new AbortController();
    rename(`/texts?${new URLSearchParams(Object.entries(state).filter(([, value]) => value))}`);
    fill(list, pagedList({
      path: "/v1/texts", query: state, signal: AbortSignal.any([signal, turn.signal]), show: textRow,
      none: empty("No texts here", "Choose a product and have an ad written.", h("a", { class: "button primary", href: "#/write" }, "Write an ad")),
    }));
  }
  run();
  return {
    title: "Texts",
    node: h("div", { class: "narrow" },
      h("div", { class: "row results-head" }, h("h1", {}, "Texts")),
      h("div", { class: "row" },
        choice("Kind", [["", "All"], ["ad_copy", "Ads"], ["review_summary", "Summaries"], ["answer", "Answers"]], state.kind, (kind) => { state.kind = kind; run(); }),
        choice("State", [["", "Any state"], ["draft", "Draft"], ["approved", "Approved"], ["rejected", "Rejected"], ["stale", "Stale"]], state.state, (value) => { state.state = value; run(); })),
      list),
  };
}
