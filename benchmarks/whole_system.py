"""The whole system on an empty home: import a real catalogue, import it again, search it over HTTP, change it.

Prints one figure a line. Usage: ``python benchmarks/whole_system.py [--limit N] [--run FILE]``; ``--run`` writes the
ranking that the API gives for the development queries, a line of query id and product id for each result.
"""

from __future__ import annotations

import argparse
import gzip
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import esci
import httpx
import orjson
from running_system import running_system

if TYPE_CHECKING:
    from collections.abc import Sequence

    from running_system import Usage

ROUNDS = 4
PUSHES = 200


def accept(client: httpx.Client, body: bytes) -> str:
    """Send the feed; where its import is to be watched."""
    parameters = [("kind", "products"), ("format", "jsonl"), *(("map", f"{k}:{v}") for k, v in esci.MAPPING.items())]
    accepted = client.post("/v1/imports", params=parameters, content=body)
    accepted.raise_for_status()
    return f"/v1/imports/{accepted.json()['import_id']}"


def ended(client: httpx.Client, path: str) -> dict[str, Any] | None:
    """The import, if it has ended."""
    state = client.get(path).json()
    return None if state["state"] in {"accepted", "running"} else dict(state)


def run_import(client: httpx.Client, body: bytes, label: str, usage: Usage) -> int:
    """Import the feed, wait for its end, print what it took; the catalogue version it made."""
    before, start = usage.cpu(), time.perf_counter()
    path = accept(client, body)
    while (state := ended(client, path)) is None:
        time.sleep(0.1)
    seconds = time.perf_counter() - start
    counts, version = state["counts"], state["catalogue_version"] or 0
    client.get("/v1/search", params={"q": "anything", "min_version": version}).raise_for_status()
    visible = time.perf_counter() - start - seconds
    print(f"{label}_seconds {seconds:.1f} s")
    print(f"{label}_rate {counts['read'] / seconds:.1f} products/s")
    print(f"{label}_end_to_searchable {visible * 1000:.0f} ms")
    print(f"{label}_outcome {state['state']} {' '.join(f'{name}={count}' for name, count in counts.items())}")
    for role, spent in sorted(usage.cpu().items()):
        print(f"{label}_cpu_{role} {spent - before.get(role, 0.0):.1f} s")
    print(end="", flush=True)
    return int(version)


def ranking(client: httpx.Client, limit: int) -> dict[str, list[str]]:
    """Product ids by query id, best first, as the API answers."""
    found = {}
    for query_id, text in esci.dev_queries():
        results = client.get("/v1/search", params={"q": text, "limit": limit}).raise_for_status().json()["results"]
        found[query_id] = [hit["product_id"] for hit in results]
    return found


def search_times(client: httpx.Client, queries: Sequence[str], clients: int) -> list[float]:
    """Milliseconds of each search, with that many clients at once, each on a connection of its own."""
    times: list[float] = []

    def one_client(shift: int) -> None:
        with httpx.Client(base_url=client.base_url, headers=client.headers, timeout=60) as own:
            for query in (*queries[shift:], *queries[:shift]) * ROUNDS:
                start = time.perf_counter()
                own.get("/v1/search", params={"q": query, "limit": 10}).raise_for_status()
                times.append((time.perf_counter() - start) * 1000)

    threads = [threading.Thread(target=one_client, args=(6 * number,)) for number in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"search_rate_{clients}_clients {len(times) / (time.perf_counter() - start):.0f} queries/s")
    return times


def push(client: httpx.Client, row: dict[str, object], number: int) -> tuple[float, float]:
    """PUT a product with a word no other has, search for the word: milliseconds of the PUT, and from its answer on."""
    word = f"zq{number}x{time.time_ns() % 10**6}"
    body = {**row, "title": f"{row['title']} {word}"}
    start = time.perf_counter()
    stored = client.put(f"/v1/products/{row['product_id']}", json=body).raise_for_status().json()
    answered = time.perf_counter()
    parameters: dict[str, str | int] = {"q": word, "min_version": stored["catalogue_version"]}
    found = client.get("/v1/search", params=parameters).raise_for_status().json()["results"]
    searchable = time.perf_counter()
    if not found or found[0]["product_id"] != row["product_id"]:
        raise SystemExit(f"a search with min_version did not find what was pushed: {row['product_id']}")
    return (answered - start) * 1000, (searchable - answered) * 1000


