"""Which model reads what, by the settings."""

from __future__ import annotations

from shutil import copytree, ignore_patterns
from typing import TYPE_CHECKING

import pytest

from kg.extraction import check_models, load_attribute_reader
from kg.extraction.loading import PACKAGED
from shelfgraph.errors import SetupError
from shelfgraph.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


ENGLISH, CHINESE = str(PACKAGED / "en"), str(PACKAGED / "zh")


def _version(language: str | None = None, model: str | None = None, relation_model: str = "packaged") -> str:
    settings = Settings(device="cpu", relation_model=relation_model)
    return load_attribute_reader(settings, language=language, model=model).version


def test_attributes_are_answered_by_the_model_that_is_named_or_that_of_the_relations() -> None:
    assert _version(model=ENGLISH, relation_model=CHINESE).startswith("spans-en")
    assert _version(relation_model=CHINESE).startswith("spans-zh")
    assert _version(model="packaged", relation_model="matchers").startswith("spans-en")


def test_a_model_of_another_language_is_passed_over() -> None:
    assert _version("zh", ENGLISH).startswith("spans-zh")
    assert _version("en", ENGLISH).startswith("spans-en")


@pytest.mark.parametrize(
    ("named", "code"), [("matchers", "cannot_be_asked"), ("nonsense", "unknown"), ("{empty}", "broken")]
)
def test_a_model_that_cannot_answer_is_refused_before_anything_starts(tmp_path: Path, named: str, code: str) -> None:
    named = named.format(empty=tmp_path)
    with pytest.raises(SetupError) as refused:
        _version(model=named)
    assert refused.value.code == f"setup.relation_model_{code}"
    with pytest.raises(SetupError) as checked:
        check_models(Settings(device="cpu", attribute_model=named))
    assert checked.value.code == refused.value.code


@pytest.mark.parametrize("setting", ["relation_model", "attribute_model"])
@pytest.mark.parametrize("missing", ["model.onnx", "weights.safetensors"])
def test_a_model_that_is_not_whole_is_found_before_anything_starts(tmp_path: Path, setting: str, missing: str) -> None:
    folder = copytree(PACKAGED / "zh", tmp_path / "model", ignore=ignore_patterns(missing))
    with pytest.raises(SetupError) as refused:
        check_models(Settings(device="cpu").model_copy(update={setting: str(folder)}))
    assert refused.value.code == "setup.relation_model_broken"


def test_what_ships_passes_the_check() -> None:
    check_models(Settings(device="cpu"))
    check_models(Settings(device="cpu", relation_model="matchers", attribute_model=CHINESE))
