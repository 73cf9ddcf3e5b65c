// What each channel allows for each part, in its own width rule.

import { adWidth } from "./offsets.js";

export const LIMITS = {
  google_search: { headline: 30, description: 90, path: 15 },
  meta: { primary_text: 125, headline: 40, description: 30 },
  plain: { headline: 60, paragraph: 400 },
};

/** Width and limit of a part; platforms count a double-width character twice. */
export const measure = (channel, part) => ({ width: adWidth(part.text), limit: part.data?.limit ?? LIMITS[channel]?.[part.kind] });
