"""How often an import was taken up without coming further: an import that kills its worker must not do so for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from shelfgraph.errors import NotFoundError

if TYPE_CHECKING:
    from kg.graph import Import
    from shelfgraph.blobs import Blobs


class Deliveries:
    """Counts beside the import's body, for the count must survive a killed worker and start anew with each batch.

    The graph's own ``attempts`` counts every claim: a long import whose worker is restarted now and then has many.
    """

    def __init__(self, blobs: Blobs, imported: Import) -> None:
        self._blobs = blobs
        self._name = f"imports/{imported.import_id}/deliveries.json"
        # A retry that a person asked for starts the graph's count again, and so this one.
        self._here = {"line": imported.line, "deleted": imported.counts.deleted}
        self._first = imported.attempts <= 1
        self.last = 0

    def count(self) -> int:
        """Count this delivery; how many there were at the same checkpoint."""
        before = 0 if self._first else self._read()
        self.last = before + 1
        self._blobs.put(self._name, [orjson.dumps({**self._here, "deliveries": self.last})])
        return self.last

    def _read(self) -> int:
        try:
            with self._blobs.open(self._name) as file:
                found = orjson.loads(file.read())
        except (NotFoundError, orjson.JSONDecodeError):
            return 0
        same = {name: found.get(name) for name in self._here} == self._here
        return int(found["deliveries"]) if same else 0
