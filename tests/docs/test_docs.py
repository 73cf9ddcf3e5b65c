"""What the documentation says against what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from shelfgraph.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted((ROOT / "docs").glob("*.md"))
PACKAGES = ("api", "generation", "kg", "search", "shelfgraph", "workers")
CODES = (
    "ad_copy", "auth", "catalog", "evaluation", "events", "import", "job", "queue", "rate", "review_summary", "search",
    "text",
)  # fmt: skip
ABOUT_CODES = re.compile(rf"`((?:{'|'.join(CODES)})\.[a-z_]+)`")


def test_operations_lists_every_setting_with_its_default() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(SHELFGRAPH_\w+)` \| (.*?) \| .* \|$", text, re.MULTILINE))
    for name, field in Settings.model_fields.items():
        is_empty = isinstance(field.default, SecretStr) or field.default == ""
        assert rows.pop(f"SHELFGRAPH_{name.upper()}", None) == ("" if is_empty else f"`{field.default}`"), name
    assert not rows


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_codes_that_are_named_are_raised(path: Path) -> None:
    sources = "\n".join(
        source.read_text(encoding="utf-8") for package in PACKAGES for source in (ROOT / package).rglob("*.py")
    )
    for code in set(ABOUT_CODES.findall(path.read_text(encoding="utf-8"))):
        # Some codes are put together: f"ad_copy.unknown_{field}".
        stem = code.rpartition("_")[0]
        assert f'"{code}"' in sources or f"{stem}_{{" in sources, code


def test_every_row_code_is_explained() -> None:
    text = (ROOT / "docs" / "imports.md").read_text(encoding="utf-8")
    for source in (*(ROOT / "kg" / "catalog").rglob("*.py"), *(ROOT / "workers" / "imports").rglob("*.py")):
        for code in re.findall(r'RowError\(\s*"(catalog\.\w+)"', source.read_text(encoding="utf-8")):
            assert f"`{code}`" in text, code
