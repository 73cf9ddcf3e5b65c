// A generated text: preview, parts with counters, claims, editing with the verifier's answer, decision, export.

import * as api from "./api.js";
import { adPreview } from "./ad_preview.js";
import { claimed, claimPanel } from "./claims.js";
import * as csv from "./csv.js";
import { decisionButtons } from "./decisions.js";
import { button, fill, h, icon } from "./dom.js";
import { CHANNELS, KINDS, ago, capital, words } from "./format.js";
import { measure } from "./limits.js";
import { badge, errorBox, toast } from "./notices.js";

export const channelOf = (text) => text.channel ?? text.request?.channel ?? "";

function counter(channel, part) {
  const { width, limit } = measure(channel, part);
  return h(
    "span",
    { class: ["counter", limit && width > limit && "over"], title: limit ? `${width} of ${limit} characters as the channel counts them` : `${width} characters` },
    limit ? `${width}/${limit}` : String(width),
  );
}

const ORIGINS = { model: "written by the model", realiser: "built from the facts", editor: "edited by a person" };

/** The editor of one part: the verifier is asked as you type, and decides when you save. */
function partEditor({ channel, part, text, signal, save, cancel }) {
  const area = h("textarea", { rows: part.text.length > 70 ? 3 : 2, value: part.text, "aria-label": `Edit ${words(part.kind)}` });
  const note = h("div", { class: "check-result", role: "status" });
  const size = h("span", {});
  const saveButton = button("Save", { icon: "check", kind: "primary small" });
  let timer;
  let turn = 0;
  const count = () => fill(size, counter(channel, { ...part, text: area.value }));
  async function check() {
    turn += 1;
    const mine = turn;
    try {
      const { claims } = await api.post("/v1/claims/check", { product_id: text.product_id, text: area.value, language: text.language }, signal);
      if (mine !== turn) return;
      const bad = claims.filter((claim) => claim.verdict === "unsupported" || claim.verdict === "contradicted").length;
      fill(note, h("p", { class: "checked" }, claimed(area.value, claims)),
        h("p", { class: bad ? "bad" : "good" }, icon(bad ? "warn" : "check"),
          bad ? `${bad} ${bad === 1 ? "claim is" : "claims are"} not supported by the facts.` : `The facts support all it says (${claims.length} claims).`));
    } catch (error) {
      if (error.name !== "AbortError" && mine === turn) fill(note, errorBox(error));
    }
  }
  area.addEventListener("input", () => {
    count();
    clearTimeout(timer);
    timer = setTimeout(check, 450);
  });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") cancel();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) saveButton.click();
  });
  saveButton.addEventListener("click", async () => {
    clearTimeout(timer);
    saveButton.disabled = true;
    try {
      await save(area.value);
    } catch (error) {
      if (error.name !== "AbortError") fill(note, errorBox(error));
    }
    saveButton.disabled = false;
  });
  count();
  queueMicrotask(() => area.focus());
  return h("div", { class: "editor" }, area, h("div", { class: "row" }, size, h("span", { class: "spacer" }), button("Cancel", { kind: "quiet small", on: { click: cancel } }), saveButton), note);
}

/** The list of parts; `edited` is called with the text that came back. */
function partList({ text, signal, edited }) {
  const channel = channelOf(text);
  return h(
    "ol",
    { class: "parts" },
    text.parts.map((part, position) => {
      const row = h("li", { class: "part" });
      const show = () =>
        fill(
          row,
          h("span", { class: "kind" }, capital(words(part.kind))),
          h("span", { class: "said", lang: text.language }, claimed(part.text, part.claims)),
          h("span", { class: "tools" },
            h("span", { class: ["origin", `is-${part.origin}`], title: ORIGINS[part.origin] }, part.origin),
            counter(channel, part),
            button(`Copy ${words(part.kind)}`, { icon: "copy", kind: "quiet small", bare: true, on: { click: () => csv.copy(part.text).then(() => toast("Copied.")) } }),
            button(`Edit ${words(part.kind)}`, { icon: "edit", kind: "quiet small", bare: true, on: { click: edit } })),
        );
      function edit() {
        fill(row, h("span", { class: "kind" }, capital(words(part.kind))), partEditor({
          channel, part, text, signal,
          cancel: show,
          save: async (value) => {
            const parts = text.parts.map((one, other) => ({ kind: one.kind, text: other === position ? value : one.text }));
            edited(await api.patch(`/v1/texts/${encodeURIComponent(text.text_id)}`, { parts }, signal));
            toast("Saved; the verifier agrees.");
          },
        }));
      }
      show();
      return row;
    }),
  );
}

/**
 * An ad (or any text without reviews to cite) with everything a person does to it.
 * @param {{text: object, product: object, reviews?: Map, signal: AbortSignal, changed?: Function}} options
 */
export function textView({ text: first, product, reviews, signal, changed }) {
  const { panel, idle, watch } = claimPanel(product, reviews);
  const main = h("div", { class: "text-main" });
  const root = h("div", { class: "text-view" }, main, panel);
  watch(main);

  function draw(text) {
    const channel = channelOf(text);
    const whole = text.parts.map((part) => part.text).join("\n");
    fill(
      main,
      h("div", { class: "row text-head" },
        badge(text.state),
        h("span", { class: "muted" }, [CHANNELS[channel] ?? KINDS[text.kind], text.request?.tone, text.language, text.request?.seed !== undefined ? `seed ${text.request.seed}` : "", ago(text.created_at)].filter(Boolean).join(" · ")),
        h("span", { class: "spacer" }),
        button("Copy", { icon: "copy", on: { click: () => csv.copy(whole).then(() => toast("Copied.")) } }),
        button("CSV", { icon: "download", on: { click: () => csv.save(`${text.kind}-${product.product_id}-${channel || "text"}.csv`, csv.sheet(channel, [text], product)) } }),
        decisionButtons({ text, signal, decided: (now) => { draw(now); changed?.(now); } })),
      text.state === "stale" ? h("div", { class: "notice warn" }, icon("warn"), h("p", {}, h("strong", {}, "Stale. "), text.stale_reason || "A fact it rests on has changed since it was written.")) : null,
      text.kind === "ad_copy" ? adPreview(text, product) : null,
      h("section", { class: "panel" }, h("header", {}, h("h3", {}, "All parts"), h("span", { class: "muted" }, "underlined: claims")), partList({ text, signal, edited: (now) => { draw(now); changed?.(now); } })),
    );
    idle(text.parts.flatMap((part) => part.claims ?? []));
  }
  draw(first);
  return root;
}
