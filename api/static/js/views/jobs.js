// Jobs: what was asked for, how far it is, stopping and trying again.

import * as api from "../api.js";
import { button, fill, h } from "../dom.js";
import { ENDED, poll } from "../events.js";
import { KINDS, ago, percent, words } from "../format.js";
import { storedError } from "../job_progress.js";
import { act, badge, empty, errorBox, progressBar } from "../notices.js";
import { pagedList } from "../paging.js";
import { rename } from "../router.js";
import { choice } from "./texts.js";

function jobRow(first, signal) {
  const row = h("article", { class: "line job-line" });
  let job = first;
  const again = (verb) => async (event) => {
    const answer = await act(event.currentTarget, () => api.post(`/v1/jobs/${encodeURIComponent(job.job_id)}/${verb}`, {}, signal));
    if (answer) {
      job = answer.job_id ? answer : await api.get(`/v1/jobs/${encodeURIComponent(job.job_id)}`, {}, signal);
      draw();
      watch();
    }
  };
  function draw() {
    const { params = {} } = job;
    fill(row,
      h("div", { class: "body" },
        h("h3", {}, KINDS[job.kind] ?? words(job.kind), params.product_id ? [" for ", h("a", { href: `#/product/${encodeURIComponent(params.product_id)}` }, params.product_id)] : null),
        h("p", { class: "meta" }, [params.channel && words(params.channel), params.tone, params.language, params.question && `“${params.question}”`].filter(Boolean).map((one) => h("span", {}, one)),
          h("span", { title: job.created_at }, ago(job.created_at)), job.attempts > 1 ? h("span", {}, `attempt ${job.attempts}`) : null, h("code", {}, job.job_id)),
        ENDED.has(job.state) ? null : progressBar(job.progress ?? 0, `Progress ${percent(job.progress)}`),
        job.error && job.state !== "succeeded" ? errorBox(storedError(job.error)) : null,
        (job.result?.text_ids ?? []).length ? h("p", { class: "meta" }, job.result.text_ids.map((id, position) => h("a", { href: `#/texts/${encodeURIComponent(id)}` }, job.result.text_ids.length > 1 ? `Text ${position + 1}` : "Open the text"))) : null),
      h("div", { class: "aside" }, badge(job.state),
        ENDED.has(job.state) ? null : button("Cancel", { icon: "stop", kind: "small", on: { click: again("cancel") } }),
        ["failed", "parked", "cancelled"].includes(job.state) ? button("Retry", { icon: "retry", kind: "small", on: { click: again("retry") } }) : null));
  }
  function watch() {
    if (ENDED.has(job.state)) return;
    poll(async () => {
      if (!row.isConnected) return false;
      try {
        const now = await api.get(`/v1/jobs/${encodeURIComponent(job.job_id)}`, {}, signal);
        const changed = now.state !== job.state || now.progress !== job.progress;
        job = now;
        if (changed) draw();
      } catch { /* the next turn asks again */ }
      return ENDED.has(job.state);
    }, 1500, signal);
  }
  draw();
  watch();
  return row;
}

export async function jobsView({ query, signal }) {
  let state = query.get("state") ?? "";
  const list = h("div", {});
  let turn = new AbortController();
  function run() {
    turn.abort();
    turn = new AbortController();
    const until = AbortSignal.any([signal, turn.signal]);
    rename(`/jobs${state ? `?state=${state}` : ""}`);
    fill(list, pagedList({ path: "/v1/jobs", query: { state }, signal: until, show: (job) => jobRow(job, until), none: empty("No jobs", state ? "None in this state." : "Jobs appear here when somebody asks for a text.") }));
  }
  run();
  const states = [["", "All"], ["accepted", "Waiting"], ["running", "Running"], ["succeeded", "Succeeded"], ["failed", "Failed"], ["parked", "Parked"], ["cancelled", "Cancelled"]];
  return {
    title: "Jobs",
    node: h("div", { class: "narrow" },
      h("div", { class: "row results-head" }, h("h1", {}, "Jobs"), h("span", { class: "spacer" }), button("Refresh", { icon: "retry", kind: "small", on: { click: run } })),
      choice("State", states, state, (value) => { state = value; run(); }), list),
  };
}
