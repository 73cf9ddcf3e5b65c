from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from kg.evaluation import AttributeRow
from kg.extraction.asking import AskedAttribute
from kg.extraction.spans import load_reader
from kg.extraction.spans.normalising import Normalisers
from kg.training import TrainingSettings, train_relations
from kg.training.normalising import learn_normalisers, read_normal_forms
from shelfgraph.cli import main
from shelfgraph.errors import InvalidRequestError, SetupError

if TYPE_CHECKING:
    from pathlib import Path

WIDTHS = [
    ('12"', "30.5"), ('24"', "61.0"), ("7 1/2", "19.1"), ("3/4 in.", "1.9"), ("2 ft", "61.0"), ("36", "91.4"),
    ('121" - 132"', "335.3"), ('73" - 84"', "213.4"),
]  # fmt: skip
TYPES = [
    ("wedding band", "Rings"), ("gold wedding band", "Rings"), ("engagement ring", "Rings"), ("halo ring", "Rings"),
    ("pearl necklace", "Necklaces"), ("necklace", "Necklaces"), ("silver necklace", "Necklaces"),
]  # fmt: skip
SIZES = [("8MB", "8 Megabytes"), ("16 MB", "16 Megabytes"), ("2-GB", "2 Gigabytes"), ("4GB", "4 Gigabytes"),
         ("32MB", "32 Megabytes"), ("3 MB", "3 Megabytes"), ("512-GB", "512 Gigabytes"), ("64", "64 Megabytes"),
         ("128", "128 Megabytes")]  # fmt: skip


def _learnt(*pairs: tuple[str | frozenset[str], str | frozenset[str]]) -> Normalisers:
    """What pairs teach of the attribute ``A`` of the category ``C``."""
    stated, normal = (
        [
            AttributeRow(str(at), "C", {"A": one if isinstance(one, frozenset) else frozenset({one})})
            for at, one in enumerate(side)
        ]
        for side in zip(*pairs, strict=True)
    )
    return learn_normalisers(stated, normal)


@pytest.mark.parametrize(
    ("pairs", "operation", "unseen", "normal"),
    [
        ([("Tacori", "TACORI"), ("Benchmark", "BENCHMARK")], "upper_case", "CrownRing", "CROWNRING"),
        ([("a-1", "a1"), ("bb-22", "bb22"), ("c", "c")], "letters_and_digits", "d-3/4", "d34"),
        ([("100/Box", "100"), ("1,000/Box", "1000"), ("trio", "3")], "number", "Six per Pack", "6"),
        ([("15K", "15000 rpm"), ("7.2K RPM", "7200 rpm")], "number", "10K", "10000 rpm"),
        ([("031200259240", "31200"), ("0 44800 503187", "44800")], "digits", "856924000639", "56924"),
        (WIDTHS, "quantity", '14-1/2"', "36.8"),
        ([("32 oz", "907"), ("8.4 oz", "238"), ("3 lbs", "1361")], "quantity", "12 oz.", "340"),
        ([("32 oz", "0.9 kg"), ("160 oz", "4.5 kg"), ("3 lbs", "1.4 kg")], "quantity", "10 lb", "4.5 kg"),
        (SIZES, "rewrite", "1-GB", "1 Gigabytes"),
        (TYPES, "alike", "Platinum Wedding Bands", "Rings"),
    ],
)
def test_the_rule_that_the_pairs_follow_holds_for_values_they_do_not_have(
    pairs: list[tuple[str, str]], operation: str, unseen: str, normal: str
) -> None:
    learnt = _learnt(*pairs)
    assert learnt.by_attribute["C", "A"].operation == operation
    assert learnt.normal("A", "C", unseen) == normal
    assert all(learnt.normal("A", "C", value) == form for value, form in pairs)


def test_of_several_numbers_the_one_that_the_pairs_mean_is_taken() -> None:
    assert _learnt(*WIDTHS).normal("A", "C", '10" to 20"') == "50.8"


def test_the_table_has_what_the_rule_is_wrong_about_and_nothing_else() -> None:
    learnt = _learnt(("Tacori", "TACORI"), ("Ocean Spray", "OCEAN SPRAY"), ("Charms", "CHARMS"), ("HP", "Hewlett"))
    assert learnt.by_attribute["C", "A"].table == {"hp": "Hewlett"}


def test_one_pair_teaches_its_own_value_only() -> None:
    learnt = _learnt(("HP", "Hewlett-Packard"))
    assert learnt.normal("A", "C", "hp") == "Hewlett-Packard"
    assert learnt.normal("A", "C", "Dell") == "Dell"


def test_what_is_normal_as_it_stands_is_not_learnt() -> None:
    assert _learnt(("Packets", "Packets"), ("packets", "packets"), ("Box", "Box")) == Normalisers({})


def test_pairs_that_contradict_each_other_leave_values_as_they_stand() -> None:
    assert _learnt(("oak", "Brown"), ("oak", "Wood"), ("oak", "Beige"), ("oak", "oak")).normal("A", "C", "oak") == "oak"


def test_the_usual_form_wins_over_a_slip() -> None:
    learnt = _learnt(("SP", "one"), ("SP", "one"), ("SP", "two"), ("DP", "two"))
    assert [learnt.normal("A", "C", value) for value in ("SP", "dp")] == ["one", "two"]


