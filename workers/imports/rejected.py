"""The refused rows of an import, kept as files of NDJSON: one a batch, named so that they sort by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.catalog import RejectedRow
    from shelfgraph.blobs import Blobs

_DIGITS: Final = 12


class RejectedRows:
    """Where the refused rows of one import go.

    A part is named for the line its batch starts after, so that a batch done again replaces what it wrote before.
    """

    def __init__(self, blobs: Blobs, import_id: str) -> None:
        self._blobs = blobs
        self._folder = f"imports/{import_id}/rejected"

    def discard_after(self, line: int) -> None:
        """Remove the parts of batches that were never committed: those that start at the checkpoint or after it."""
        for name in self._blobs.names(self._folder):
            if int(name.rpartition("/")[2].partition(".")[0]) >= line:
                self._blobs.delete(name)

    def put(self, after_line: int, rows: Sequence[RejectedRow]) -> None:
        """Keep the refused rows of the batch that starts after a line; durable when this returns."""
        if rows:
            lines = (orjson.dumps(_as_dict(row), option=orjson.OPT_APPEND_NEWLINE) for row in rows)
            self._blobs.put(f"{self._folder}/{after_line:0{_DIGITS}d}.ndjson", lines)


def _as_dict(row: RejectedRow) -> dict[str, object]:
    return {"line": row.line, "field": row.field, "code": row.code, "reason": row.reason, "row": row.row}
