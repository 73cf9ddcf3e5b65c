// Signing in: a key that stays in this tab.

import * as api from "../api.js";
import { fill, h } from "../dom.js";
import { errorBox } from "../notices.js";
import * as session from "../session.js";
import { logo, themeButton } from "../shell.js";

export function signInView({ done, signal }) {
  const input = h("input", { type: "password", id: "key", name: "key", autocomplete: "current-password", required: true, spellcheck: false, placeholder: "sg_…", autofocus: true });
  const submit = h("button", { class: "button primary wide" }, "Sign in");
  const wrong = h("div", {});
  const form = h("form", {}, h("label", { for: "key" }, "API key"), input, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const key = input.value.trim();
    if (!key) return;
    submit.disabled = true;
    session.signIn(key);
    try {
      await api.get("/v1/search", { limit: 1 }, signal);
      done();
    } catch (error) {
      // 403: the key is known, but may not search; other views say what it may do. 503: the index is still on its way.
      if (error.status === 403 || error.status === 503) return done();
      session.signOut();
      if (error.name !== "AbortError") fill(wrong, errorBox(error));
      submit.disabled = false;
      input.select();
    }
    return undefined;
  });
  queueMicrotask(() => input.focus());
  return h(
    "main",
    { class: "sign-in" },
    h("div", { class: "corner" }, themeButton()),
    h("div", { class: "card" },
      h("div", { class: "brand" }, logo(), h("h1", {}, "Shelfgraph")),
      h("p", { class: "muted" }, "Find products, see what is known about them and where it was read, and have copy written whose every word can be traced."),
      wrong,
      form,
      h("p", { class: "small muted" }, "The key stays in this tab and is forgotten when you close it. ", h("code", {}, "shelfgraph keys create"), " makes one; ", h("code", {}, "shelfgraph up"), " says where the first one lies.")),
  );
}
