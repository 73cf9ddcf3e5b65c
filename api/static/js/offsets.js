// Offsets of the API are code points, strings here are UTF-16: these convert.

/** For each code point the index of its first UTF-16 unit, and one more for the end. */
export function unitIndex(text) {
  const index = [];
  for (let unit = 0; unit < text.length; unit += text.codePointAt(unit) > 0xffff ? 2 : 1) index.push(unit);
  index.push(text.length);
  return index;
}

export const codePointLength = (text) => unitIndex(text).length - 1;

/** The text between two code-point offsets. */
export function slice(text, start, end) {
  const index = unitIndex(text);
  const last = index.length - 1;
  return text.slice(index[Math.min(Math.max(start, 0), last)], index[Math.min(Math.max(end, 0), last)]);
}

/**
 * Cuts a text where any span begins or ends: `[{text, spans: [those that cover it]}]`, in order, without gaps.
 * Spans are `{start, end, …}` in code points; empty ones and those outside the text are left out.
 */
export function segments(text, spans) {
  const index = unitIndex(text);
  const length = index.length - 1;
  const valid = spans.filter((span) => span.start >= 0 && span.start < span.end && span.end <= length);
  const cuts = [...new Set([0, length, ...valid.flatMap((span) => [span.start, span.end])])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, position) => {
    const end = cuts[position + 1];
    return {
      text: text.slice(index[start], index[end]),
      spans: valid.filter((span) => span.start <= start && span.end >= end),
    };
  });
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;

/** Length as ad platforms count it: a double-width character (Chinese, full-width …) counts twice, a combining mark nothing. */
export const adWidth = (text) =>
  [...text.normalize("NFC")].reduce((sum, character) => sum + (/\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1), 0);
