// The rows of a feed that were refused, and why.

import * as api from "./api.js";
import * as csv from "./csv.js";
import { button, h } from "./dom.js";
import { plural } from "./format.js";

const SHOWN = 200;
const READ_BYTES = 2 * 1024 * 1024;

/** The rows that were refused: a table of the first ones, and all of them to download. */
export async function rejectedRows(one, signal) {
  const response = await api.open(`/v1/imports/${encodeURIComponent(one.import_id)}/rejected`, { headers: { Accept: "application/x-ndjson" }, signal });
  const blob = await response.blob();
  const lines = (await blob.slice(0, READ_BYTES).text()).split("\n").filter(Boolean);
  const rows = lines.slice(0, SHOWN).flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
  const codes = Object.entries(Object.groupBy(rows, (row) => row.code)).map(([code, some]) => h("span", { class: "tag" }, `${code} · ${some.length}`));
  return h("section", { class: "panel rejected" },
    h("header", {}, h("h2", {}, "Rejected rows"), h("span", { class: "muted" }, plural(one.counts.rejected, "row")), h("span", { class: "spacer" }),
      button("Download", { icon: "download", kind: "small", on: { click: () => csv.save(`${one.import_id}-rejected.ndjson`, blob) } })),
    h("p", { class: "tags" }, codes),
    h("div", { class: "scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, ["Line", "Field", "Code", "Reason", "Row"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, h("td", {}, String(row.line)), h("td", {}, row.field), h("td", {}, h("code", {}, row.code)), h("td", {}, row.reason),
        h("td", {}, h("details", {}, h("summary", {}, "Show"), h("pre", {}, typeof row.row === "string" ? row.row : JSON.stringify(row.row, null, 1))))))))),
    one.counts.rejected > rows.length ? h("p", { class: "muted" }, `The first ${rows.length} are shown; the download has all.`) : null);
}
