"""Fetching a feed by URL: addresses checked and pinned so that it reaches no inner network, size and time limited."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import tempfile
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import certifi
import httpcore
import httpx

from shelfgraph.errors import FeedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAX_REDIRECTS: Final = 5
_IN_MEMORY: Final = 8 * 2**20
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_PLAIN_ENCODINGS: Final = frozenset({"", "identity", "gzip", "x-gzip"})
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


@contextmanager
def fetch(
    url: str, *, allow_private: bool = False, max_bytes: int = 2 * 2**30, timeout: float = 300.0
) -> Iterator[BinaryIO]:
    """The body at ``url``, in a temporary file (in memory while small) that stands at its beginning.

    Each host, also of each redirect, is resolved once, every address it has is checked, and the connection goes to
    the address that was checked. Proxies of the environment are not used, since they would resolve for themselves.

    Args:
        url: http or https.
        allow_private: let it be a private, loopback or link-local address.
        max_bytes: size of the body as sent, in bytes.
        timeout: seconds that all of it may take, redirects included.

    Raises:
        FeedError: ``catalog.url_invalid``, ``catalog.url_private``, ``catalog.url_unreachable``,
            ``catalog.url_status``, ``catalog.url_redirects``, ``catalog.url_timeout``, ``catalog.url_encoding`` or
            ``catalog.feed_too_large``.
    """
    deadline = _Deadline(timeout)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
        try:
            _download(url, cast("BinaryIO", body), allow_private=allow_private, max_bytes=max_bytes, deadline=deadline)
        except httpcore.TimeoutException:
            raise _timed_out(timeout) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError, UnicodeError) as error:
            if deadline.remaining() <= 0:
                raise _timed_out(timeout) from None
            raise FeedError(
                "catalog.url_unreachable",
                f"The address cannot be read: {error or type(error).__name__}.",
                help="Check that it opens in a browser outside your network.",
            ) from None
        body.seek(0)
        yield cast("BinaryIO", body)


class _Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        return self._end - time.monotonic()

    def shorter(self, timeout: float | None) -> float:
        """The time one operation may take.

        Raises:
            httpcore.ReadTimeout: none is left.
        """
        left = self.remaining()
        if left <= 0:
            raise httpcore.ReadTimeout("deadline")
        return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    """A connection each of whose operations ends at the deadline, so that a trickle cannot hold it open."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.shorter(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.shorter(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, self._deadline.shorter(timeout))
        return _Stream(inner, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class _CheckedBackend(httpcore.NetworkBackend):
    """Connects to the address that was checked: what a name means is asked once."""

    def __init__(self, deadline: _Deadline, *, allow_private: bool) -> None:
        self._backend = httpcore.SyncBackend()
        self._deadline = deadline
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = _resolve(host, port)
        if not self._allow_private and not all(map(_is_public, addresses)):
            raise FeedError(
                "catalog.url_private",
                f"{host} is in a private or reserved network, which imports may not read.",
                help="Send the file itself, or set SHELFGRAPH_IMPORT_ALLOW_PRIVATE_URLS=true.",
            )
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                stream = self._backend.connect_tcp(
                    str(address), port, self._deadline.shorter(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self._deadline)
        raise failure

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002 - the interface's
        socket_options: Iterable[_SocketOption] | None = None,  # noqa: ARG002 - the interface's
    ) -> httpcore.NetworkStream:
        raise httpcore.UnsupportedProtocol(path)

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


def _download(url: str, body: BinaryIO, *, allow_private: bool, max_bytes: int, deadline: _Deadline) -> None:
    backend = _CheckedBackend(deadline, allow_private=allow_private)
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    headers = [("User-Agent", "shelfgraph"), ("Accept", "*/*"), ("Accept-Encoding", "identity")]
    with httpcore.ConnectionPool(ssl_context=context, network_backend=backend, max_connections=1) as pool:
        for _ in range(_MAX_REDIRECTS + 1):
            target = _checked_url(url)
            host = target.netloc.decode("ascii")
            with pool.stream("GET", str(target), headers=[("Host", host), *headers]) as response:
                if response.status not in _REDIRECTS:
                    _save(response, body, max_bytes)
                    return
                url = str(target.join(_header(response, b"location")))
    raise FeedError("catalog.url_redirects", f"The address redirects more than {_MAX_REDIRECTS} times.")


def _checked_url(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise FeedError("catalog.url_invalid", f"The address is not valid: {error}.") from None
    if target.scheme not in {"http", "https"} or not target.host or target.userinfo:
        raise FeedError(
            "catalog.url_invalid",
            "The address is not http or https, names no host, or holds a password.",
            help="Write http://… or https://….",
        )
    return target.copy_with(fragment=None)


def _save(response: httpcore.Response, body: BinaryIO, max_bytes: int) -> None:
    if response.status != httpx.codes.OK:
        raise FeedError("catalog.url_status", f"The address answers with status {response.status}.")
    # gzip is left as it is: the readers open it, within their limits
    if (encoding := _header(response, b"content-encoding").lower()) not in _PLAIN_ENCODINGS:
        raise FeedError(
            "catalog.url_encoding", f"The answer is encoded as {encoding[:20]!r}, though plain was asked for."
        )
    size = 0
    for chunk in response.iter_stream():
        size += len(chunk)
        if size > max_bytes:
            raise FeedError(
                "catalog.feed_too_large",
                f"The answer is larger than {max_bytes:,} bytes.",
                help="Split the feed, or raise SHELFGRAPH_IMPORT_MAX_UPLOAD_BYTES.",
            )
        body.write(chunk)


def _header(response: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in response.headers if key.lower() == name), "").strip()


def _resolve(host: str, port: int) -> list[_Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
    return [ipaddress.ip_address(address) for address in addresses]


def _is_public(address: _Address) -> bool:
    """Whether an address is on the public internet, also where it wraps an older one."""
    if isinstance(address, ipaddress.IPv6Address):
        wrapped: list[_Address] = [inner for inner in (address.ipv4_mapped, address.sixtofour) if inner is not None]
        if address.teredo is not None:
            wrapped.extend(address.teredo)
        if address in _NAT64:
            wrapped.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if wrapped:
            return all(map(_is_public, wrapped))
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _timed_out(timeout: float) -> FeedError:
    return FeedError(
        "catalog.url_timeout",
        f"The address took longer than {timeout:g} seconds.",
        help="Try again, or raise SHELFGRAPH_IMPORT_URL_TIMEOUT.",
    )
