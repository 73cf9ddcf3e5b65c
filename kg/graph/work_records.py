"""Work the graph keeps: imports, jobs, idempotency keys, and the API's keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from kg.model import TextKind, WorkState

ImportKind = Literal["products", "reviews"]
ImportMode = Literal["upsert", "full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCounts:
    """Rows of an import by what became of them."""

    read: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    deleted: int = 0

    @property
    def accepted(self) -> int:
        """Rows that went in, whether or not they changed anything."""
        return self.changed + self.unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """An import to accept; ``blob`` names its stored body."""

    kind: ImportKind = "products"
    format: str | None = None
    mode: ImportMode = "upsert"
    mapping: dict[str, str] = field(default_factory=dict)
    blob: str = ""
    source_name: str = ""
    allow_deletions: bool = False
    size_bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An accepted import; ``line`` is its checkpoint, ``sequence`` times 10**9 plus the line orders its rows."""

    import_id: str
    kind: ImportKind
    format: str | None
    mode: ImportMode
    mapping: dict[str, str]
    blob: str
    source_name: str
    allow_deletions: bool
    size_bytes: int
    sha256: str
    state: WorkState
    counts: ImportCounts
    total_rows: int | None
    line: int
    sequence: int
    catalogue_version: int | None
    error: dict[str, Any] | None
    attempts: int
    created_at: str
    updated_at: str

    @property
    def progress(self) -> float:
        """From 0 to 1."""
        if self.state == "succeeded":
            return 1.0
        return min(1.0, self.counts.read / self.total_rows) if self.total_rows else 0.0


@dataclass(frozen=True, slots=True)
class ImportCheckpoint:
    """How far an import has come, written in the transaction of the batch.

    With ``worker``, the whole batch is refused when that worker no longer holds the import.
    """

    import_id: str
    line: int
    counts: ImportCounts
    total_rows: int | None = None
    worker: str | None = None


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A client's key for a request: the same key and fingerprint answer the same thing."""

    key: str
    fingerprint: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An accepted request for generated text."""

    job_id: str
    kind: TextKind
    params: dict[str, Any]
    state: WorkState
    progress: float
    result_text_ids: tuple[str, ...]
    error: dict[str, Any] | None
    attempts: int
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class JobEvent:
    """What happened to a job: ``type`` is state or progress."""

    seq: int
    at: str
    type: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the API; its secret is known to its owner only."""

    key_id: str
    name: str
    scopes: tuple[str, ...]
    created_at: str
    revoked: bool = False
