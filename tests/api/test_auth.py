"""Keys, scopes, and what answers without one."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("path", ["/healthz", "/docs", "/docs/style.css", "/openapi.json", "/", "/console"])
def test_these_answer_without_a_key(nobody: Any, path: str) -> None:
    assert nobody.get(path).status_code == 200


def test_every_other_address_wants_a_key(nobody: Any, refused: Any) -> None:
    open_views = {"/healthz", "/docs", "/docs/style.css", "/openapi.json"}
    tried = 0
    for rule in nobody.app.url_map.iter_rules():
        if rule.rule in open_views or rule.endpoint.startswith("console."):
            continue
        path = rule.rule
        for argument in rule.arguments:
            path = path.replace(f"<{argument}>", "x").replace(f"<product:{argument}>", "x")
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            response = nobody.call(method, path)
            body = refused(response, 401, "auth.key_missing")
            assert response.headers["WWW-Authenticate"].startswith("Bearer")
            assert "Bearer" in body["detail"]
            tried += 1
    assert tried > 30


@pytest.mark.parametrize(
    "header", ["Bearer wrong", "Bearer ", "Basic eDp5", "bearer", "Bearer é", "Bearer " + "x" * 5000, ""]
)
def test_wrong_keys_are_refused(nobody: Any, header: str) -> None:
    response = nobody.get("/v1/products", headers={"Authorization": header})
    assert response.status_code == 401
    assert response.json["code"] in {"auth.key_missing", "auth.key_unknown"}


def test_no_bootstrap_key_means_no_empty_key_works(make_services: Any, settings: Any, refused: Any) -> None:
    from api import create_app

    app = create_app(make_services(settings.model_copy(update={"api_key": type(settings.api_key)("")})))
    for header in ("Bearer ", "Bearer  ", "Bearer"):
        response = app.test_client().get("/v1/products", headers={"Authorization": header})
        refused(response, 401, "auth.key_missing")


@pytest.mark.parametrize(
    ("scope", "method", "path", "allowed"),
    [
        ("search", "GET", "/v1/search", True),
        ("search", "GET", "/v1/products", True),
        ("search", "PUT", "/v1/products/x", False),
        ("search", "POST", "/v1/imports", False),
        ("search", "POST", "/v1/ad-copies", False),
        ("search", "GET", "/v1/texts", False),
        ("search", "GET", "/v1/keys", False),
        ("catalog", "GET", "/v1/imports", True),
        ("catalog", "POST", "/v1/ad-copies", False),
        ("marketing", "GET", "/v1/texts", True),
        ("marketing", "GET", "/v1/jobs", True),
        ("marketing", "DELETE", "/v1/products/x", False),
        ("marketing", "GET", "/metrics", False),
        ("admin", "GET", "/v1/imports", True),
        ("admin", "GET", "/metrics", True),
        ("search", "GET", "/readyz", True),
    ],
)
def test_scopes_open_what_they_name(
    admin: Any, refused: Any, scope: str, method: str, path: str, allowed: bool
) -> None:
    response = admin.with_scopes(scope).call(method, path)
    if allowed:
        assert response.status_code == 200, response.text
    else:
        body = refused(response, 403, "auth.scope_missing")
        assert body["required_scopes"]
        assert body["required_scopes"][0] in body["title"]


def test_a_key_is_shown_once_listed_and_revoked(admin: Any, services: Any, refused: Any) -> None:
    made = admin.post("/v1/keys", json={"name": "the shop", "scopes": ["search", "catalog"]})
    assert made.status_code == 201
    secret = made.json["key"]
    listed = admin.get("/v1/keys").json["results"]
    assert [(key["name"], sorted(key["scopes"])) for key in listed] == [("the shop", ["catalog", "search"])]
    assert secret not in admin.get("/v1/keys").text
    assert services.graph.keys.by_hash(secret) is None, "the secret itself is stored"
    bearer = {"Authorization": f"Bearer {secret}"}
    assert admin.get("/v1/search", headers=bearer).status_code == 200
    revoked = admin.delete(f"/v1/keys/{made.json['key_id']}")
    assert revoked.json["revoked"] is True
    refused(admin.get("/v1/search", headers=bearer), 401, "auth.key_unknown")
    refused(admin.delete("/v1/keys/key_none"), 404, "key.not_found")


@pytest.mark.parametrize(
    "body",
    [{"name": "x"}, {"name": "x", "scopes": []}, {"name": "x", "scopes": ["root"]}, {"name": "", "scopes": ["admin"]}],
)
def test_a_key_without_sense_is_refused(admin: Any, refused: Any, body: dict[str, Any]) -> None:
    refused(admin.post("/v1/keys", json=body), 400, "request.invalid")
