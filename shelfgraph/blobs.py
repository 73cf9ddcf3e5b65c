"""Files that outlive a process: accepted bodies, rejected rows, exports. A folder, or any fsspec URL.

A leaf: anyone may import it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from shelfgraph.errors import NotFoundError, PayloadTooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True)
class BlobInfo:
    """What was stored: ``size`` in bytes and the hexadecimal ``sha256``."""

    size: int
    sha256: str


class Blobs:
    """Named bytes, written whole and never changed in place.

    Args:
        url: a folder or an fsspec URL such as ``s3://bucket/prefix``.
    """

    def __init__(self, url: str) -> None:
        from fsspec.core import (  # type: ignore[import-untyped]  # ships no types  # noqa: PLC0415 - clients start without it
            url_to_fs,
        )

        self._files, root = url_to_fs(url)
        self._root = root.rstrip("/")
        self._folder = Path(self._root) if "file" in _protocols(self._files.protocol) else None

    def put(self, name: str, chunks: Iterable[bytes], *, max_bytes: int | None = None) -> BlobInfo:
        """Store the chunks under ``name``; when this returns they are on disk, and until then nothing is seen.

        Raises:
            PayloadTooLargeError: ``request.too_large``; nothing is kept.
        """
        path = self._path(name)
        if self._folder is None:
            # Whole on our side first: what breaks off half-way must never appear in the store.
            with tempfile.NamedTemporaryFile() as spool:
                info = _copy(chunks, cast("BinaryIO", spool), max_bytes)
                spool.flush()
                self._files.put_file(spool.name, path)
            return info
        return self._put_durably(Path(path), chunks, max_bytes)

    def open(self, name: str) -> BinaryIO:
        """Read what is stored under ``name``.

        Raises:
            NotFoundError: ``blob.not_found``.
        """
        try:
            return cast("BinaryIO", self._files.open(self._path(name), "rb"))
        except FileNotFoundError as error:
            raise NotFoundError("blob.not_found", f"There is no file {name}.") from error

    def exists(self, name: str) -> bool:
        """Whether something is stored under ``name``."""
        return bool(self._files.exists(self._path(name)))

    def delete(self, name: str) -> None:
        """Remove it; nothing there is no error."""
        with contextlib.suppress(FileNotFoundError):
            self._files.rm_file(self._path(name))

    def names(self, prefix: str) -> list[str]:
        """Every name in the folder ``prefix`` and below, sorted."""
        found = self._files.find(self._path(prefix))
        names = (str(path)[len(self._root) + 1 :] for path in found)
        return sorted(name for name in names if _NAME.fullmatch(name))

    def _path(self, name: str) -> str:
        name = name.strip("/")
        if not _NAME.fullmatch(name):  # no dot files, no "..": a temporary file is never taken for a blob
            raise NotFoundError("blob.not_found", "That is no name of a file.")
        return f"{self._root}/{name}"

    @staticmethod
    def _put_durably(path: Path, chunks: Iterable[bytes], max_bytes: int | None) -> BlobInfo:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        try:
            with temporary.open("xb") as sink:
                info = _copy(chunks, sink, max_bytes)
                sink.flush()
                os.fsync(sink.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
        return info


def _copy(chunks: Iterable[bytes], sink: BinaryIO, max_bytes: int | None) -> BlobInfo:
    digest = hashlib.sha256()
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if max_bytes is not None and size > max_bytes:
            raise PayloadTooLargeError(
                "request.too_large", f"The body is larger than {max_bytes} bytes.", help="Send it in parts."
            )
        digest.update(chunk)
        sink.write(chunk)
    return BlobInfo(size, digest.hexdigest())


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _protocols(protocol: str | tuple[str, ...]) -> tuple[str, ...]:
    return (protocol,) if isinstance(protocol, str) else protocol
