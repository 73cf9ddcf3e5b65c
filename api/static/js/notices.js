// What the page says about itself: errors with their code and help, toasts, waiting, nothing found.

import { button, h, icon } from "./dom.js";

/** What a refusal lists: wrong fields of a request, claims that no fact carries. */
const particulars = ({ errors = [], claims = [] }) => [
  ...errors.map((one) => `${one.field}: ${one.message}`),
  ...claims.map((one) => `“${one.text}” is ${one.verdict}${one.reason ? `: ${one.reason}` : ""}`),
];

/** An error as people can act on it: sentence, help, particulars, stable code. */
export function errorBox(error, { retry } = {}) {
  const details = Object.entries(error.details ?? {}).filter(([, value]) => typeof value !== "object" || value === null);
  const wait = error.retryAfter ? `Try again in ${error.retryAfter} s.` : "";
  return h(
    "div",
    { class: "notice error", role: "alert" },
    icon("warn"),
    h(
      "div",
      {},
      h("p", {}, h("strong", {}, error.message)),
      h("ul", {}, particulars(error.details ?? {}).slice(0, 8).map((one) => h("li", {}, one))),
      error.help || wait ? h("p", {}, [error.help, wait].filter(Boolean).join(" ")) : null,
      h("p", { class: "code" }, error.code ?? error.name, details.map(([name, value]) => h("span", {}, `${name}: ${value}`))),
    ),
    retry ? button("Try again", { icon: "retry", on: { click: retry } }) : null,
  );
}

/** A short message in the corner; errors stay until they are closed. */
export function toast(message, { error } = {}) {
  const node = h("div", { class: "toast" }, error ? errorBox(error) : h("p", {}, message));
  const close = button("Close", { icon: "close", kind: "quiet", bare: true, on: { click: () => node.remove() } });
  node.append(close);
  document.getElementById("toasts").append(node);
  if (!error) setTimeout(() => node.remove(), 4000);
}

/** Runs an action of a button: busy while it lasts, its error as a toast. Returns undefined when it failed. */
export async function act(control, action) {
  control.disabled = true;
  control.classList.add("busy");
  try {
    return await action();
  } catch (error) {
    if (error.name !== "AbortError") toast("", { error });
    return undefined;
  } finally {
    control.disabled = false;
    control.classList.remove("busy");
  }
}

export const empty = (title, text, ...more) =>
  h("div", { class: "empty" }, h("h3", {}, title), text ? h("p", {}, text) : null, more);

export const skeleton = (lines = 4) =>
  h("div", { class: "skeleton", "aria-hidden": "true" }, Array.from({ length: lines }, () => h("span", {})));

/** Fills `node` with what `load` returns: a skeleton meanwhile, the error box with a way to try again. */
export async function loading(node, load, { lines } = {}) {
  node.replaceChildren(skeleton(lines));
  node.setAttribute("aria-busy", "true");
  try {
    node.replaceChildren(...[await load()].flat(Infinity).filter(Boolean));
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!error.code) console.error(error);
    node.replaceChildren(errorBox(error, { retry: () => loading(node, load, { lines }) }));
  } finally {
    node.removeAttribute("aria-busy");
  }
}

/** A badge for the state of a fact, a job, an import or a text. */
export const badge = (state) => h("span", { class: ["badge", `is-${state}`] }, state);

export const progressBar = (share, label) =>
  h(
    "div",
    {
      class: ["progress", share === null && "unknown"],
      role: "progressbar",
      "aria-label": label,
      "aria-valuemin": 0,
      "aria-valuemax": 100,
      "aria-valuenow": share === null ? undefined : Math.round(share * 100),
      vars: { share: share ?? 0.3 },
    },
    h("span", {}),
  );
