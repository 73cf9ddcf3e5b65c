"""The whole system on an empty home: import a real catalogue, import it again, search it over HTTP.

Prints one figure a line. Usage: ``python benchmarks/whole_system.py [--limit N]``.
"""

from __future__ import annotations

import argparse
import gzip
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import esci
import httpx
import psutil

KEY = "benchmark-admin-key"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PeakMemory(threading.Thread):
    """Samples the resident memory of every process of the system."""

    def __init__(self, root: psutil.Process) -> None:
        super().__init__(daemon=True)
        self._root = root
        self._ended = threading.Event()
        self.peaks: dict[str, int] = {}

    def run(self) -> None:
        while not self._ended.wait(0.5):
            for process in [self._root, *self._root.children(recursive=True)]:
                try:
                    name, memory = self._name(process), process.memory_info().rss
                except psutil.Error:
                    continue
                self.peaks[name] = max(self.peaks.get(name, 0), memory)

    def stop(self) -> None:
        """Stop sampling."""
        self._ended.set()
        self.join()

    @staticmethod
    def _name(process: psutil.Process) -> str:
        line = " ".join(process.cmdline())
        roles = {"arcadedb": "graph", "valkey": "broker", "gunicorn": "api", "shelfgraph.wiring:api": "api"}
        role = next((role for part, role in roles.items() if part in line), None)
        if role is None and "celery" in line:
            role = "worker-" + next((q for q in ("import", "generate", "maintain") if f"{q}" in line), "other")
        return f"{role or 'up'}-{process.pid}"


def run_import(client: httpx.Client, body: bytes) -> dict[str, object]:
    """Import the feed and wait for its end."""
    parameters = [("kind", "products"), ("format", "jsonl"), *(("map", f"{k}:{v}") for k, v in esci.MAPPING.items())]
    accepted = client.post("/v1/imports", params=parameters, content=body, timeout=60)
    accepted.raise_for_status()
    path = f"/v1/imports/{accepted.json()['import_id']}"
    while True:
        state = client.get(path).json()
        if state["state"] not in {"accepted", "running"}:
            return dict(state)
        time.sleep(0.1)


def search_times(client: httpx.Client, queries: list[str], clients: int, rounds: int) -> list[float]:
    """Milliseconds of each search, with that many clients at once."""
    times: list[float] = []

    def one_client() -> None:
        with httpx.Client(base_url=client.base_url, headers=client.headers) as own:
            for query in queries * rounds:
                start = time.perf_counter()
                own.get("/v1/search", params={"q": query, "limit": 10}).raise_for_status()
                times.append((time.perf_counter() - start) * 1000)

    threads = [threading.Thread(target=one_client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def freshness(client: httpx.Client, product_id: str) -> float:
    """Milliseconds from a change of a title to the first search that finds it."""
    word = f"zq{time.time_ns() % 10**9}x"
    product = client.get(f"/v1/products/{product_id}").json()
    start = time.perf_counter()
    client.patch(f"/v1/products/{product_id}", json={"title": f"{product['title']} {word}"}).raise_for_status()
    while True:
        found = client.get("/v1/search", params={"q": word}).json()["results"]
        if any(hit["product_id"] == product_id for hit in found):
            return (time.perf_counter() - start) * 1000
        time.sleep(0.005)


def measure(client: httpx.Client, body: bytes, products: int) -> None:
    """Print the figures of the running system."""
    for label in ("import", "same_feed_again"):
        start = time.perf_counter()
        state = run_import(client, body)
        seconds = time.perf_counter() - start
        print(f"{label}_seconds {seconds:.1f} s")
        print(f"{label}_rate {products / seconds:.1f} products/s")
        print(f"{label}_outcome {state['state']} {state['counts']}".replace("'", ""))
        version = state["catalogue_version"]
    queries = esci.dev_queries()
    run = {}
    for query_id, query in queries:
        parameters: dict[str, str | int] = {"q": query, "limit": 10, "min_version": int(str(version or 0))}
        found = client.get("/v1/search", params=parameters).json()["results"]
        run[query_id] = [hit["product_id"] for hit in found]
    print(f"ndcg_at_10 {esci.ndcg_at_10(run):.4f}")
    for clients in (1, 8):
        times = search_times(client, [query for _, query in queries], clients, rounds=4)
        print(f"search_p50_{clients}_clients {esci.percentile(times, 0.5):.1f} ms")
        print(f"search_p95_{clients}_clients {esci.percentile(times, 0.95):.1f} ms")
    delays = [freshness(client, run[query_id][0]) for query_id, _ in queries[:20] if run[query_id]]
    print(f"freshness_p50 {esci.percentile(delays, 0.5):.0f} ms")
    print(f"freshness_max {max(delays):.0f} ms")


def main() -> None:
    """Start the system, measure it, stop it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--limit", type=int, default=0, help="import only the first N products")
    limit = arguments.parse_args().limit
    esci.require_data()
    lines = gzip.decompress(esci.FEED.read_bytes()).splitlines(keepends=True)
    lines = lines[:limit] if limit else lines
    port = free_port()
    environment = {**os.environ, "SHELFGRAPH_API_KEY": KEY, "SHELFGRAPH_RATE_LIMIT": "1000000/minute"}
    with tempfile.TemporaryDirectory() as home:
        up = [str(Path(sys.executable).parent / "shelfgraph"), "up", "--home", home, "--port", str(port)]
        system = subprocess.Popen(up, env=environment, stdout=subprocess.DEVNULL)
        try:
            with httpx.Client(
                base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {KEY}"}, timeout=30
            ) as client:
                start = time.perf_counter()
                while not _ready(client):
                    if system.poll() is not None or time.perf_counter() - start > 180:
                        sys.exit("shelfgraph up did not become ready")
                    time.sleep(0.25)
                print(f"start_seconds {time.perf_counter() - start:.1f} s")
                memory = PeakMemory(psutil.Process(system.pid))
                memory.start()
                measure(client, gzip.compress(b"".join(lines)), len(lines))
                memory.stop()
                for name, peak in sorted(memory.peaks.items()):
                    print(f"peak_memory_{name} {peak / 2**20:.0f} MiB")
        finally:
            system.send_signal(signal.SIGINT)
            system.wait(timeout=60)


def _ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    main()
