from __future__ import annotations

import gzip
import ipaddress
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpcore
import pytest

from kg.catalog import fetch, read_products
from kg.catalog.fetching import _is_public
from shelfgraph.errors import FeedError

if TYPE_CHECKING:
    from collections.abc import Iterator

FEED = b'{"product_id": "1", "title": "Kettle"}\n'


_ANSWERS: dict[str, tuple[int, bytes, dict[str, str]]] = {
    "/feed": (200, FEED, {}),
    "/feed.gz": (200, gzip.compress(FEED), {"Content-Encoding": "gzip"}),
    "/brotli": (200, b"x", {"Content-Encoding": "br"}),
    "/moved": (302, b"", {"Location": "/feed"}),
    "/loop": (302, b"", {"Location": "/loop"}),
    "/to-file": (302, b"", {"Location": "file:///etc/passwd"}),
    "/to-inside": (302, b"", {"Location": "http://inside.example/feed"}),
    "/large": (200, b"x" * 500_000, {}),
}


class _Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/trickle":
            self._trickle()
        else:
            self._answer(*_ANSWERS.get(self.path, (404, b"no", {})))

    def _trickle(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:  # it never ends by itself
                self.wfile.write(b"x")
                time.sleep(0.1)
        except OSError:
            return

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def shop() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Shop)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def fault(url: str, **options: Any) -> str:
    with pytest.raises(FeedError) as caught, fetch(url, **options):
        pass
    return caught.value.code


@pytest.mark.parametrize("path", ["/feed", "/feed.gz", "/moved"])
def test_a_feed_is_fetched(shop: str, path: str) -> None:
    with fetch(shop + path, allow_private=True) as body:
        assert len(list(read_products(body))) == 1


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/missing", "catalog.url_status"),
        ("/loop", "catalog.url_redirects"),
        ("/to-file", "catalog.url_invalid"),
        ("/brotli", "catalog.url_encoding"),
        ("/large", "catalog.feed_too_large"),
    ],
)
def test_what_goes_wrong_has_a_code(shop: str, path: str, code: str) -> None:
    assert fault(shop + path, allow_private=True, max_bytes=100_000) == code


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x.example/", "http://", "nonsense", "http://u:p@x.example/"]
)
def test_only_plain_web_addresses(url: str) -> None:
    assert fault(url) == "catalog.url_invalid"


def test_a_trickle_ends_at_the_deadline(shop: str) -> None:
    assert fault(shop + "/trickle", allow_private=True, timeout=0.5) == "catalog.url_timeout"


def test_nobody_there_is_unreachable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        assert fault(f"http://127.0.0.1:{port}/", allow_private=True) == "catalog.url_unreachable"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0"])
def test_private_addresses_are_refused_however_they_are_written(shop: str, host: str) -> None:
    port = shop.rpartition(":")[2]
    assert fault(f"http://{host}:{port}/feed") in {"catalog.url_private", "catalog.url_invalid"}


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("10.0.0.1", False), ("172.16.9.9", False),
        ("192.168.1.1", False), ("127.0.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - nothing is bound
        ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False), ("fe80::1", False),
        ("fc00::1", False), ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("2002:a00:1::", False),
        ("::", False), ("ff02::1", False),
    ],
)  # fmt: skip
def test_what_is_public(address: str, public: bool) -> None:
    assert _is_public(ipaddress.ip_address(address)) is public


def test_a_redirect_to_the_inside_is_refused_and_names_are_resolved_once(
    shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that answers with a private address the second time (rebinding) gets no second question."""
    port = int(shop.rpartition(":")[2])
    asked: list[str] = []
    connected: list[str] = []
    real_connect = httpcore.SyncBackend.connect_tcp

    real_lookup = socket.getaddrinfo

    def answer(host: str, port: int, *rest: Any, **named: Any) -> list[Any]:
        if host == "127.0.0.1":
            return real_lookup(host, port, *rest, **named)
        asked.append(host)
        address = "93.184.216.34" if host == "shop.example" and asked.count(host) == 1 else "10.0.0.7"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(self: httpcore.SyncBackend, host: str, _: int, *rest: Any, **named: Any) -> httpcore.NetworkStream:
        connected.append(host)
        return real_connect(self, "127.0.0.1", port, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr("kg.catalog.fetching.socket.getaddrinfo", answer)
        patch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
        with fetch("http://shop.example/feed") as body:
            assert body.read() == FEED
        assert asked == ["shop.example"]
        assert connected == ["93.184.216.34"]
        asked.clear()
        assert fault("http://shop.example/to-inside") == "catalog.url_private"
        assert connected == ["93.184.216.34"] * 2
