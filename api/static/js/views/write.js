// "Write an ad": choose, watch it come, see what each word rests on.

import * as api from "../api.js";
import { button, field, fill, h, icon, select } from "../dom.js";
import { CHANNELS, capital, plural } from "../format.js";
import * as csv from "../csv.js";
import { factLine, inOrder } from "../facts.js";
import { runJob } from "../job_progress.js";
import { empty, errorBox } from "../notices.js";
import { priceTag, tile } from "../result_card.js";
import { go } from "../router.js";
import { tabs } from "../tabs.js";
import { textView } from "../text_view.js";
import { reviewMap } from "./product.js";

const TONES = ["plain", "playful", "premium", "practical"];
const LANGUAGES = [["en", "English"], ["zh", "中文"]];

/** Finding the product to write about. */
function picker(signal) {
  const input = h("input", { type: "search", placeholder: "Name, brand or product id", "aria-label": "Find the product", autofocus: true });
  const list = h("div", { class: "picks" });
  let timer;
  let turn = 0;
  async function find() {
    turn += 1;
    const mine = turn;
    try {
      const { results } = await api.get("/v1/search", { q: input.value.trim(), limit: 8 }, signal);
      if (mine !== turn) return;
      fill(list, results.length ? results.map((hit) => h("a", { class: "pick", href: `#/write/${encodeURIComponent(hit.product_id)}` }, tile(hit), h("span", {}, hit.title), priceTag(hit))) : empty("Nothing matches", ""));
    } catch (error) {
      if (error.name !== "AbortError") fill(list, errorBox(error));
    }
  }
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, 220);
  });
  find();
  queueMicrotask(() => input.focus());
  return h("div", { class: "narrow" }, h("h1", {}, "Write an ad"), h("p", { class: "muted" }, "For which product?"), input, list);
}

function factsAtHand(product) {
  const open = inOrder(product.facts.filter((fact) => fact.state === "open"));
  const contested = inOrder(product.facts.filter((fact) => fact.state === "contested"));
  return h("details", { class: "panel at-hand" },
    h("summary", {}, h("strong", {}, plural(open.length, "fact")), " can be used", contested.length ? h("span", { class: "bad" }, `, ${contested.length} contested and kept out`) : null),
    h("ul", {}, open.map((fact) => h("li", {}, factLine(fact))), contested.map((fact) => h("li", { class: "contested" }, icon("warn"), factLine(fact)))));
}

export async function writeView({ params, query, signal }) {
  if (!params.id) return { title: "Write an ad", node: picker(signal) };
  const product = await api.get(`/v1/products/${encodeURIComponent(params.id)}`, {}, signal);
  const channel = select(Object.entries(CHANNELS), query.get("channel") ?? "google_search", { name: "channel" });
  const tone = select(TONES.map((one) => [one, capital(one)]), query.get("tone") ?? "plain", { name: "tone" });
  const known = LANGUAGES.some(([code]) => code === product.language) ? LANGUAGES : [...LANGUAGES, [product.language, product.language]];
  const language = select(known, query.get("language") ?? product.language, { name: "language" });
  const variants = h("input", { type: "number", name: "variants", min: 1, max: 5, value: query.get("variants") ?? 1 });
  const seed = h("input", { type: "number", name: "seed", min: 0, max: 2147483647, value: query.get("seed") ?? 1 });
  const submit = h("button", { class: "button primary" }, icon("spark"), h("span", {}, "Write it"));
  const out = h("div", { class: "written" });

  function result(texts, reviews) {
    if (!texts.length) return empty("Nothing came of it", "The job ended without a text.");
    const all = [...texts];
    const one = (text, position) => textView({ text, product, reviews, signal, changed: (now) => { all[position] = now; } });
    if (texts.length === 1) return one(texts[0], 0);
    const views = tabs(texts.map((text, position) => ({ id: `variant-${position + 1}`, name: `Variant ${position + 1}`, open: () => one(text, position) })));
    const save = () => csv.save(`ads-${product.product_id}.csv`, csv.sheet(channel.value, all, product));
    return h("div", {}, h("div", { class: "row" }, h("span", { class: "spacer" }), button("All variants as CSV", { icon: "download", kind: "small", on: { click: save } })), views.node);
  }

  async function write() {
    submit.disabled = true;
    try {
      const [texts, reviews] = await Promise.all([
        runJob(out, "/v1/ad-copies", {
          product_id: product.product_id, channel: channel.value, tone: tone.value, language: language.value,
          variants: Number(variants.value) || 1, seed: Number(seed.value) || 0,
        }, signal),
        reviewMap(product.product_id, signal),
      ]);
      if (texts) fill(out, result(texts, reviews));
    } catch (error) {
      if (error.name !== "AbortError") fill(out, errorBox(error));
    }
    submit.disabled = false;
  }
  const another = button("Another seed", { icon: "shuffle", on: {
    click() {
      seed.value = String((Number(seed.value) || 0) + 1);
      write();
    },
  } });
  const form = h("form", { class: "panel write-form", on: { submit(event) { event.preventDefault(); write(); } } },
    field("Channel", channel), field("Tone", tone), field("Language", language), field("Variants", variants), field("Seed", seed, "the same again gives the same text"),
    h("div", { class: "buttons" }, submit, another));
  return {
    title: `Write: ${product.title}`,
    node: h("div", { class: "write-view" },
      h("header", { class: "product-head small" }, tile(product),
        h("div", { class: "body" }, h("p", { class: "muted" }, "Write an ad for"), h("h1", { lang: product.language }, h("a", { href: `#/product/${encodeURIComponent(product.product_id)}` }, product.title))),
        h("div", { class: "aside" }, button("Another product", { kind: "quiet small", on: { click: () => go("/write") } }))),
      form, factsAtHand(product), out),
  };
}
