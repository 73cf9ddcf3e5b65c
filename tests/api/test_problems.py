"""Errors are problem details, whoever noticed them, and tell nothing of the inside."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        ("GET", "/v1/nothing", {}, 404, "request.route_not_found"),
        ("GET", "/nothing", {}, 404, "request.route_not_found"),
        ("DELETE", "/v1/search", {}, 405, "request.method_not_allowed"),
        ("POST", "/v1/keys", {"data": "a=b"}, 415, "request.unsupported_media_type"),
        ("POST", "/v1/keys", {"data": "{", "content_type": "application/json"}, 400, "request.json_invalid"),
        (
            "POST",
            "/v1/keys",
            {"data": '{"name": "\\ud800"}', "content_type": "application/json"},
            400,
            "request.json_invalid",
        ),
        ("POST", "/v1/keys", {"data": "[]", "content_type": "application/json"}, 400, "request.invalid"),
        ("POST", "/v1/keys", {"data": b"\xff\xfe", "content_type": "application/json"}, 400, "request.json_invalid"),
        ("POST", "/v1/keys", {"json": {"nme": "x", "name": "x", "scopes": ["admin"]}}, 400, "request.unknown_field"),
        ("POST", "/v1/keys", {"data": b"x" * (5 << 20), "content_type": "application/json"}, 413, "request.too_large"),
        ("GET", "/v1/products?limit=0", {}, 400, "request.invalid"),
        ("GET", "/v1/products?limit=101", {}, 400, "request.invalid"),
        ("GET", "/v1/products?limit=ten", {}, 400, "request.invalid"),
        ("GET", "/v1/products?limit=1&limit=2", {}, 400, "request.invalid"),
        ("GET", "/v1/products?page=2", {}, 400, "request.unknown_field"),
        ("GET", "/v1/products?cursor=%F0%28", {}, 400, "request.invalid_cursor"),
        ("GET", "/v1/products/none", {}, 404, "product.not_found"),
        ("GET", "/v1/imports/none", {}, 404, "import.not_found"),
        ("GET", "/v1/jobs/none", {}, 404, "job.not_found"),
        ("GET", "/v1/texts/none", {}, 404, "text.not_found"),
    ],
)  # fmt: skip
def test_errors_are_problems(
    admin: Any, refused: Any, method: str, path: str, options: dict[str, Any], status: int, code: str
) -> None:
    refused(admin.call(method, path, **options), status, code)


def test_a_field_error_names_the_field(admin: Any, refused: Any) -> None:
    body = refused(admin.post("/v1/keys", json={"name": 5, "scopes": ["root"]}), 400, "request.invalid")
    assert {one["field"].split(".")[0] for one in body["errors"]} == {"name", "scopes"}


def test_an_unforeseen_error_says_only_its_request_id(admin: Any, refused: Any) -> None:
    @admin.app.get("/broken", endpoint="console.broken")
    def broken() -> str:
        raise RuntimeError("the password is 12345")

    response = admin.get("/broken", headers={"X-Request-Id": "mine-1"})
    body = refused(response, 500, "internal.error")
    assert body["request_id"] == "mine-1"
    assert "12345" not in response.text
    assert "RuntimeError" not in response.text


def test_request_ids_come_back_and_bad_ones_are_replaced(nobody: Any) -> None:
    assert nobody.get("/healthz", headers={"X-Request-Id": "abc-1"}).headers["X-Request-Id"] == "abc-1"
    for bad in ("a b", "x" * 200, "<script>"):
        given = nobody.get("/healthz", headers={"X-Request-Id": bad}).headers["X-Request-Id"]
        assert given.startswith("req_")


def test_security_headers_are_on_everything(admin: Any) -> None:
    for path in ("/healthz", "/docs", "/v1/search", "/v1/nothing"):
        headers = admin.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"


def test_a_graph_that_is_away_is_a_503_to_come_back_after(settings: Any, refused: Any, services: Any) -> None:
    from dataclasses import replace

    from api import create_app
    from kg.graph import ProductGraph

    away = ProductGraph.connect(services.settings.model_copy(update={"graph_uri": "bolt://127.0.0.1:1"}))
    try:
        client = create_app(replace(services, graph=away)).test_client()
        key = {"Authorization": f"Bearer {settings.api_key.get_secret_value()}"}
        response = client.get("/v1/products/x", headers=key)
        assert response.status_code == 503
        assert response.json["code"].startswith("graph.")
        assert int(response.headers["Retry-After"]) >= 1
        body = refused(client.get("/readyz", headers=key), 503, "service.not_ready")
        assert body["graph"] is False
        assert client.get("/healthz").status_code == 200
    finally:
        away.close()
