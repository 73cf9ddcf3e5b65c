// Imports: upload a feed or name its address, watch it, see what was refused and why.

import * as api from "../api.js";
import { button, fill, h } from "../dom.js";
import { ENDED, poll } from "../events.js";
import { ago, count, percent, words } from "../format.js";
import { importForm } from "../import_form.js";
import { storedError } from "../job_progress.js";
import { act, badge, empty, errorBox, loading, progressBar } from "../notices.js";
import { pagedList } from "../paging.js";
import { rejectedRows } from "../rejected_rows.js";

const path = (id, more = "") => `/v1/imports/${encodeURIComponent(id)}${more}`;

const countsLine = (counts) =>
  ["read", "changed", "unchanged", "rejected", "deleted"].filter((name) => counts?.[name] || name === "read").map((name) => h("span", { class: name === "rejected" ? "bad" : undefined }, `${count(counts?.[name])} ${name}`));

const importRow = (one) =>
  h("article", { class: "line" },
    h("div", { class: "body" },
      h("h3", {}, h("a", { href: `#/imports/${encodeURIComponent(one.import_id)}` }, one.name || one.source_name || one.import_id)),
      h("p", { class: "meta" }, h("span", {}, one.kind), one.format ? h("span", {}, words(one.format)) : null, h("span", {}, one.mode), h("span", { title: one.created_at }, ago(one.created_at))),
      h("p", { class: "meta" }, countsLine(one.counts))),
    badge(one.state));

export async function importsView({ signal }) {
  return {
    title: "Imports",
    node: h("div", { class: "narrow" }, h("h1", {}, "Imports"), importForm(signal), h("h2", {}, "Earlier"),
      pagedList({ path: "/v1/imports", signal, show: importRow, none: empty("No imports yet", "The first feed makes the catalogue.") })),
  };
}

export async function importView({ params, signal }) {
  let one = await api.get(path(params.id), {}, signal);
  const state = h("div", {});
  const refused = h("div", {});
  const control = (label, verb, body = {}, extra = {}) =>
    button(label, { ...extra, on: {
      async click(event) {
        const answer = await act(event.currentTarget, () => api.post(path(one.import_id, `/${verb}`), body, signal));
        if (!answer) return;
        one = answer;
        draw();
        watch();
      },
    } });
  const asksForDeletions = () => /deletion/.test(one.error?.code ?? one.error?.type ?? "");
  function draw() {
    const { counts } = one;
    const facts = [["Read", counts.read], ["Accepted", counts.accepted], ["Changed", counts.changed], ["Unchanged", counts.unchanged], ["Rejected", counts.rejected], ["Deleted", counts.deleted]];
    fill(state,
      h("div", { class: "row" }, badge(one.state), h("span", { class: "muted" }, [one.kind, one.format && words(one.format), one.mode, ago(one.created_at), one.catalogue_version ? `catalogue version ${one.catalogue_version}` : ""].filter(Boolean).join(" · ")),
        h("span", { class: "spacer" }),
        ENDED.has(one.state) ? null : control("Cancel", "cancel", {}, { icon: "stop", kind: "small" }),
        ["failed", "parked", "cancelled"].includes(one.state) && !asksForDeletions() ? control("Retry", "retry", {}, { icon: "retry", kind: "small" }) : null),
      ENDED.has(one.state) ? null : [progressBar(one.progress ?? 0, "Progress"), h("p", { class: "muted", role: "status" }, `${percent(one.progress)} · ${count(counts.read)}${one.total_rows ? ` of ${count(one.total_rows)}` : ""} rows`)],
      h("dl", { class: "counts" }, facts.map(([name, number]) => h("div", { class: name === "Rejected" && number ? "bad" : undefined }, h("dt", {}, name), h("dd", {}, count(number))))),
      one.error && one.state !== "succeeded" ? errorBox(storedError(one.error)) : null,
      asksForDeletions() && one.state !== "succeeded" ? control("Go on and delete them", "retry", { allow_deletions: true }, { icon: "warn", kind: "danger" }) : null,
      one.state === "succeeded" ? h("a", { class: "button", href: "#/search" }, "To the products") : null);
    if (ENDED.has(one.state) && counts.rejected) loading(refused, () => rejectedRows(one, signal));
  }
  const watch = () =>
    poll(async () => {
      if (ENDED.has(one.state)) return true;
      try {
        one = await api.get(path(one.import_id), {}, signal);
        draw();
      } catch { /* the next turn asks again */ }
      return ENDED.has(one.state);
    }, 700, signal);
  draw();
  watch();
  return {
    title: one.name || "Import",
    node: h("div", { class: "narrow" }, h("header", { class: "page-head" }, h("p", { class: "muted" }, h("a", { href: "#/imports" }, "Imports"), " › ", h("code", {}, one.import_id)), h("h1", {}, one.name || "Import")),
      h("section", { class: "panel import-state" }, state), refused),
  };
}
