// Addresses behind the hash: `#/product/HK-1001?fact=…`.

const routes = [];

/** `route("/product/:id", view)`; the view gets `{params, query, signal}` and returns `{title, node}`. */
export function route(pattern, view) {
  const names = [];
  const source = pattern.replaceAll(/:(\w+)/g, (_, name) => {
    names.push(name);
    return "([^/]+)";
  });
  routes.push({ expression: new RegExp(`^${source}$`), names, view });
}

/** The view for the present address. */
export function resolve() {
  const [path, search = ""] = location.hash.slice(1).split(/\?(.*)/s);
  for (const { expression, names, view } of routes) {
    const match = expression.exec(path || "/");
    if (!match) continue;
    try {
      const params = Object.fromEntries(names.map((name, position) => [name, decodeURIComponent(match[position + 1])]));
      return { view, params, query: new URLSearchParams(search), path };
    } catch { /* an address that is not well encoded is not found */ }
  }
  return { view: null, params: {}, query: new URLSearchParams(search), path };
}

export const go = (path) => {
  location.hash = path.replace(/^#/, "");
};
/** Changes the address without a new entry in the history and without drawing again. */
export const rename = (path) => history.replaceState(null, "", `#${path.replace(/^#/, "")}`);
