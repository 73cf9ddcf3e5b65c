"""What the console's page and assets promise a browser, without one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from api import console

if TYPE_CHECKING:
    from flask.testing import FlaskClient

STATIC = Path(console.__file__).parent / "static"


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("test", static_folder=None)
    app.register_blueprint(console.blueprint)
    return app.test_client()


@pytest.mark.parametrize("path", ["/", "/console", "/console/"])
def test_the_page_allows_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "http" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.findall(r'(?:src|href)="(?!/console/assets/)', answer.text)


def test_the_page_is_revalidated_and_its_assets_are_kept(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.headers["Cache-Control"] == "no-cache"
    assert client.get("/", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304
    for address in set(re.findall(r'(?:src|href)="([^"]+)"', page.text)):
        asset = client.get(address)
        assert asset.status_code == 200, address
        assert "immutable" in asset.headers["Cache-Control"]
        asset.close()
    with client.get("/console/assets/an-older-version/js/main.js") as old:
        assert old.headers["Cache-Control"] == "no-cache"


def test_every_module_that_is_imported_is_there() -> None:
    for path in STATIC.glob("js/**/*.js"):
        for name in re.findall(r'^import .*? from "([^"]+)";', path.read_text(encoding="utf-8"), re.MULTILINE):
            assert (path.parent / name).resolve().is_file(), f"{path.name} imports {name}"


@pytest.mark.parametrize(
    "name", ["../console.py", "..%2fconsole.py", "vendor/inter/LICENSE.txt", "index.html", "nothing.js"]
)
def test_only_assets_are_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/console/assets/x/{name}").status_code == 404


def test_no_script_makes_markup_of_strings() -> None:
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment"
        r"|srcdoc\s*=|\beval\(|new Function"
    )
    for path in STATIC.glob("js/**/*.js"):
        assert not forbidden.search(path.read_text(encoding="utf-8")), path.name
