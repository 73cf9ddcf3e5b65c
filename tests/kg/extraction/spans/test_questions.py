from __future__ import annotations

from collections import Counter

import pytest

from kg.extraction.spans.questions import Usual, usual_names


def _usual(attribute: str) -> Usual:
    return next(usual for usual in usual_names("en") if attribute in usual.names)


def _answers(attribute: str, value: str) -> bool:
    """Whether training takes a value of the relation that the attribute asks for as an answer."""
    pattern = _usual(attribute).pattern
    return pattern is None or pattern.search(value) is not None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_name_stands_twice_in_the_table(language: str) -> None:
    counts = Counter(name.casefold() for usual in usual_names(language) for name in usual.names)
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("Weight", "2.2 lbs"),
        ("Item Weight", "125g (4.41oz)"),
        ("Volume", "30ml (1.0 fl'oz)"),
        ("Net Content", "500 ml"),
        ("Net Content", "12 oz"),
        ("Size", "18 x 18 Inch"),
        ("Size", "7.5 M US"),
        ("Size", "11"),
        ("Size", "One Size"),
        ("Size", "500 ml"),
        ("Size Name", "Queen Size"),
        ("Dimensions", '8.6"x6.3"x3.15"'),
        ("Dimensions", "5.25x3.75x8"),
        ("Dimensions", "5.7 W X 5.9 H X 2.35 D"),
        ("Length", "2 m"),
        ("Width", "13.5”"),
        ("Clothing Size", "2X-Large"),
        ("Clothing Size", "XXL"),
        ("Clothing Size", "L-XL"),
        ("Clothing Size", "m"),
        ("Clothing Size", "3T"),
        ("Bed Size", "Queen"),
        ("Bed Size", "Cal King"),
        ("Bed Size", "Twin XL"),
        ("Wattage", "15A/1875W"),
        ("Voltage", "12-Volt Max"),
        ("Battery Capacity", "10000mAh"),
        ("Battery Life", "up to 10 hours of battery life"),
        ("Battery Life", "30H Playtime"),
        ("Storage Capacity", "512GB SSD"),
        ("Fabric Weight", "200 g/m²"),
        ("Thread Count", "400 thread count"),
        ("Gender", "Men's"),
        ("Gender", "Womens"),
        ("Gender", "baby boys"),
        ("Department", "Women"),
        ("Age Group", "kids"),
        ("Age Range", "everyone of all ages"),
        ("Hair Type", "curly hair"),
        ("Pet Type", "hummingbird lovers"),
        ("Breed Size", "small and medium dogs"),
        ("Season", "ALL SEASONS"),
        ("Room", "guestroom"),
        ("Location", "kitchen"),
        ("Warranty", "18-month warranty"),
        ("Certification", "ETL Listed"),
        ("Neckline", "V-neck"),
        ("Neckline", "Scoop neckline"),
        ("Collar Type", "turtleneck"),
        ("Water Resistance", "Waterproof"),
        ("Water Resistance", "water-resistant"),
        ("Fit", "Slim Fit"),
        ("Color", "red"),
    ],
)
def test_what_a_usual_name_asks_for(attribute: str, value: str) -> None:
    assert _answers(attribute, value)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("Bed Size", "12 inch"),
        ("Bed Size", "32 inch"),
        ("Bed Size", "Full motion"),
        ("Clothing Size", "2.2 lbs"),
        ("Clothing Size", "5 m"),
        ("Clothing Size", "2L"),
        ("Clothing Size", "12 inch"),
        ("Size Name", "20 lb"),
        ("Size", "2.2 lbs"),
        ("Size", "1.8 kg"),
        ("Dimensions", "2.2 lbs"),
        ("Dimensions", "12 x 330 ml"),
        ("Dimensions", "2-in-1"),
        ("Measurements", "80 lbs"),
        ("Weight", "12 inch"),
        ("Weight", "500 ml"),
        ("Volume", "20L x 15W x 10H inches"),
        ("Net Content", "12 inch"),
        ("Battery Life", "12-hour"),
        ("Battery Life", "12-hour timer"),
        ("Storage Capacity", "16GB RAM"),
        ("Storage Capacity", "1.5 GB of RAM"),
        ("Fabric Weight", "400 thread count"),
        ("Thread Count", "120 gsm"),
        ("Pet Type", "educators"),
        ("Gender", "menopausal adults"),
        ("Age Group", "massage therapists"),
        ("Age Group", "canteen staff"),
        ("Hair Type", "wheelchair users"),
        ("Department", "small dogs"),
        ("Breed Size", "dogs"),
        ("Room", "summer"),
        ("Location", "summer"),
        ("Certification", "1-year warranty"),
        ("Warranty", "ETL Listed"),
        ("Water Resistance", "trainer friendly"),
        ("Water Resistance", "no-strain handle"),
        ("Water Resistance", "water-based"),
        ("Neckline", "necklace style"),
        ("Fit", "Floral"),
    ],
)
def test_what_a_usual_name_does_not_ask_for(attribute: str, value: str) -> None:
    assert not _answers(attribute, value)


def test_no_letter_touches_what_a_pattern_finds() -> None:
    for _, names, pattern in usual_names("en"):
        for word in ("men", "hair", "dogs", "summer", "queen", "matte", "12 v", "12 g", "12 in"):
            if pattern and pattern.pattern[0] != "^" and pattern.search(word):
                assert not pattern.search(f"{word}xyz"), names
