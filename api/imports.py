"""Accepting a feed: its bytes go to the blobs as they come, and are on disk before anything is promised."""

from __future__ import annotations

import secrets
from itertools import chain
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import orjson
from pydantic import ValidationError

from api.idempotency import idempotency
from api.inputs import invalid
from api.problems import UnsupportedMediaTypeError
from api.schemas.imports import ImportFromUrl, ImportQuery
from api.services import services
from kg.catalog import check_mapping
from kg.graph import ImportRequest
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Request

    from kg.graph import Import
    from shelfgraph.blobs import Blobs

_CHUNK: Final = 1 << 20
_LONGEST_REQUEST: Final = 16 << 10
_GZIP_MAGIC: Final = b"\x1f\x8b"


def url_in_body(request: Request) -> tuple[Iterator[bytes], str | None]:
    """The body as chunks, and the address where the body is `{"url": …}` rather than a feed.

    A JSON feed is told from the request by what it holds: a row has a ``product_id``, the request only a ``url``.

    Raises:
        InvalidRequestError: ``request.invalid``, the address is no text; ``request.body_incomplete``.
    """
    # One more than the blobs take, which have the last word: werkzeug refuses a body that is as long as its limit.
    request.max_content_length = services().settings.import_max_upload_bytes + 1
    chunks = _chunks(request)
    if request.mimetype != "application/json":
        return chunks, None
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) > _LONGEST_REQUEST:
            return chain([start], chunks), None
    try:
        asked = orjson.loads(start)
    except orjson.JSONDecodeError:
        return iter([start]), None
    if not isinstance(asked, dict) or "url" not in asked or "product_id" in asked or "review_id" in asked:
        return iter([start]), None
    try:
        return iter(()), ImportFromUrl.model_validate(asked).url
    except ValidationError as error:
        raise invalid(error, "json") from error


def accept_upload(request: Request, body: Iterator[bytes], query: ImportQuery) -> Import:
    """Store the body and accept it as an import.

    Raises:
        InvalidRequestError: ``request.body_empty``, ``request.body_incomplete``, or not packed as its headers say.
        PayloadTooLargeError: ``request.too_large``.
        UnsupportedMediaTypeError: ``request.encoding_unsupported``.
        ConflictError: ``request.idempotency_conflict``.
    """
    api = services()
    mapping = _mapping(query)
    chunks = _checked(body, request.headers.get("Content-Encoding", ""))
    blob = f"uploads/{secrets.token_hex(16)}"
    stored = api.blobs.put(blob, chunks, max_bytes=api.settings.import_max_upload_bytes)
    try:
        accepted = api.graph.imports.accept(
            ImportRequest(
                kind=query.kind,
                format=query.format,
                mode=query.mode,
                mapping=mapping,
                blob=blob,
                source_name=query.name,
                allow_deletions=query.allow_deletions,
                size_bytes=stored.size,
                sha256=stored.sha256,
            ),
            idempotency=idempotency(query=query.model_dump(), sha256=stored.sha256),
        )
    except BaseException:
        api.blobs.delete(blob)
        raise
    if accepted.blob != blob:  # the same request again: its first body is the one that counts
        api.blobs.delete(blob)
    return accepted


def accept_url(url: str, query: ImportQuery) -> Import:
    """Accept a feed that a worker will fetch; whether the address may be fetched is decided there, at each redirect.

    Raises:
        InvalidRequestError: ``import.url_invalid``.
        ConflictError: ``request.idempotency_conflict``.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        usable = False
    if not usable:
        raise InvalidRequestError(
            "import.url_invalid",
            "The address must begin with http:// or https:// and hold no password.",
            help="It is shown with the import. Put a feed behind a password into the body instead.",
        )
    return services().graph.imports.accept(
        ImportRequest(
            kind=query.kind,
            format=query.format,
            mode=query.mode,
            mapping=_mapping(query),
            source_name=url,  # without a stored body, this is where the worker fetches it from
            allow_deletions=query.allow_deletions,
        ),
        idempotency=idempotency(query=query.model_dump(), url=url),
    )


def rejected_rows(blobs: Blobs, import_id: str) -> Iterator[bytes]:
    """The refused rows of an import as NDJSON, in the order of their lines; workers keep them in numbered parts."""
    for name in blobs.names(f"imports/{import_id}/rejected"):
        with blobs.open(name) as part:
            while chunk := part.read(_CHUNK):
                yield chunk


def _mapping(query: ImportQuery) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for one in query.map:
        field, separator, column = one.partition(":")
        if not separator or field in mapping:
            raise InvalidRequestError(
                "catalog.mapping_invalid",
                f"The mapping {one[:100]!r} is not usable.",
                help="Write map=title:name, where title is our field and name your column; each field once.",
            )
        mapping[field] = column
    return check_mapping(mapping, query.kind)


def _chunks(request: Request) -> Iterator[bytes]:
    """The body; that the caller went away in the middle of it is told by its length alone: gunicorn ends it early."""
    read = 0
    while chunk := request.stream.read(_CHUNK):
        read += len(chunk)
        yield chunk
    if request.content_length is not None and read < request.content_length:
        raise InvalidRequestError(
            "request.body_incomplete",
            f"The body broke off after {read} of {request.content_length} bytes.",
            help="Send it again; nothing of it was kept.",
        )


def _checked(body: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The body, once its first bytes agree with what the headers say of it."""
    packings = [one.strip().lower() for one in encoding.split(",") if one.strip().lower() not in {"", "identity"}]
    if packings not in ([], ["gzip"], ["x-gzip"]):
        raise UnsupportedMediaTypeError(
            "request.encoding_unsupported",
            "The body is packed in a way we do not read.",
            help="Send it plain or as gzip.",
            accept_encoding="gzip",
        )
    first = next(body, b"")
    if not first:
        raise InvalidRequestError("request.body_empty", "There is no feed in the body.")
    if packings and not first.startswith(_GZIP_MAGIC):
        raise InvalidRequestError(
            "request.encoding_mismatch", "The headers say gzip, yet the body is none.", help="Drop Content-Encoding."
        )
    return chain([first], body)
