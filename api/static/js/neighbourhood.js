// The drawn neighbourhood of a product: facts as links to the things it shares with other products.

import { h, s } from "./dom.js";
import { groupOf, groupOfLabel, GROUP_NAMES, words } from "./format.js";
import { layout } from "./force.js";

const WIDTH = 1120;
const HEIGHT = 640;
const MOST = 70;
const LETTERS = 24;

const cut = (text, most) => ([...text].length > most ? `${[...text].slice(0, most - 1).join("")}…` : text);

/** Which nodes to draw when there are too many: the middle, its own, then the best connected. */
function choose(nodes, edges, centre) {
  const degree = new Map();
  const near = new Set([centre]);
  for (const edge of edges) {
    degree.set(edge.source, (degree.get(edge.source) ?? 0) + 1);
    degree.set(edge.target, (degree.get(edge.target) ?? 0) + 1);
    if (edge.source === centre) near.add(edge.target);
    if (edge.target === centre) near.add(edge.source);
  }
  const ranked = [...nodes].sort(
    (a, b) => (b.id === centre) - (a.id === centre) || near.has(b.id) - near.has(a.id) || (degree.get(b.id) ?? 0) - (degree.get(a.id) ?? 0),
  );
  return ranked.slice(0, MOST).map((node) => ({
    ...node,
    ring: node.id === centre ? 0 : near.has(node.id) && node.label !== "Product" ? 1 : 2,
    group: groupOfLabel(node.label),
    radius: node.id === centre ? 20 : node.label === "Product" ? 9 : 7,
    label: node.id === centre ? 0 : Math.min([...(node.name ?? node.id)].length, LETTERS) * 6.6 + 6,
    kind: node.label,
  }));
}

const productId = (node) => node.id.replace(/^Product:/, "");
/** A product's page, or everything else that has this value. */
function addressOf(node, edges) {
  if (node.kind === "Product") return `#/product/${encodeURIComponent(productId(node))}`;
  const relation = edges.find((edge) => edge.target === node.id || edge.source === node.id)?.relation;
  return `#/search?filter=${encodeURIComponent(`${relation?.toLowerCase()}:${node.name}`)}`;
}

/** Draws `{nodes: [{id, label, name}], edges: [{source, target, relation, polarity, state, fact_id}]}` around a product. */
export function neighbourhood(graph, centreId) {
  const centre = `Product:${centreId}`;
  const chosen = choose(graph.nodes, graph.edges, centre);
  const places = layout(chosen, graph.edges, { width: WIDTH, height: HEIGHT });
  const edges = graph.edges.filter((edge) => places.has(edge.source) && places.has(edge.target));
  const hidden = new Set();
  const caption = h("p", { class: "caption", role: "status" });
  const idle = () =>
    `${chosen.length} of ${graph.nodes.length} things, ${edges.length} links. Point at one to follow its links, open it with a click.`;
  caption.textContent = idle();

  const lines = edges.map((edge) => {
    const [a, b] = [places.get(edge.source), places.get(edge.target)];
    return {
      edge,
      node: s("line", {
        x1: a.x, y1: a.y, x2: b.x, y2: b.y,
        data: edge.fact_id ? { facts: edge.fact_id } : {},
        class: ["edge", `group-${groupOf(edge.relation)}`, edge.polarity === "negated" && "negated", edge.state === "contested" && "contested"],
      }, s("title", {}, `${words(edge.relation)}${edge.polarity === "negated" ? " (not)" : ""}`)),
    };
  });
  const dots = chosen.map((node) => {
    const { x, y } = places.get(node.id);
    const right = x >= 0;
    const isCentre = node.ring === 0;
    const label = s(
      "text",
      isCentre ? { x: 0, y: 38, "text-anchor": "middle" } : { x: right ? node.radius + 5 : -node.radius - 5, y: 4, "text-anchor": right ? "start" : "end" },
      cut(node.name ?? node.id, isCentre ? 44 : LETTERS),
    );
    const mark = s(
      "a",
      {
        class: ["node", `group-${node.group}`, isCentre && "centre", `ring-${node.ring}`],
        href: addressOf(node, edges),
        transform: `translate(${x} ${y})`,
        "aria-label": `${words(node.kind)}: ${node.name}`,
        on: { pointerenter: () => follow(node), focus: () => follow(node), pointerleave: () => follow(null), blur: () => follow(null) },
      },
      s("circle", { r: node.radius }),
      label,
      s("title", {}, `${node.kind}: ${node.name}`),
    );
    return { node, mark };
  });

  function follow(node) {
    picture.classList.toggle("following", Boolean(node));
    const near = new Set(node ? [node.id] : []);
    for (const { edge, node: line } of lines) {
      const isOn = node && (edge.source === node.id || edge.target === node.id);
      line.classList.toggle("on", Boolean(isOn));
      if (isOn) near.add(edge.source).add(edge.target);
    }
    for (const one of dots) one.mark.classList.toggle("on", near.has(one.node.id));
    const names = node ? lines.filter(({ node: line }) => line.classList.contains("on")).map(({ edge }) => words(edge.relation)) : [];
    caption.textContent = node ? `${words(node.kind)} “${node.name}” · ${[...new Set(names)].join(", ")}` : idle();
  }

  const picture = s(
    "svg",
    { viewBox: `${-WIDTH / 2} ${-HEIGHT / 2} ${WIDTH} ${HEIGHT}`, class: "neighbourhood", role: "group", "aria-label": "Neighbourhood of the product" },
    s("g", {}, lines.map((line) => line.node)),
    s("g", {}, dots.map((dot) => dot.mark)),
  );

  function apply() {
    for (const { node, mark } of dots) mark.classList.toggle("off", hidden.has(node.group) && node.ring !== 0);
    const off = new Set(dots.filter(({ mark }) => mark.classList.contains("off")).map(({ node }) => node.id));
    for (const { edge, node: line } of lines) line.classList.toggle("off", off.has(edge.source) || off.has(edge.target));
  }
  const groups = [...new Set(chosen.filter((node) => node.ring !== 0).map((node) => node.group))];
  const legend = h(
    "div",
    { class: "legend", role: "group", "aria-label": "Show" },
    Object.keys(GROUP_NAMES).filter((group) => groups.includes(group)).map((group) =>
      h(
        "button",
        {
          type: "button",
          class: [`group-${group}`, "key"],
          "aria-pressed": "true",
          on: {
            click(event) {
              if (hidden.has(group)) hidden.delete(group);
              else hidden.add(group);
              event.currentTarget.setAttribute("aria-pressed", String(!hidden.has(group)));
              apply();
            },
          },
        },
        GROUP_NAMES[group],
      ),
    ),
  );
  return h("div", { class: "graph-box" }, legend, picture, caption);
}
