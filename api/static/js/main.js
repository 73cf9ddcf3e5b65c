// Starts the console: routes, the frame around every view, signing in and out.

import { fill, h } from "./dom.js";
import { empty, errorBox, skeleton } from "./notices.js";
import { go, resolve, route } from "./router.js";
import * as session from "./session.js";
import { shell } from "./shell.js";
import { importsView, importView } from "./views/imports.js";
import { jobsView } from "./views/jobs.js";
import { productView } from "./views/product.js";
import { searchView } from "./views/search.js";
import { signInView } from "./views/sign_in.js";
import { textsView } from "./views/texts.js";
import { textPage } from "./views/text.js";
import { writeView } from "./views/write.js";

route("/", searchView);
route("/search", searchView);
route("/product/:id", productView);
route("/write", writeView);
route("/write/:id", writeView);
route("/texts", textsView);
route("/texts/:id", textPage);
route("/imports", importsView);
route("/imports/:id", importView);
route("/jobs", jobsView);

const app = document.getElementById("app");
let leaving = new AbortController();
let frame = null;

async function show() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const { view, params, query, path } = resolve();
  if (!session.key()) {
    frame = null;
    document.title = "Sign in · Shelfgraph";
    fill(app, signInView({ done: show, signal }));
    return;
  }
  if (!frame) {
    frame = shell({ signedOut: leave });
    fill(app, frame.node);
  }
  frame.at(path, query);
  if (!view) {
    frame.show(empty("Nothing here", "This address leads nowhere.", h("a", { href: "#/search", class: "button" }, "To the search")));
    return;
  }
  const waiting = setTimeout(() => !signal.aborted && frame.show(skeleton(8)), 120);
  try {
    const { title, node } = await view({ params, query, signal });
    clearTimeout(waiting);
    if (signal.aborted) return;
    document.title = `${title} · Shelfgraph`;
    frame.show(node, title);
  } catch (error) {
    clearTimeout(waiting);
    if (signal.aborted || error.name === "AbortError") return;
    if (!error.code) console.error(error);
    frame.show(errorBox(error, { retry: show }));
  }
}

function leave() {
  session.signOut();
  go("/search");
  show();
}

addEventListener("hashchange", show);
addEventListener("shelfgraph:unauthorised", (event) => {
  if (!session.key() || !frame) return;
  leave();
  app.querySelector(".sign-in form")?.before(errorBox(event.detail));
});
session.applyTheme();
show();
