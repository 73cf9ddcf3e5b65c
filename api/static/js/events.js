// Server-sent events over fetch (EventSource cannot send a key), and following a job to its end.

import * as api from "./api.js";

/** Yields `{id, event, data}` from a stream of text, as the HTML standard reads one. */
export async function* parse(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  let message = { id: "", event: "message", data: [] };
  for (;;) {
    const { value, done } = await reader.read();
    buffer += value ?? "";
    // A CR at the very end may be half of a CRLF that is still to come.
    const lines = buffer.split(done ? /\r\n|\n|\r/ : /\r\n|\n|\r(?!$)/);
    buffer = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (message.data.length) yield { ...message, data: message.data.join("\n") };
        message = { id: message.id, event: "message", data: [] };
        continue;
      }
      const colon = line.indexOf(":");
      if (colon === 0) continue;
      const name = colon < 0 ? line : line.slice(0, colon);
      const text = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (name === "data") message.data.push(text);
      else if (name === "event") message.event = text;
      else if (name === "id") message.id = text;
    }
    if (done) return;
  }
}

export const ENDED = new Set(["succeeded", "failed", "parked", "cancelled"]);
const pause = (ms, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("left", "AbortError"));
    });
  });

/**
 * Follows a job until it ends and returns it. `show({progress, message, state})` is called as it moves.
 * The stream is taken up again where it broke off; where it cannot be had the job is asked for instead.
 */
export async function follow(jobId, show, signal) {
  const path = `/v1/jobs/${encodeURIComponent(jobId)}`;
  let last = "";
  let wait = 0;
  for (;;) {
    if (wait) await pause(wait, signal);
    const job = await api.get(path, {}, signal);
    show({ progress: job.progress, state: job.state, message: "" });
    if (ENDED.has(job.state)) return job;
    wait = 500;
    try {
      const response = await api.open(`${path}/events`, {
        headers: { Accept: "text/event-stream", ...(last ? { "Last-Event-ID": last } : {}) },
        signal,
      });
      for await (const message of parse(response.body)) {
        last = message.id || last;
        let data = {};
        try {
          data = JSON.parse(message.data);
        } catch { /* a comment for people; nothing to show */ }
        const state = data.state ?? (ENDED.has(message.event) ? message.event : undefined);
        show({ progress: data.progress, message: data.stage ?? data.message ?? "", state });
        if (message.event !== "end" && !ENDED.has(state)) continue;
        wait = 0;
        break;
      }
    } catch (error) {
      if (error.name === "AbortError" || error.status === 404) throw error;
    }
  }
}

/** Calls `step` now and then every `ms` until it returns true or the view is left. */
export async function poll(step, ms, signal) {
  while (!signal.aborted) {
    if (await step()) return;
    try {
      await pause(document.hidden ? ms * 5 : ms, signal);
    } catch {
      return;
    }
  }
}
