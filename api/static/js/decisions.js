// Approving and rejecting a text.

import * as api from "./api.js";
import { button } from "./dom.js";
import { act, toast } from "./notices.js";

/** The two buttons; `decided` gets the text as it is then. A stale text is not approved. */
export function decisionButtons({ text, signal, decided, kind = "" }) {
  const decide = (verb, said) => async (event) => {
    const answer = await act(event.currentTarget, () => api.post(`/v1/texts/${encodeURIComponent(text.text_id)}/${verb}`, {}, signal));
    if (!answer) return;
    toast(said);
    decided(answer);
  };
  return [
    button("Reject", { icon: "close", kind, disabled: text.state === "rejected", on: { click: decide("reject", "Rejected.") } }),
    button("Approve", { icon: "check", kind: `primary ${kind}`, disabled: text.state === "approved" || text.state === "stale", on: { click: decide("approve", "Approved.") } }),
  ];
}
