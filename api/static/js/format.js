// How values read: relations, money, times, states.

const GROUPS = {
  identity: ["BRAND", "TYPE", "MODEL", "AUTHOR"],
  look: ["COLOR", "STYLE", "FLAVOR", "MATERIAL", "CONTAINS"],
  measure: ["MEASURE", "QUANTITY", "SPEC"],
  ability: ["FEATURE", "CERTIFICATION"],
  use: ["USED_FOR", "SUITABLE_FOR", "USED_IN", "OCCASION"],
  box: ["INCLUDES", "REQUIRES", "COMPATIBLE_WITH"],
};
export const GROUP_NAMES = {
  identity: "Identity",
  look: "Look and material",
  measure: "Measures",
  ability: "Features",
  use: "Use",
  box: "In the box, fits",
  product: "Products",
};
const BY_RELATION = new Map(Object.entries(GROUPS).flatMap(([group, names]) => names.map((name) => [name, group])));
const BY_LABEL = {
  Brand: "identity", ProductType: "identity", Model: "identity", Person: "identity", Color: "look", Style: "look",
  Flavor: "look", Material: "look", Substance: "look", Measure: "measure", Quantity: "measure", Spec: "measure",
  Feature: "ability", Certification: "ability", Use: "use", Audience: "use", Place: "use", Occasion: "use", Item: "box",
  Device: "box", Product: "product",
};

export const groupOf = (relation) => BY_RELATION.get(relation) ?? "product";
export const groupOfLabel = (label) => BY_LABEL[label] ?? "product";
const ORDER = [...BY_RELATION.keys()];
export const relationOrder = (relation) => (ORDER.indexOf(relation) + 1 || 99);

/** `USED_FOR` → `used for`. */
export const words = (name) => String(name).toLowerCase().replaceAll("_", " ");
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export function money(price) {
  if (!price || price.amount === undefined || price.amount === null) return "";
  const amount = Number(price.amount);
  try {
    return price.currency
      ? new Intl.NumberFormat("en", { style: "currency", currency: price.currency }).format(amount)
      : new Intl.NumberFormat("en", { minimumFractionDigits: 2 }).format(amount);
  } catch {
    return `${price.amount} ${price.currency}`;
  }
}

export const count = (number) => new Intl.NumberFormat("en").format(number ?? 0);
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;
export const percent = (share) => `${Math.round((share ?? 0) * 100)}%`;

/** A time as people say it; the exact one belongs into a title. */
export function ago(moment) {
  const then = new Date(moment).getTime();
  if (Number.isNaN(then)) return String(moment ?? "");
  const seconds = Math.round((Date.now() - then) / 1000);
  if (seconds < 45) return "just now";
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.round(seconds / 3600)} h ago`;
  return new Intl.DateTimeFormat("en", { dateStyle: "medium" }).format(then);
}

export const KINDS = { ad_copy: "Ad", review_summary: "Review summary", answer: "Answer", blurb: "Blurb" };
export const CHANNELS = { google_search: "Google search ad", meta: "Meta (Facebook, Instagram)", plain: "Plain text" };
export const VERDICTS = {
  supported: "Supported: a fact says exactly this",
  implied: "Implied: it follows from a fact",
  unsupported: "Unsupported: no fact says this",
  contradicted: "Contradicted: a fact says otherwise",
};

/** A stable hue (0…359) for a name, for tiles without a picture. */
export function hueOf(name) {
  let hash = 7;
  for (const character of String(name)) hash = (hash * 31 + character.codePointAt(0)) % 9973;
  return hash % 360;
}
