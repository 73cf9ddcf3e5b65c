// What the merchant wrote, field by field and character by character, with the evidence marked.

import { h } from "./dom.js";
import { fieldName } from "./facts.js";
import { evidenceIn, marked } from "./highlights.js";

const ATTRIBUTES = ["brand", "color", "size", "material", "condition", "gtin", "item_group_id"];

/** The panel of raw fields. */
export function rawText(product) {
  const { facts = [] } = product;
  const lang = product.language;
  const shown = (name, text) => marked(text, evidenceIn(facts, name));
  const attributes = ATTRIBUTES.filter((name) => product[name]);
  return h(
    "section",
    { class: "panel raw", "aria-label": "What the merchant wrote" },
    h("header", {}, h("h2", {}, "What the merchant wrote"), h("span", { class: "muted" }, "marked: read as facts")),
    h("div", { class: "fields" },
      h("h3", {}, "Title"), h("p", { class: "raw-title", lang }, shown("title", product.title)),
      product.description ? [h("h3", {}, "Description"), h("p", { class: "raw-description", lang }, shown("description", product.description))] : null,
      product.bullets?.length ? [h("h3", {}, "Bullets"), h("ul", { class: "raw-bullets", lang }, product.bullets.map((text, position) => h("li", {}, shown(`bullets[${position}]`, text))))] : null,
      attributes.length || product.product_type?.length
        ? [h("h3", {}, "Attributes"),
            h("dl", { class: "raw-attributes" },
              product.product_type?.length
                ? [h("dt", {}, "product type"), h("dd", {}, product.product_type.map((text, position) => [position ? h("span", { class: "muted" }, " › ") : "", shown(`product_type[${position}]`, text)]))]
                : null,
              attributes.map((name) => [h("dt", {}, fieldName(name)), h("dd", {}, shown(name, String(product[name])))]))]
        : null),
  );
}