def test_an_offer_with_several_values_says_which_form_is_whose_by_the_others() -> None:
    learnt = _learnt(
        (frozenset({"HP", "Dell"}), frozenset({"Dell", "Hewlett-Packard"})),
        ("HP", "Hewlett-Packard"),
        ("n/a", "n/a"),
    )
    assert [learnt.normal("A", "C", value) for value in ("HP", "Dell", "n/a")] == ["Hewlett-Packard", "Dell", "n/a"]


def test_of_equal_forms_a_value_has_the_one_of_its_like() -> None:
    both = frozenset({"Necklaces", "Rings"})
    learnt = _learnt(*TYPES, (frozenset({"plain ring", "pearl chain necklace"}), both))
    assert learnt.normal("A", "C", "plain ring") == "Rings"
    assert learnt.normal("A", "C", "pearl chain necklace") == "Necklaces"


def test_categories_are_learnt_apart() -> None:
    rows = [("Food", "Ritz", "RITZ"), ("Food", "Oreo", "OREO"), ("Office", "Avery", "Avery"), ("Office", "3M", "3M")]
    learnt = learn_normalisers(
        [AttributeRow(value, category, {"Brand": frozenset({value})}) for category, value, _ in rows],
        [AttributeRow(value, category, {"Brand": frozenset({form})}) for category, value, form in rows],
    )
    assert learnt.normal("Brand", "Food", "Charms") == "CHARMS"
    assert learnt.normal("Brand", "Office", "Charms") == "Charms"


def test_the_order_of_the_rows_does_not_matter_but_that_they_are_the_same_does() -> None:
    stated = [AttributeRow(f"text {at}", "C", {"A": frozenset({value})}) for at, (value, _) in enumerate(WIDTHS)]
    normal = [AttributeRow(f"text {at}", "C", {"A": frozenset({form})}) for at, (_, form) in enumerate(WIDTHS)]
    assert learn_normalisers(stated, normal) == learn_normalisers(stated, normal[::-1])
    other = AttributeRow("another text", "C", {"A": frozenset({"30.5"})})
    elsewhere = AttributeRow(normal[0].text, "D", normal[0].accepted)
    for wrong in (normal[1:], [other, *normal[1:]], [elsewhere, *normal[1:]], [normal[1], *normal[1:]]):
        with pytest.raises(InvalidRequestError) as caught:
            learn_normalisers(stated, wrong)
        assert caught.value.code == "training.normalised_mismatch"


@pytest.mark.slow
def test_a_model_answers_in_normal_form(tiny_bert: Path, tmp_path: Path) -> None:
    words = [
        (color, kind) for color in ("red", "blue", "green", "black") for kind in ("kettle", "mug", "lamp", "towel")
    ]

    def written(name: str, *, normal: bool) -> Path:
        rows = [
            {"input": f"a {color} {kind}", "category": "Kitchen",
             "target_scores": {"Color": {color.upper() if normal else color: 1}}}
            for color, kind in words
        ] * 20  # fmt: skip
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
        return tmp_path / name

    data, normalised = written("data.jsonl", normal=False), written("normal.jsonl", normal=True)
    settings = TrainingSettings(
        protocol="attributes", base=tiny_bert, epochs=8, rate=2e-3, folds=1, normalised=(normalised,)
    )
    out = tmp_path / "out"
    train_relations([data], out, settings)
    (found,) = load_reader(out).values([AskedAttribute("a green mug", "Color", "Kitchen")])
    assert found is not None
    assert (found.value, found.start, found.end) == ("GREEN", 2, 7)
    (elsewhere,) = load_reader(out).values([AskedAttribute("a green mug", "Color", "")])
    assert elsewhere is None or elsewhere.value == "green"
    sealed = shutil.copytree(out, tmp_path / "copy") / "normalisers.json"
    sealed.write_text(sealed.read_text().replace("upper_case", "lower_case"))
    with pytest.raises(SetupError) as changed:
        load_reader(sealed.parent)
    assert changed.value.code == "setup.relation_model_broken"
    with pytest.raises(InvalidRequestError) as caught:
        train_relations([data, data], out, settings)
    assert caught.value.code == "training.normalised_mismatch"


def test_only_attributes_have_normal_forms(
    labels: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told = ["--data", labels, "--out", tmp_path / "out", "--normalised", labels]
    monkeypatch.setattr(sys, "argv", ["shelfgraph", "train", "relations", *map(str, told)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "attributes" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_values_inside_words_are_read_from_the_words_that_hold_them(tmp_path: Path) -> None:
    rows = [
        {"input": "Mens belt", "category": "Belts", "target_scores": {"Gender": {"Men": 1}}},
        {"input": "Belt for men, Men only", "category": "Belts", "target_scores": {"Gender": {"Men": 1}}},
        {"input": "Womens belt", "category": "Belts", "target_scores": {"Gender": {"Womens": 1}}},
        {"input": "Kids belt", "category": "Belts", "target_scores": {"Gender": {"n/a": 1}}},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    learnt = read_normal_forms([path], [])
    assert learnt.normal("Gender", "Belts", "Mens") == "Men"
    assert learnt.normal("Gender", "Belts", "mens") == "Men"
    assert learnt.normal("Gender", "Belts", "Womens") == "Womens"
    assert learnt.normal("Gender", "Belts", "Boys") == "Boys"
    assert learnt.normal("Gender", "Hats", "Mens") == "Mens"
