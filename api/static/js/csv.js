// Texts as CSV files that ad platforms and spreadsheets read.

/** One cell: quoted where needed, and never read as a formula by a spreadsheet. */
export function cell(value) {
  let text = String(value ?? "");
  if (/^(?:[ \u00a0]*[=+\-@＝＋－＠]|[\t\r\n])/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csv = (rows) => `\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;

const numbered = (name, most) => Array.from({ length: most }, (_, position) => `${name} ${position + 1}`);
const texts = (text, kind) => text.parts.filter((part) => part.kind === kind).map((part) => part.text);
const padded = (list, most) => Array.from({ length: most }, (_, position) => list[position] ?? "");

const SHEETS = {
  google_search: {
    head: ["Campaign", "Ad Group", "Ad type", ...numbered("Headline", 15), ...numbered("Description", 4), "Path 1", "Path 2", "Final URL", "Product ID", "Text ID"],
    row: (text, product) => [
      product.brand ?? "Shelfgraph", product.title, "Responsive search ad", ...padded(texts(text, "headline"), 15),
      ...padded(texts(text, "description"), 4), ...padded(texts(text, "path"), 2), product.url ?? "", product.product_id, text.text_id,
    ],
  },
  meta: {
    head: ["Ad Name", "Body", "Title", "Link Description", "Link", "Product ID", "Text ID"],
    row: (text, product) => [
      product.title, texts(text, "primary_text").join("\n"), texts(text, "headline")[0], texts(text, "description")[0], product.url ?? "",
      product.product_id, text.text_id,
    ],
  },
  plain: {
    head: ["Product ID", "Part", "Text", "Origin", "Text ID"],
    rows: (text, product) => text.parts.map((part) => [product.product_id, part.kind, part.text, part.origin, text.text_id]),
  },
};

/** The sheet of some texts of one channel. */
export function sheet(channel, items, product) {
  const { head, row, rows } = SHEETS[channel] ?? SHEETS.plain;
  return csv([head, ...items.flatMap((text) => (rows ? rows(text, product) : [row(text, product)]))]);
}

/** Hands a file to the browser's downloads. */
export function save(name, content, type = "text/csv;charset=utf-8") {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name.replaceAll(/[^\w.-]+/g, "-");
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Copies text; where the clipboard is closed to us (plain http) the old way. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