def freshness(client: httpx.Client, rows: Sequence[dict[str, object]], label: str) -> None:
    """Print how long pushed changes take to be searchable."""
    pushes = [push(client, row, number) for number, row in enumerate(rows)]
    for name, times in (
        ("put", [put for put, _ in pushes]),
        ("commit_to_searchable", [after for _, after in pushes]),
        ("put_to_searchable", [put + after for put, after in pushes]),
    ):
        for share in (0.5, 0.99):
            print(f"{label}_{name}_p{share * 100:.0f} {esci.percentile(times, share):.0f} ms")
    print(f"{label}_pushes {len(pushes)}", flush=True)


def pushed_rows(lines: Sequence[bytes], count: int) -> list[dict[str, object]]:
    """Rows spread over the feed, under the names that PUT takes."""
    rows = []
    for line in lines[:: max(1, len(lines) // count)][:count]:
        row = orjson.loads(line)
        bullets = [one for one in row["bullet_points"].split("\n") if one.strip()]
        named = {"product_id": row["asin"], "title": row["title"], "description": row["description"]}
        named |= {"bullets": bullets, "brand": row["brand"], "color": row["color"], "product_type": row["category"]}
        rows.append({name: value for name, value in named.items() if value})
    return rows


def measure(client: httpx.Client, usage: Usage, lines: Sequence[bytes], run_file: Path | None) -> None:
    """Print the figures of the running system."""
    body = gzip.compress(b"".join(lines))
    run_import(client, gzip.compress(lines[0]), "first_product", usage)  # converts weights once, loads the models
    first = run_import(client, body, "import", usage)
    print(f"background_seconds_after_import {usage.wait_idle():.0f} s", flush=True)
    again = run_import(client, body, "same_feed_again", usage)
    print(f"same_feed_again_new_versions {again - first}")
    run = ranking(client, 100)
    print(f"ndcg_at_10 {esci.ndcg_at_10(run):.4f}")
    print(f"recall_at_100 {esci.recall_at_100(run):.4f}")
    if run_file:
        run_file.write_text("".join(f"{query}\t{found}\n" for query, ids in run.items() for found in ids))
    for clients in (1, 8):
        times = search_times(client, [query for _, query in esci.dev_queries()], clients)
        for share in (0.5, 0.95):
            print(f"search_p{share * 100:.0f}_{clients}_clients {esci.percentile(times, share):.1f} ms", flush=True)
    freshness(client, pushed_rows(lines, PUSHES), "freshness")
    changed = gzip.compress(b"".join(line.replace(b'{"title": "', b'{"title": "New ', 1) for line in lines))
    path = accept(client, changed)
    time.sleep(5)
    freshness(client, pushed_rows(lines, PUSHES // 4), "freshness_while_importing")
    print(f"freshness_while_importing_import_still_running {ended(client, path) is None}")
    client.post(f"{path}/cancel")
    for role, peak in usage.peaks():
        print(f"peak_memory_{role} {peak / 2**20:.0f} MiB")


def main() -> None:
    """Start the system, measure it, stop it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--limit", type=int, default=0, help="import only the first N products")
    arguments.add_argument("--run", type=Path, help="write the ranking of the development queries")
    chosen = arguments.parse_args()
    esci.require_data()
    lines = gzip.decompress(esci.FEED.read_bytes()).splitlines(keepends=True)
    with running_system() as (client, usage):
        measure(client, usage, lines[: chosen.limit] if chosen.limit else lines, chosen.run)


if __name__ == "__main__":
    main()
