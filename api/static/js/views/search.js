// Finding products: box, facets, filters as chips, sort, explanation, more results.

import * as api from "../api.js";
import { button, fill, h, icon, select } from "../dom.js";
import { capital, count, plural, words } from "../format.js";
import { empty, errorBox, skeleton } from "../notices.js";
import { explanation, understoodAs } from "../explain.js";
import { resultCard } from "../result_card.js";

const FACETS = ["brand", "type", "color", "material", "feature", "used_for", "suitable_for", "availability"];
const SORTS = [["", "Best match"], ["price", "Price, low first"], ["-price", "Price, high first"], ["rating", "Best rated"], ["newest", "Newest"]];
const SHOWN = 7;

const read = (query) => ({ q: query.get("q") ?? "", filters: query.getAll("filter"), sort: query.get("sort") ?? "", explain: query.get("explain") === "true" });
const write = (state) =>
  api.address("/search", { q: state.q, filter: state.filters, sort: state.sort, explain: state.explain ? "true" : "" });

/** `-color:red` → {negated, name, value}. */
export function readFilter(filter) {
  const [, minus, name, value] = /^(-?)([^:]*):(.*)$/s.exec(filter) ?? ["", "", filter, ""];
  return { negated: minus === "-", name, value };
}

export async function searchView({ query, signal }) {
  const state = read(query);
  const side = h("div", { class: "facet-list" });
  // Folded away on small screens, always open (and without its summary) on wide ones.
  const filters = h("details", { class: "facets", open: matchMedia("(min-width: 821px)").matches }, h("summary", {}, "Filters"), side);
  const chips = h("div", { class: "chips" });
  const list = h("div", { class: "results" });
  const total = h("p", { class: "total", role: "status" });
  const understood = h("div", { class: "understood" });
  const explain = h("input", { type: "checkbox", id: "explain", checked: state.explain, on: { change: () => change({ explain: explain.checked }) } });
  const sort = select(SORTS, state.sort, { "aria-label": "Sort", on: { change: () => change({ sort: sort.value }) } });
  const open = new Set();

  function change(next) {
    Object.assign(state, next);
    history.pushState(null, "", `#${write(state)}`);
    run();
  }
  const toggle = (filter) =>
    change({ filters: state.filters.includes(filter) ? state.filters.filter((one) => one !== filter) : [...state.filters, filter] });

  function drawChips() {
    fill(chips, state.filters.map((filter) => {
      const { negated, name, value } = readFilter(filter);
      return h("button", { type: "button", class: ["chip", negated && "negated"], "aria-label": `Remove filter ${filter}`, on: { click: () => toggle(filter) } },
        h("span", { class: "name" }, words(name)), negated ? "not " : "", value, icon("close"));
    }), state.filters.length > 1 ? button("Clear all", { kind: "quiet small", on: { click: () => change({ filters: [] }) } }) : null);
  }

  function facet(name, values) {
    const chosen = values.filter(({ value }) => state.filters.includes(`${name}:${value}`));
    const rest = values.filter((one) => !chosen.includes(one));
    const shown = [...chosen, ...rest].slice(0, open.has(name) ? undefined : Math.max(SHOWN, chosen.length));
    return h("fieldset", { class: "facet" },
      h("legend", {}, capital(words(name))),
      shown.map(({ value, count: number, label }) => {
        const filter = `${name}:${value}`;
        const box = h("input", { type: "checkbox", checked: state.filters.includes(filter), data: { key: filter }, on: { change: () => toggle(filter) } });
        return h("label", {}, box, h("span", { class: "value" }, label ?? (name === "availability" ? words(value) : value)), h("span", { class: "count" }, count(number)));
      }),
      values.length > shown.length || open.has(name)
        ? h("button", { type: "button", class: "linklike", data: { key: `more-${name}` }, on: { click: () => { if (!open.delete(name)) open.add(name); drawFacets(last.facets); } } },
            open.has(name) ? "Fewer" : `${values.length - shown.length} more`)
        : null);
  }

  function priceFacet() {
    const present = state.filters.find((filter) => filter.startsWith("price:"));
    const [low = "", high = ""] = present ? readFilter(present).value.split("..") : [];
    const from = h("input", { inputmode: "decimal", placeholder: "from", "aria-label": "Price from", value: low, data: { key: "price-from" } });
    const to = h("input", { inputmode: "decimal", placeholder: "to", "aria-label": "Price to", value: high, data: { key: "price-to" } });
    return h("form", { class: "facet price", on: {
      submit(event) {
        event.preventDefault();
        const others = state.filters.filter((filter) => !filter.startsWith("price:"));
        const value = [from.value.trim(), to.value.trim()];
        change({ filters: value.some(Boolean) ? [...others, `price:${value.join("..")}`] : others });
      },
    } }, h("div", { class: "legend" }, "Price"), h("div", { class: "row" }, from, h("span", {}, "–"), to, h("button", { class: "button small", "aria-label": "Apply price" }, icon("right"))));
  }

  function drawFacets(facets) {
    const focused = side.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    fill(side, priceFacet(), Object.entries(facets ?? {}).filter(([, values]) => values.length).map(([name, values]) => facet(name, values)));
    if (focused) side.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  let last = { facets: {} };
  let turn = 0;
  const ask = (cursor) =>
    api.get("/v1/search", {
      q: state.q, filter: state.filters, sort: state.sort, explain: state.explain ? "true" : undefined, limit: 20, cursor,
      facets: cursor ? undefined : FACETS.join(","),
    }, signal);
  const card = (hit) => resultCard(hit, { explained: state.explain ? explanation(hit.explain) : null });

  function drawMore(container, page) {
    container.append(...page.results.map(card));
    const foot = h("div", { class: "more-row" }, page.next_cursor
      ? button("Show more", { on: { async click(event) {
          event.currentTarget.disabled = true;
          try {
            const next = await ask(page.next_cursor);
            foot.remove();
            drawMore(container, next);
          } catch (error) {
            if (error.name !== "AbortError") foot.append(errorBox(error));
          }
        } } })
      : null);
    container.after(foot);
  }

  async function run() {
    turn += 1;
    const mine = turn;
    drawChips();
    list.setAttribute("aria-busy", "true");
    try {
      const page = await ask();
      if (mine !== turn) return;
      last = page;
      const number = page.total ?? page.results.length;
      total.textContent = page.results.length ? (page.next_cursor && page.total === undefined ? `More than ${number} products` : plural(number, "product")) : "";
      fill(understood, understoodAs(page.understood, state.q));
      drawFacets(page.facets);
      const container = h("div", { class: "stack" });
      fill(list, page.results.length ? container : nothing());
      if (page.results.length) drawMore(container, page);
    } catch (error) {
      if (error.name === "AbortError" || mine !== turn) return;
      total.textContent = "";
      fill(list, errorBox(error, { retry: run }), state.filters.length ? button("Clear all filters", { on: { click: () => change({ filters: [] }) } }) : null);
    } finally {
      list.removeAttribute("aria-busy");
    }
  }

  const nothing = () =>
    state.q || state.filters.length
      ? empty("Nothing matches", state.filters.length ? "Fewer filters may help." : "Other words may help.",
          state.filters.length ? button("Clear all filters", { on: { click: () => change({ filters: [] }) } }) : null)
      : empty("The catalogue is empty", "Import a feed to begin.", h("a", { class: "button primary", href: "#/imports" }, icon("upload"), h("span", {}, "Import a feed")));

  fill(list, skeleton(10));
  const running = run();
  await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 150))]);
  return {
    title: state.q ? `“${state.q}”` : "Products",
    node: h("div", { class: "search-view" }, h("aside", { "aria-label": "Filters" }, filters),
      h("div", {},
        h("div", { class: "row results-head" }, h("h1", {}, state.q ? `“${state.q}”` : "Products"), total, h("span", { class: "spacer" }),
          h("label", { class: "check", for: "explain" }, explain, "Explain"), sort),
        chips, understood, list)),
  };
}

