// Why a product was found: what was understood of the query, and each signal's share of the score.

import { h } from "./dom.js";
import { capital, words } from "./format.js";

const isPlain = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** A short reading of any small JSON value. */
function reading(value) {
  if (Array.isArray(value)) return value.map(reading).filter(Boolean).join(", ");
  if (isPlain(value)) {
    if ("value" in value) return [value.polarity === "negated" || value.negated ? "not" : "", value.relation ? `${words(value.relation)}:` : "", reading(value.value)].filter(Boolean).join(" ");
    return Object.entries(value).filter(([, one]) => one !== null && one !== "" && one !== false).map(([name, one]) => `${words(name)} ${reading(one)}`).join(", ");
  }
  return typeof value === "number" ? String(Math.round(value * 1000) / 1000) : String(value ?? "");
}

const bounds = ({ from, to }) => (from === null ? `up to ${to}` : to === null ? `from ${from}` : `${from} to ${to}`);
const READERS = {
  corrections: (one) => ["corrected", `${one.from} → ${one.to}`],
  entities: (one) => [words(one.relation), one.value],
  negated: (one) => ["without", one.text],
  filters: (one) => [words(one.name), bounds(one)],
};

/** "Understood as …": each part of what the search made of the query; what it does is in the title. */
export function understoodAs(understood, asked) {
  const { text, language, ...rest } = understood ?? {};
  const parts = Object.entries(rest).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).filter(Boolean).map((one) => [...(READERS[name]?.(one) ?? [words(name), reading(one)]), one.effect ?? ""]));
  if (!asked || !parts.some(([, one]) => one)) return null;
  return [
    h("span", { class: "muted" }, "Understood as "),
    text && text !== asked ? h("span", { class: "understood-part" }, `“${text}”`) : null,
    parts.map(([name, one, effect]) => h("span", { class: "understood-part", title: effect }, h("span", { class: "name" }, name), one)),
  ];
}

function bars(signals) {
  const sum = signals.reduce((all, [, value]) => all + Math.abs(value), 0) || 1;
  return h("dl", { class: "signals" }, signals.map(([name, value]) =>
    h("div", {},
      h("dt", {}, capital(words(name))),
      h("dd", {}, h("span", { class: ["meter", value < 0 && "negative"], vars: { share: Math.abs(value) / sum }, "aria-hidden": "true" }), value.toFixed(3)))));
}

/** The explanation of one hit: what each signal adds to its score; the query's own words are said above the results. */
export function explanation(explain) {
  if (!explain) return null;
  const signals = Object.entries(explain.signals ?? {}).filter(([, value]) => typeof value === "number").sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  return h("div", { class: "explanation" }, h("strong", {}, `Score ${Number(explain.score ?? 0).toFixed(3)}`), bars(signals));
}
