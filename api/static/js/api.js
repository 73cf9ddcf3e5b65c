// The one way to the API: adds the key, reads problem details, follows cursors.

import * as session from "./session.js";

/** What the API refused, with its stable code and what to do about it. */
export class ApiError extends Error {
  constructor({ status = 0, code = "console.unreachable", title, help = "", retryAfter = 0, details = {} }) {
    super(title);
    Object.assign(this, { status, code, help, retryAfter, details });
  }
}

const KNOWN = new Set(["type", "title", "status", "detail", "code", "help", "instance"]);

function problem(status, body, retryAfter) {
  const title = body?.title || body?.message || `The server answered with status ${status}.`;
  const detail = typeof body?.detail === "string" ? body.detail : "";
  const help = body?.help || (detail.startsWith(title) ? detail.slice(title.length).trim() : detail);
  const code = body?.code || (body?.type ?? "").split("/").pop() || `http.${status}`;
  const details = Object.fromEntries(Object.entries(body ?? {}).filter(([name]) => !KNOWN.has(name)));
  return new ApiError({ status, code, title, help, retryAfter, details });
}

const unreachable = () =>
  new ApiError({ title: "The API does not answer.", help: "Check that Shelfgraph is running, then try again." });

export function address(path, query = {}) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "") search.append(name, one);
    }
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

async function failure(response) {
  const body = await response.json().catch(() => null);
  const error = problem(response.status, body, Number(response.headers.get("Retry-After")) || 0);
  if (response.status === 401) dispatchEvent(new CustomEvent("shelfgraph:unauthorised", { detail: error }));
  return error;
}

/** The response itself; throws ApiError for anything but 2xx. */
export async function open(path, { method = "GET", query, json, body, headers = {}, signal } = {}) {
  const options = { method, signal, headers: { Accept: "application/json", ...headers }, credentials: "omit" };
  if (session.key()) options.headers.Authorization = `Bearer ${session.key()}`;
  if (json !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(json);
  } else if (body !== undefined) options.body = body;
  let response;
  try {
    response = await fetch(address(path, query), options);
  } catch (error) {
    throw error.name === "AbortError" ? error : unreachable();
  }
  if (!response.ok) throw await failure(response);
  return response;
}

/** The JSON of an answer (null where there is none). */
export async function call(path, options) {
  const response = await open(path, options);
  return response.status === 204 ? null : response.json();
}

export const get = (path, query, signal) => call(path, { query, signal });
export const post = (path, json = {}, signal) => call(path, { method: "POST", json, signal });
export const patch = (path, json, signal) => call(path, { method: "PATCH", json, signal });

/** All results of a list up to `most`, following its cursor. */
export async function collect(path, query = {}, { signal, most = 500 } = {}) {
  const results = [];
  let cursor;
  do {
    const page = await get(path, { limit: 100, ...query, cursor }, signal);
    results.push(...page.results);
    cursor = page.next_cursor;
  } while (cursor && results.length < most);
  return results;
}

/** Sends a file with upload progress (which fetch cannot report). `progress` gets 0…1. */
export function upload(path, file, { query, type, progress, signal } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address(path, query));
    request.setRequestHeader("Authorization", `Bearer ${session.key()}`);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", type);
    request.upload.onprogress = (event) => event.lengthComputable && progress?.(event.loaded / event.total);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
    request.onload = () => {
      let body = null;
      try {
        body = JSON.parse(request.responseText);
      } catch { /* an answer that is no JSON: the status says enough */ }
      if (request.status >= 200 && request.status < 300) resolve(body);
      else reject(problem(request.status, body, Number(request.getResponseHeader("Retry-After")) || 0));
    };
    signal?.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
