"""Imports: stored before they are accepted, in constant memory, whatever their packing."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tracemalloc
from typing import Any

import pytest

ROWS = b"".join(
    json.dumps({"product_id": f"P-{number}", "title": f"Thing {number}"}).encode() + b"\n" for number in range(3)
)
# Packed without the time: it would be in the name of the test, and each test process must find the same names.
PACKED = gzip.compress(ROWS, mtime=0)


def stored(services: Any, import_id: str) -> bytes:
    with services.blobs.open(services.graph.imports.get(import_id).blob) as body:
        return body.read()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (ROWS, {}),
        (ROWS, {"Content-Type": "application/x-ndjson"}),
        (ROWS, {"Content-Type": "application/x-www-form-urlencoded"}),  # what curl --data-binary says
        (ROWS, {"Content-Type": "application/json"}),
        (b'[{"product_id": "a", "title": "b", "url": "https://example.com/"}]', {"Content-Type": "application/json"}),
        (b'{"product_id": "a", "title": "b", "url": "https://example.com/"}', {"Content-Type": "application/json"}),
        (PACKED, {"Content-Encoding": "gzip"}),
        (PACKED, {"Content-Type": "application/gzip"}),
        (b"id,title\n1,x\n", {"Content-Type": "text/csv", "Content-Encoding": "identity"}),
    ],
)
def test_a_body_is_stored_as_it_came_and_accepted(
    admin: Any, services: Any, body: bytes, headers: dict[str, str]
) -> None:
    response = admin.post("/v1/imports", data=body, headers=headers)
    assert response.status_code == 202, response.text
    import_id = response.json["import_id"]
    assert response.headers["Location"] == f"/v1/imports/{import_id}"
    assert stored(services, import_id) == body
    assert services.broker.depth("import") == 1
    shown = admin.get(f"/v1/imports/{import_id}").json
    assert (shown["state"], shown["progress"], shown["catalogue_version"]) == ("accepted", 0.0, None)
    assert shown["counts"] == {"read": 0, "accepted": 0, "changed": 0, "unchanged": 0, "rejected": 0, "deleted": 0}


def test_the_ways_to_read_a_feed_are_kept(admin: Any, refused: Any) -> None:
    query = "kind=products&format=csv&mode=full&map=title:name&map=description:body:html&allow_deletions=true&name=feed"
    shown = admin.post(f"/v1/imports?{query}", data=b"id,name\n1,x").json
    assert (shown["kind"], shown["format"], shown["mode"], shown["name"]) == ("products", "csv", "full", "feed")
    assert shown["map"] == {"title": "name", "description": "body:html"}
    assert shown["allow_deletions"] is True
    for bad in ("map=title", "map=nothing:x", "map=title:a&map=title:b", "map=title:"):
        refused(admin.post(f"/v1/imports?{bad}", data=ROWS), 400, "catalog.mapping_invalid")
    for bad in ("kind=users", "format=pdf", "mode=maybe", "allow_deletions=perhaps"):
        refused(admin.post(f"/v1/imports?{bad}", data=ROWS), 400, "request.invalid")


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"", {}, 400, "request.body_empty"),
        (b"", {"Content-Type": "application/json"}, 400, "request.body_empty"),
        (ROWS, {"Content-Encoding": "gzip"}, 400, "request.encoding_mismatch"),
        (ROWS, {"Content-Encoding": "br"}, 415, "request.encoding_unsupported"),
        (ROWS, {"Content-Encoding": "gzip, gzip"}, 415, "request.encoding_unsupported"),
        (b"x" * ((8 << 20) + 1), {}, 413, "request.too_large"),
        (b'{"url": 5}', {"Content-Type": "application/json"}, 400, "request.invalid"),
        (b'{"url": "https://x.org/", "to": 1}', {"Content-Type": "application/json"}, 400, "request.unknown_field"),
        (b'{"url": "file:///etc/passwd"}', {"Content-Type": "application/json"}, 400, "import.url_invalid"),
        (b'{"url": "http://a:b@shop.example/feed"}', {"Content-Type": "application/json"}, 400, "import.url_invalid"),
        (b'{"url": "http://[::1"}', {"Content-Type": "application/json"}, 400, "import.url_invalid"),
    ],
)
def test_what_cannot_be_a_feed_is_refused_and_leaves_nothing(
    admin: Any, services: Any, refused: Any, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    response = admin.post("/v1/imports", data=body, headers=headers)
    refused(response, status, code)
    if status == 415:
        assert response.headers["Accept-Encoding"] == "gzip"
    assert services.blobs.names("uploads") == []
    assert admin.get("/v1/imports").json["results"] == []


def sent(body: io.IOBase, length: int) -> dict[str, Any]:
    """A body as gunicorn hands it over: it ends where the connection does, whatever length was announced."""
    # Werkzeug's test client would measure an `input_stream` and announce what it found.
    return {
        "environ_overrides": {"wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_LENGTH": str(length)},
    }


@pytest.mark.parametrize("kind", ["application/x-ndjson", "application/json"])
@pytest.mark.parametrize("arrived", [ROWS, b""])
def test_an_upload_that_breaks_off_leaves_nothing(
    admin: Any, services: Any, refused: Any, kind: str, arrived: bytes
) -> None:
    response = admin.post("/v1/imports", content_type=kind, **sent(io.BytesIO(arrived), len(arrived) + 100))
    refused(response, 400, "request.body_incomplete")
    assert services.blobs.names("uploads") == []
    assert admin.get("/v1/imports").json["results"] == []


class _Rows(io.RawIOBase):
    """A feed that is made while it is read."""

    def __init__(self, size: int) -> None:
        self._left = size

    def readinto(self, buffer: Any) -> int:
        count = min(self._left, len(buffer))
        buffer[:count] = b"7" * count
        self._left -= count
        return count


def test_the_largest_upload_takes_little_memory(make_services: Any, settings: Any, caller: Any) -> None:
    size = 64 << 20
    services = make_services(settings.model_copy(update={"import_max_upload_bytes": size}))
    admin = caller(services)
    admin.post("/v1/imports", data=ROWS)  # whatever is made on the first call is not counted
    tracemalloc.start()
    response = admin.post("/v1/imports", **sent(_Rows(size), size))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert response.status_code == 202
    accepted = services.graph.imports.get(response.json["import_id"])
    assert (accepted.size_bytes, accepted.sha256) == (size, hashlib.sha256(b"7" * size).hexdigest())
    assert peak < size / 4  # a few chunks of a MiB, and whatever other threads do meanwhile


def test_an_address_is_kept_for_the_worker_to_fetch(admin: Any, services: Any) -> None:
    response = admin.post("/v1/imports?kind=reviews", json={"url": "https://example.com/feed.jsonl"})
    assert response.status_code == 202
    accepted = services.graph.imports.get(response.json["import_id"])
    assert (accepted.blob, accepted.source_name, accepted.kind) == ("", "https://example.com/feed.jsonl", "reviews")


def test_the_same_idempotency_key_is_the_same_import(admin: Any, services: Any, refused: Any) -> None:
    key = {"Idempotency-Key": "monday"}
    first = admin.post("/v1/imports", data=ROWS, headers=key).json
    again = admin.post("/v1/imports", data=ROWS, headers=key)
    assert (again.status_code, again.json["import_id"]) == (202, first["import_id"])
    assert len(services.blobs.names("uploads")) == 1
    assert len(admin.get("/v1/imports").json["results"]) == 1
    other = admin.post("/v1/imports", data=ROWS + b"\n", headers=key)
    refused(other, 409, "request.idempotency_conflict")
    refused(admin.post("/v1/imports?mode=full", data=ROWS, headers=key), 409, "request.idempotency_conflict")
    assert len(services.blobs.names("uploads")) == 1
    somebody = admin.with_scopes("catalog").post("/v1/imports", data=ROWS, headers=key)
    assert somebody.json["import_id"] != first["import_id"]
    refused(
        admin.post("/v1/imports", data=ROWS, headers={"Idempotency-Key": "x" * 300}),
        400,
        "request.idempotency_key_invalid",
    )


def test_an_import_runs_and_its_refused_rows_can_be_downloaded(admin: Any, worker: Any) -> None:
    feed = ROWS + b'{"product_id": "", "title": "x"}\n' + b'{"product_id": "P-9"}\n' + b"not json\n"
    import_id = admin.post("/v1/imports", data=feed).json["import_id"]
    worker.run_import(import_id)
    shown = admin.get(f"/v1/imports/{import_id}").json
    assert shown["state"] == "succeeded", shown
    assert shown["counts"] == {"read": 6, "accepted": 3, "changed": 3, "unchanged": 0, "rejected": 3, "deleted": 0}
    assert shown["progress"] == 1.0
    response = admin.get(f"/v1/imports/{import_id}/rejected")
    assert response.mimetype == "application/x-ndjson"
    rows = [json.loads(line) for line in response.data.splitlines()]
    assert [(row["line"], row["field"]) for row in rows[:2]] == [(4, "product_id"), (5, "title")]
    assert all(set(row) == {"line", "field", "code", "reason", "row"} for row in rows)
    assert rows[2]["row"] == "not json"
    found = admin.get(f"/v1/search?q=thing&min_version={shown['catalogue_version']}").json
    assert {hit["product_id"] for hit in found["results"]} == {"P-0", "P-1", "P-2"}


def test_an_import_without_refused_rows_downloads_none(admin: Any) -> None:
    import_id = admin.post("/v1/imports", data=ROWS).json["import_id"]
    response = admin.get(f"/v1/imports/{import_id}/rejected")
    assert (response.status_code, response.data) == (200, b"")


def test_an_import_is_cancelled_and_taken_up_again(admin: Any, services: Any, refused: Any) -> None:
    import_id = admin.post("/v1/imports", data=ROWS).json["import_id"]
    refused(admin.post(f"/v1/imports/{import_id}/retry"), 409, "import.retry_refused")
    assert admin.post(f"/v1/imports/{import_id}/cancel").json["state"] == "cancelled"
    again = admin.post(f"/v1/imports/{import_id}/retry", json={"allow_deletions": True})
    assert (again.status_code, again.json["state"], again.json["allow_deletions"]) == (202, "accepted", True)
    assert services.broker.depth("import") == 2
    refused(admin.post("/v1/imports/none/cancel"), 404, "import.not_found")


def test_consent_to_deletions_may_be_given_in_the_query(admin: Any) -> None:
    import_id = admin.post("/v1/imports", data=ROWS).json["import_id"]
    admin.post(f"/v1/imports/{import_id}/cancel")
    assert admin.post(f"/v1/imports/{import_id}/retry?allow_deletions=true").json["allow_deletions"] is True


def test_full_queues_say_when_to_come_again(make_services: Any, settings: Any, caller: Any, refused: Any) -> None:
    services = make_services(settings.model_copy(update={"queue_limit": 2}))
    admin = caller(services)
    for _ in range(2):
        assert admin.post("/v1/imports", data=ROWS).status_code == 202
    response = admin.post("/v1/imports", data=ROWS)
    refused(response, 429, "queue.full")
    assert int(response.headers["Retry-After"]) > 0
    assert len(services.blobs.names("uploads")) == 2


def test_a_broker_that_is_away_loses_no_import(services: Any, caller: Any, broker_away: Any) -> None:
    admin = caller(broker_away(services))
    response = admin.post("/v1/imports", data=ROWS)
    assert response.status_code == 202
    assert stored(services, response.json["import_id"]) == ROWS
