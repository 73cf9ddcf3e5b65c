"""Snapshots of an index on disk: a folder that is written beside, checked, and renamed.

A snapshot that is torn, of another format, or does not open is removed; the graph has everything in it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
from filelock import FileLock

from search.index.rows import Row
from search.index.table import Table
from search.index.vectors import VectorIndex
from shelfgraph.logs import get_logger

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = 1  # raise it whenever rows, terms or vectors are written differently
_META: Final = "meta.json"
_ROWS: Final = "rows.jsonl"
_LEXICAL: Final = "lexical"
_ATTEMPTS: Final = 5
_FOLDER: Final = re.compile(r"snapshot-(\d{1,18})")
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a snapshot holds; ``lexical`` is the folder of the inverted index."""

    version: int
    table: Table
    vectors: Mapping[str, VectorIndex]
    lexical: Path


def save(folder: Path, contents: Contents) -> None:
    """Write a snapshot and remove the older ones. The caller lets nobody write meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"snapshot-{contents.version}"
    with FileLock(folder / ".snapshots.lock"):
        if target.exists():
            return
        temporary = Path(tempfile.mkdtemp(prefix=".saving-", dir=folder))
        try:
            _write(temporary, contents)
            temporary.rename(target)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        for version, old in _snapshots(folder):
            if version < contents.version:
                shutil.rmtree(old, ignore_errors=True)


def load(folder: Path, live: Path) -> Contents | None:
    """Read the newest sound snapshot, its inverted index copied to ``live``; remove what is not sound."""
    with FileLock(folder / ".snapshots.lock"):
        for left in folder.glob(".saving-*"):  # nobody saves while we hold the lock
            shutil.rmtree(left, ignore_errors=True)
        for version, found in _snapshots(folder):
            try:
                return _read(found, version, live)
            except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
                _log.warning("snapshot discarded", snapshot=found.name, reason=str(error)[:200])
                shutil.rmtree(found, ignore_errors=True)
                shutil.rmtree(live / _LEXICAL, ignore_errors=True)
    return None


def _write(folder: Path, contents: Contents) -> None:
    with (folder / _ROWS).open("wb") as stream:
        for number, row in enumerate(contents.table.rows):
            if row is not None:
                fields = [getattr(row, name) for name in Row.__slots__]
                stream.write(orjson.dumps([number, *fields], option=orjson.OPT_APPEND_NEWLINE))
    files = [folder / _ROWS]
    models = {}
    for position, (model, index) in enumerate(contents.vectors.items()):
        models[model] = f"vectors-{position}"
        files += index.save(folder / models[model])
    _copy_lexical(contents.lexical, folder / _LEXICAL)
    meta: dict[str, Any] = {
        "format": FORMAT,
        "version": contents.version,
        "models": models,
        "count": contents.table.count,
        "files": {file.name: _checksum(file) for file in files},
        "lexical": sorted(file.name for file in (folder / _LEXICAL).iterdir()),
    }
    (folder / _META).write_bytes(orjson.dumps(meta, option=orjson.OPT_INDENT_2))
    for file in (*files, folder / _META):
        _flush(file)


def _read(folder: Path, version: int, live: Path) -> Contents:
    meta = orjson.loads((folder / _META).read_bytes())
    if meta["format"] != FORMAT or meta["version"] != version:
        raise ValueError(f"it has format {meta['format']} and version {meta['version']}")
    for name, checksum in meta["files"].items():
        if _checksum(folder / name) != checksum:
            raise ValueError(f"{name} is torn")
    if sorted(file.name for file in (folder / _LEXICAL).iterdir()) != meta["lexical"]:
        raise ValueError("files of the inverted index are missing")
    table = Table()
    with (folder / _ROWS).open("rb") as stream:
        for line in stream:
            number, *fields = orjson.loads(line)
            table.restore(number, Row(**dict(zip(Row.__slots__, fields, strict=True))))
    if table.count != meta["count"]:
        raise ValueError("rows are missing")
    vectors = {model: VectorIndex.load(folder / name) for model, name in meta["models"].items()}
    shutil.copytree(folder / _LEXICAL, live / _LEXICAL)
    _check_lexical(live / _LEXICAL, meta["count"])
    return Contents(version, table, vectors, live / _LEXICAL)


def _check_lexical(folder: Path, count: int) -> None:
    """Whether the inverted index opens and has a document for each row."""
    from search.index.lexical import LexicalIndex  # noqa: PLC0415 - tantivy loads where an index is opened

    index = LexicalIndex(folder)
    try:
        if index.count != count:
            raise ValueError("the inverted index has other documents than the rows")
    finally:
        index.close()


def _copy_lexical(source: Path, target: Path) -> None:
    """Copy segment files; a merge in the background may take some away meanwhile, then again."""
    for attempt in range(_ATTEMPTS):
        try:
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.lock", ".tmp*"), copy_function=_link)
        except (shutil.Error, OSError):
            shutil.rmtree(target, ignore_errors=True)
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            return


def _link(source: str, target: str) -> None:
    """Segment files never change, so a second name is a copy; the files that do change are copied."""
    if Path(source).suffix == ".json":
        shutil.copy2(source, target)
        return
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copy2(source, target)


def _snapshots(folder: Path) -> list[tuple[int, Path]]:
    """The snapshots in a folder, the newest first."""
    found = [(int(match[1]), entry) for entry in folder.glob("snapshot-*") if (match := _FOLDER.fullmatch(entry.name))]
    return sorted(found, reverse=True)


def _checksum(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _flush(file: Path) -> None:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
