// A job as it moves: a bar, what it is doing, a way to stop it, its error when it ends badly.

import * as api from "./api.js";
import { button, fill, h } from "./dom.js";
import { ENDED, follow } from "./events.js";
import { capital, percent } from "./format.js";
import { act, badge, errorBox, progressBar } from "./notices.js";

/** The error of a job or an import as the API would have sent it. */
export const storedError = (error) => {
  const message = error.title ?? error.message ?? "It failed.";
  const detail = error.help ?? error.detail ?? "";
  return { code: error.code ?? (error.type ?? "").split("/").pop(), message, help: detail.startsWith(message) ? detail.slice(message.length).trim() : detail, details: {} };
};

/** Starts a job and follows it in `node`; returns its texts, or null when it ended without any. */
export async function runJob(node, path, request, signal) {
  const log = h("ol", { class: "job-log" });
  const bar = h("div", {});
  const line = h("p", { class: "muted", role: "status" }, "Sending the request…");
  const stop = button("Stop", { icon: "stop", kind: "quiet" });
  const box = h("section", { class: "panel job" }, h("div", { class: "row" }, line, stop), bar, log);
  stop.hidden = true;
  fill(bar, progressBar(null, "Progress"));
  fill(node, box);
  let seen = "";
  try {
    const accepted = await api.post(path, request, signal);
    stop.hidden = false;
    stop.addEventListener("click", () => act(stop, () => api.post(`/v1/jobs/${accepted.job_id}/cancel`, {}, signal)));
    const job = await follow(
      accepted.job_id,
      ({ progress, message, state }) => {
        const words = message || (state === "accepted" ? "Waiting for a worker…" : state === "running" ? "Working…" : "");
        if (typeof progress === "number") fill(bar, progressBar(progress, "Progress"));
        if (words) line.textContent = `${capital(words)}${progress ? ` · ${percent(progress)}` : ""}`;
        if (message && seen && message !== seen) log.append(h("li", {}, capital(seen)));
        seen = message || seen;
      },
      signal,
    );
    if (job.state === "succeeded") {
      const ids = job.result?.text_ids ?? [];
      return await Promise.all(ids.map((id) => api.get(`/v1/texts/${encodeURIComponent(id)}`, {}, signal)));
    }
    fill(node, h("section", { class: "panel job" }, h("p", {}, "The job ended: ", badge(job.state)), job.error ? errorBox(storedError(job.error)) : null));
  } catch (error) {
    if (error.name === "AbortError") throw error;
    fill(node, errorBox(error));
  }
  return null;
}

export { ENDED };
