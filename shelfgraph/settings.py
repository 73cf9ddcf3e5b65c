"""Every setting, its environment variable and its default.

A leaf: anyone may import it, it imports nothing of ours.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Device = Literal["auto", "cpu", "cuda"]


class Settings(BaseSettings):
    """Settings of one process; field ``graph_uri`` is read from ``SHELFGRAPH_GRAPH_URI`` and so on."""

    model_config = SettingsConfigDict(env_prefix="SHELFGRAPH_", env_ignore_empty=True, frozen=True, extra="ignore")

    home: Path = Field(Path("~/.local/share/shelfgraph"), description="Data folder.")
    host: str = Field("127.0.0.1", description="Address the API listens on.")
    port: int = Field(8080, ge=1, le=65535, description="Port the API listens on.")
    url: str = Field("", description="Where CLI clients find the API; empty: http://127.0.0.1:PORT.")
    api_key: SecretStr = Field(SecretStr(""), description="Bootstrap admin key; empty: made by `up` and kept in HOME.")

    graph_uri: str = Field("", description="bolt:// or neo4j:// of a Neo4j 5.26+; empty: the embedded graph.")
    graph_user: str = Field("neo4j", description="User of the graph.")
    graph_password: SecretStr = Field(SecretStr(""), description="Password of the graph.")
    graph_database: str = Field("neo4j", description="Database of the graph.")
    graph_http_url: str = Field("", description="HTTP endpoint of an ArcadeDB graph, where index DDL is sent.")
    graph_heap: str = Field("1g", pattern=r"^\d+[mg]$", description="Heap of the embedded graph.")

    broker_url: str = Field("", description="redis:// URL of a Redis or Valkey; empty: the embedded Valkey.")
    blob_url: str = Field("", description="fsspec URL for files; empty: the folder blobs in HOME.")

    generator_model: str = Field("smollm2-135m-instruct", description="Packaged name, hub id or local folder.")
    generator_url: str = Field("", description="OpenAI-compatible server to generate with instead of a local model.")
    generator_api_key: SecretStr = Field(SecretStr(""), description="Key of that server.")
    embedding_model: str = Field("all-minilm-l6-v2", description="Packaged name, hub id or local folder.")
    multilingual_model: str = Field("use-multilingual-v3", description="Embedder for what is not English.")
    relation_model: str = Field("packaged", description="Relation extractor: packaged, matchers or a model folder.")
    attribute_model: str = Field("packaged", description="Answers attributes by name: packaged or a model folder.")
    device: Device = Field("auto", description="Where models run.")
    model_threads: int = Field(2, ge=1, description="CPU threads of one model.")

    import_batch: int = Field(256, ge=1, le=5000, description="Rows committed together.")
    import_max_bytes: int = Field(20 * 2**30, ge=1, description="Largest body of an import, decompressed, in bytes.")
    import_max_upload_bytes: int = Field(2 * 2**30, ge=1, description="Largest upload, as sent, in bytes.")
    import_max_row_bytes: int = Field(4 * 2**20, ge=1024, description="Largest row of a feed in bytes.")
    import_allow_private_urls: bool = Field(default=False, description="Let imports fetch private addresses.")
    import_url_timeout: float = Field(300.0, gt=0, description="Seconds a fetched feed may take in all.")
    import_deletion_limit: float = Field(0.2, ge=0, le=1, description="Share of the catalogue a full feed may delete.")
    queue_limit: int = Field(1000, ge=1, description="Jobs or imports that may wait before the API answers 429.")
    rate_limit: str = Field("600/minute", description="Requests a key may make, in the notation of `limits`.")
    lease_seconds: int = Field(60, ge=5, description="How long a worker holds a job without a heartbeat.")
    max_deliveries: int = Field(3, ge=1, description="Deliveries of a task before it is parked.")
    visibility_timeout: int = Field(3600, ge=60, description="Seconds until the broker delivers a lost task again.")
    version_wait: float = Field(2.0, ge=0, description="Seconds a search waits for `min_version`.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least severe line logged.")

    @property
    def home_path(self) -> Path:
        """The data folder with ``~`` expanded."""
        return self.home.expanduser().absolute()

    @property
    def api_url(self) -> str:
        """Where clients find the API."""
        return self.url or f"http://127.0.0.1:{self.port}"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read from the environment once."""
    return Settings()
