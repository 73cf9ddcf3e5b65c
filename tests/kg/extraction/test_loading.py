"""Which model reads what, by the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.extraction import load_attribute_reader
from kg.extraction.loading import PACKAGED
from shelfgraph.errors import SetupError
from shelfgraph.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def _version(language: str | None = None, **models: str) -> str:
    return load_attribute_reader(Settings(device="cpu", **models), language=language).version


def test_attributes_have_a_model_of_their_own_or_that_of_the_relations() -> None:
    english, chinese = str(PACKAGED / "en"), str(PACKAGED / "zh")
    assert _version(relation_model=chinese, attribute_model=english).startswith("spans-en")
    assert _version(relation_model=chinese).startswith("spans-zh")
    assert _version(relation_model="matchers", attribute_model="packaged").startswith("spans-en")


def test_a_model_of_another_language_is_passed_over() -> None:
    assert _version("zh", attribute_model=str(PACKAGED / "en")).startswith("spans-zh")
    assert _version("en", attribute_model=str(PACKAGED / "en")).startswith("spans-en")


@pytest.mark.parametrize(
    ("named", "code"), [("matchers", "cannot_be_asked"), ("nonsense", "unknown"), ("{empty}", "broken")]
)
def test_a_model_that_cannot_answer_is_refused(tmp_path: Path, named: str, code: str) -> None:
    with pytest.raises(SetupError) as refused:
        _version(attribute_model=named.format(empty=tmp_path))
    assert refused.value.code == f"setup.relation_model_{code}"
