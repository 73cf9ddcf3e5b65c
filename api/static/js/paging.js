// Lists that grow: the next page on demand, by cursor.

import * as api from "./api.js";
import { button, fill, h } from "./dom.js";
import { errorBox, skeleton } from "./notices.js";

/**
 * A list of the API shown in `container`; `show(item)` makes the node of one. `none` is shown when there is nothing.
 * Returns a node with the list and its "more" button, and loads the first page at once.
 */
export function pagedList({ path, query, show, none, container = h("div", { class: "stack" }), signal, limit = 25, wrap = (node) => node }) {
  const foot = h("div", { class: "more-row" });
  const root = h("div", {}, skeleton(5));
  let first = true;
  async function load(cursor) {
    try {
      const page = await api.get(path, { ...query, limit, cursor }, signal);
      if (first) fill(root, page.results.length ? [wrap(container), foot] : none);
      first = false;
      container.append(...page.results.map(show));
      fill(foot, page.next_cursor ? button("Show more", { on: { click: (event) => { event.currentTarget.disabled = true; load(page.next_cursor); } } }) : null);
    } catch (error) {
      if (error.name === "AbortError") return;
      fill(first ? root : foot, errorBox(error, { retry: () => load(cursor) }));
    }
  }
  load();
  return root;
}
