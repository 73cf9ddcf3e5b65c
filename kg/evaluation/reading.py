"""Files of marked rows: JSON lines in UTF-8, plain or gzip; what is wrong with one is said with its line."""

from __future__ import annotations

import errno
import gzip
import json
import os
import shutil
import zlib
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Row = dict[str, Any]

_GZIP: Final = b"\x1f\x8b"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_SHOWN: Final = 60  # code points of a value that an error repeats
# The file itself may be written all the same: its folder is another's, or it is mounted into a container.
_OF_ITS_FOLDER: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY})


def read_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Each row with the number of its line; blank lines are passed over.

    Raises:
        InvalidRequestError: ``evaluation.file_unreadable``, ``evaluation.file_damaged``, ``evaluation.not_utf8``,
            ``evaluation.text_invalid``, ``evaluation.row_invalid``, or ``evaluation.no_rows``.
    """
    number = rows = 0
    try:
        with _open(path) as lines:
            for number, line in enumerate(lines, 1):
                if number == 1:
                    line = line.removeprefix(_BYTE_ORDER_MARK)  # noqa: PLW2901 - the mark is no part of the row
                if line.strip():
                    rows += 1
                    yield number, _row(path, number, line)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise fault(
            "evaluation.file_damaged", path, number + 1, "cannot be decompressed", help="Make or fetch the file again."
        ) from error
    except OSError as error:
        raise unreadable(path, error) from error
    if not rows:
        raise InvalidRequestError(
            "evaluation.no_rows", f"{path.name} has no rows.", help="Give a file of one JSON object a line."
        )


def unreadable(path: Path, error: OSError) -> InvalidRequestError:
    """The error for a file that the system does not give."""
    return InvalidRequestError(
        "evaluation.file_unreadable",
        f"{path.name} cannot be read: {error.strerror or error}.",
        help="Check the path and its permissions.",
    )


def fault(code: str, path: Path, line: int, what: str, *, help: str, **details: object) -> InvalidRequestError:  # noqa: A002 - as in ShelfgraphError
    """The error for a line: "Line 3 of labels.jsonl …"."""
    return InvalidRequestError(code, f"Line {line} of {path.name} {what}.", help=help, line=line, **details)


def quoted(value: object) -> str:
    """``value`` as an error repeats it: in quotes and short."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f'"{text[:_SHOWN]}…"' if len(text) > _SHOWN else f'"{text}"'


def is_offset_pair(start: object, end: object, text: str) -> bool:
    """Whether ``text[start:end]`` is a span of ``text`` that is not empty."""
    # A truth value is an int to Python, and no offset to anybody.
    whole = all(isinstance(one, int) and not isinstance(one, bool) for one in (start, end))
    return whole and 0 <= cast("int", start) < cast("int", end) <= len(text)


def check_target(out: Path, data: Path) -> None:
    """Refuse a target for predictions before the work is done, not after it.

    Raises:
        InvalidRequestError: nothing can be written there, or it is ``data`` itself (``evaluation.target_unwritable``).
    """
    try:
        if out.is_dir() or not out.parent.is_dir():
            raise _unwritable(out, "it is a folder" if out.is_dir() else "its folder does not exist")
        if not out.exists():
            with TemporaryFile(dir=out.parent):
                pass
        elif out.samefile(data):
            raise _unwritable(out, "it holds the marked data")
        elif not os.access(out, os.W_OK):
            raise _unwritable(out, "it may not be written")
    except OSError as error:
        raise _unwritable(out, error.strerror or str(error)) from error


def write_rows(out: Path, rows: Iterable[object]) -> None:
    """Write JSON lines; a file that is there keeps its rows until the new ones are written.

    Raises:
        InvalidRequestError: the file cannot be written (``evaluation.target_unwritable``).
    """
    content = b"".join(orjson.dumps(row) + b"\n" for row in rows)
    try:
        # A device, a pipe and a link, as /dev/stdout is one, stay what they are.
        if out.is_symlink() or (out.exists() and not out.is_file()):
            out.write_bytes(content)
        else:
            _replace(out, content)
    except OSError as error:
        raise _unwritable(out, error.strerror or str(error)) from error


def _replace(out: Path, content: bytes) -> None:
    temporary = out.with_name(f".{os.getpid()}.part")
    try:
        temporary.write_bytes(content)
        if out.exists():
            shutil.copymode(out, temporary)
        temporary.replace(out)
    except OSError as error:
        if error.errno not in _OF_ITS_FOLDER:
            raise
        out.write_bytes(content)
    finally:
        with suppress(OSError):
            temporary.unlink()


@contextmanager
def _open(path: Path) -> Iterator[Iterable[bytes]]:
    # Opened once: what comes through a pipe can be read once only.
    with path.open("rb") as file:
        if file.peek(len(_GZIP)).startswith(_GZIP):
            with gzip.open(file) as unpacked:
                yield unpacked
        else:
            yield file


def _row(path: Path, number: int, line: bytes) -> Row:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise _why(path, number, line) from error
    if not isinstance(row, dict):
        raise fault(
            "evaluation.row_invalid", path, number, "is no JSON object", help="Each line is one object in braces."
        )
    return row


def _why(path: Path, number: int, line: bytes) -> InvalidRequestError:
    try:
        json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        return fault("evaluation.not_utf8", path, number, "is not UTF-8", help="Save the file as UTF-8.")
    except (ValueError, RecursionError):
        return fault(
            "evaluation.row_invalid",
            path,
            number,
            "is not JSON",
            help="Each line is one object in braces, on one line.",
        )
    # What Python reads and orjson does not: half of a surrogate pair, NaN.
    return fault(
        "evaluation.text_invalid",
        path,
        number,
        "has half a character (a lone surrogate such as \\ud83d) or a number that JSON does not know",
        help="Write the character whole, or leave it out; offsets count it as one.",
    )


def _unwritable(out: Path, why: str) -> InvalidRequestError:
    return InvalidRequestError(
        "evaluation.target_unwritable",
        f"Predictions cannot be written to {out.name}: {why}.",
        help="Name a file in a folder that exists and may be written.",
    )
