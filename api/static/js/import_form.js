// The form of an import: a file or an address, and how to read it.

import * as api from "./api.js";
import { field, fill, h, icon, select } from "./dom.js";
import { count } from "./format.js";
import { errorBox, progressBar } from "./notices.js";
import { go } from "./router.js";

const FORMATS = [
  ["", "Seen from the content"], ["jsonl", "JSON lines"], ["json", "JSON"], ["csv", "CSV"], ["tsv", "TSV"],
  ["merchant_xml", "Google Merchant XML"], ["merchant_tsv", "Google Merchant TSV"], ["shopify_csv", "Shopify product CSV"],
];
const TYPES = { jsonl: "application/x-ndjson", ndjson: "application/x-ndjson", json: "application/json", csv: "text/csv", tsv: "text/tab-separated-values", xml: "application/xml", gz: "application/gzip" };

/** Uploads a feed with progress and goes to its import. */
export function importForm(signal) {
  const file = h("input", { type: "file", id: "feed", accept: ".jsonl,.ndjson,.json,.csv,.tsv,.txt,.xml,.gz" });
  const chosen = h("span", { class: "chosen" }, "Choose a feed or drop it here");
  const zone = h("label", { class: "drop", for: "feed" }, icon("upload"), chosen, h("small", { class: "muted" }, "JSON lines, CSV, TSV, Google Merchant XML or TSV, Shopify CSV; plain or gzip"), file);
  const url = h("input", { type: "url", placeholder: "https://…", "aria-label": "Address of a feed" });
  const kind = select([["products", "Products"], ["reviews", "Reviews"]], "products");
  const format = select(FORMATS, "");
  const mode = select([["upsert", "Add and change"], ["full", "Replace the catalogue"]], "upsert");
  const mapping = h("input", { placeholder: "title=name, product_id=asin", spellcheck: false });
  const deletions = h("input", { type: "checkbox", id: "allow-deletions" });
  const submit = h("button", { class: "button primary" }, icon("upload"), h("span", {}, "Import"));
  const out = h("div", {});
  const name = () => { chosen.textContent = file.files[0] ? `${file.files[0].name} · ${count(Math.ceil(file.files[0].size / 1024))} kB` : "Choose a feed or drop it here"; };
  file.addEventListener("change", name);
  for (const event of ["dragover", "dragenter"]) zone.addEventListener(event, (e) => { e.preventDefault(); zone.classList.add("over"); });
  for (const event of ["dragleave", "drop"]) zone.addEventListener(event, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) file.files = event.dataTransfer.files;
    name();
  });

  async function send(event) {
    event.preventDefault();
    const map = mapping.value.split(/[,;\n]/).map((pair) => pair.trim()).filter(Boolean).map((pair) => pair.replace(/\s*[=:]\s*/, ":"));
    const query = { kind: kind.value, format: format.value, mode: mode.value === "full" ? "full" : "", map, allow_deletions: deletions.checked ? "true" : "" };
    if (!file.files[0] && !url.value.trim()) {
      fill(out, errorBox({ message: "There is nothing to import yet.", help: "Choose a file or give an address.", code: "console.no_feed" }));
      return;
    }
    submit.disabled = true;
    try {
      let accepted;
      if (file.files[0]) {
        const [feed] = file.files;
        fill(out, progressBar(0, "Upload"));
        accepted = await api.upload("/v1/imports", feed, {
          query: { ...query, name: feed.name }, type: TYPES[feed.name.split(".").pop().toLowerCase()] ?? "application/octet-stream", signal,
          progress: (share) => fill(out, progressBar(share, "Upload")),
        });
      } else accepted = await api.call("/v1/imports", { method: "POST", query, json: { url: url.value.trim() }, signal });
      go(`/imports/${accepted.import_id}`);
    } catch (error) {
      if (error.name !== "AbortError") fill(out, errorBox(error));
    }
    submit.disabled = false;
  }
  return h("form", { class: "panel import-form", on: { submit: send } },
    zone,
    field("or fetch it from", url),
    h("div", { class: "options" }, field("What is in it", kind), field("Format", format), field("Mode", mode)),
    h("details", {}, h("summary", {}, "More options"),
      field("Field mapping", mapping, "our field = column of the feed, separated by commas"),
      h("label", { class: "check", for: "allow-deletions" }, deletions, "Let a full feed remove more than a fifth of the catalogue")),
    h("div", { class: "buttons" }, submit), out);
}
