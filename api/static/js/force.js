// A small deterministic layout: the product in the middle, its facts around it, other products outside; then labels make room.

const TURN = 2 * Math.PI;

/** The direction between several angles, weighing each the same. */
const meanAngle = (angles) => Math.atan2(angles.reduce((sum, a) => sum + Math.sin(a), 0), angles.reduce((sum, a) => sum + Math.cos(a), 0));

/** Where everything starts: facts evenly by group, products evenly in the order of the facts they share. */
function start(nodes, neighbours, { radiusX, radiusY }) {
  const points = new Map();
  const put = (node, angle, share) => points.set(node.id, { node, angle, share, x: Math.cos(angle) * radiusX * share, y: Math.sin(angle) * radiusY * share });
  const ring = (number) => nodes.filter((node) => node.ring === number);
  for (const node of ring(0)) put(node, 0, 0);
  const facts = ring(1).sort((a, b) => (a.group === b.group ? 0 : a.group < b.group ? -1 : 1));
  // Where the ring is dense every other one stands a little further out.
  facts.forEach((node, position) => put(node, (position / facts.length) * TURN - Math.PI / 2, facts.length > 14 && position % 2 ? 0.7 : 0.5));
  const wished = ring(2)
    .map((node) => ({ node, angle: meanAngle((neighbours.get(node.id) ?? []).map((id) => points.get(id)?.angle).filter((angle) => angle !== undefined)) }))
    .sort((a, b) => a.angle - b.angle);
  const turn = meanAngle(wished.map(({ angle }, position) => angle - (position / wished.length) * TURN));
  wished.forEach(({ node }, position) => put(node, (position / wished.length) * TURN + turn, 0.95));
  return [...points.values()];
}

/** Pushes what overlaps apart, up and down: a label is wide and low. */
function makeRoom(points, { width, height }) {
  const box = (point) => {
    const { label, radius } = point.node;
    return point.x >= 0 ? [point.x - radius, point.x + radius + label] : [point.x - radius - label, point.x + radius];
  };
  for (let round = 0; round < 120; round += 1) {
    let moved = false;
    for (const a of points) {
      for (const b of points) {
        if (a === b || a.node.ring === 0) continue;
        const [[aLeft, aRight], [bLeft, bRight]] = [box(a), box(b)];
        const wanted = b.node.ring === 0 ? 56 : 18;
        const gap = a.y - b.y;
        if (aRight < bLeft || bRight < aLeft || Math.abs(gap) >= wanted) continue;
        const push = ((wanted - Math.abs(gap)) / 2) * (gap < 0 || (gap === 0 && a.node.id < b.node.id) ? -1 : 1);
        a.y += push;
        if (b.node.ring !== 0) b.y -= push;
        moved = true;
      }
      a.x = Math.max(-width / 2 + 12, Math.min(width / 2 - 12, a.x));
      a.y = Math.max(-height / 2 + 14, Math.min(height / 2 - 14, a.y));
    }
    if (!moved) return;
  }
}

/**
 * Places `nodes` (`{id, ring, group, radius, label}`, label is its width; ring 0 is the middle) for `edges`
 * (`{source, target}`) in a field around (0, 0); returns a Map id → {x, y}. The same input gives the same picture.
 */
export function layout(nodes, edges, { width, height, margin = 150, rounds = 160 }) {
  const neighbours = new Map();
  const known = new Set(nodes.map((node) => node.id));
  const links = edges.filter((edge) => known.has(edge.source) && known.has(edge.target));
  for (const { source, target } of links) {
    neighbours.set(source, [...(neighbours.get(source) ?? []), target]);
    neighbours.set(target, [...(neighbours.get(target) ?? []), source]);
  }
  const radii = { radiusX: width / 2 - margin, radiusY: height / 2 - 20 };
  const points = start(nodes, neighbours, radii);
  const byId = new Map(points.map((point) => [point.node.id, point]));
  for (let round = 0; round < rounds; round += 1) {
    const heat = 1 - round / rounds;
    const moves = points.map((point) => {
      let [dx, dy] = [0, 0];
      if (point.node.ring === 0) return [0, 0];
      for (const other of points) {
        if (other === point) continue;
        const [x, y] = [(point.x - other.x) * 0.6, point.y - other.y];
        const distance = Math.hypot(x, y) || 1;
        if (distance > 130) continue;
        const push = Math.min(4, 900 / (distance * distance));
        dx += (x / distance) * push * 1.5;
        dy += (y / distance) * push;
      }
      const others = (neighbours.get(point.node.id) ?? []).map((id) => byId.get(id)).filter((other) => other.node.ring !== 0);
      for (const other of others) {
        dx += ((other.x - point.x) * 0.006) / others.length;
        dy += ((other.y - point.y) * 0.006) / others.length;
      }
      const out = Math.hypot(point.x / radii.radiusX, point.y / radii.radiusY) || 0.01;
      const pull = (point.share / out - 1) * 0.12;
      return [dx + point.x * pull, dy + point.y * pull];
    });
    points.forEach((point, position) => {
      point.x += moves[position][0] * heat;
      point.y += moves[position][1] * heat;
    });
  }
  makeRoom(points, { width, height });
  return new Map(points.map((point) => [point.node.id, { x: point.x, y: point.y }]));
}
