from __future__ import annotations

import pytest

from kg.extraction.negation import continues_list, goes_on, is_answered_no, is_denied, is_denied_denial


def _span(text: str, value: str) -> tuple[int, int]:
    start = text.index(value)
    return start, start + len(value)


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "Not UL listed", "UL listed"),
        ("en", "isnt dishwasher safe", "dishwasher safe"),
        ("en", "isn´t dishwasher safe", "dishwasher safe"),
        ("en", "ｎｏｔ dishwasher safe", "dishwasher safe"),
        ("en", "✗ Dishwasher safe", "Dishwasher safe"),
        ("en", "❌\ufe0f iPhone 13 Pro", "iPhone 13 Pro"),
        ("en", "❌ BPA ❌ PVC", "PVC"),
        ("en", "Free of: ❌ BPA, ❌ PVC", "PVC"),
        ("en", "Never use it for hot drinks", "hot drinks"),
        ("en", "NOT SUITABLE FOR THE FOLLOWING: vegans, diabetics", "diabetics"),
        ("en", "Not included: a 1.5 V battery, charger", "charger"),
        ("en", "Does not contain:\n- peanuts\n- milk", "milk"),
        ("en", "NOT INCLUDED:\nBatteries\nCharger", "Charger"),
        ("en", "Works with every phone apart from the Galaxy Fold", "Galaxy Fold"),
        ("en", "Fits Miele S2 with the exception of S2000", "S2000"),
        ("zh", "拒绝荧光剂、磷和酒精", "荧光剂"),
        ("zh", "没有通过CE、FCC认证", "FCC认证"),
        ("zh", "无CE、FCC、3C认证", "3C认证"),
        ("zh", "禁止放入微波炉、烤箱、洗碗机", "洗碗机"),
        ("zh", "不含：花生、牛奶、大豆", "大豆"),
        ("zh", "不适合以下人群：孕妇、三岁以下儿童", "三岁以下儿童"),
    ],
)
def test_what_stands_before_a_value_denies_it(language: str, text: str, value: str) -> None:
    assert is_denied(text, _span(text, value)[0], language)


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "the outer shell does not\nRubber ring stays put", "Rubber ring"),
        ("en", "iPhone 13 ❌ iPhone 14 ✅", "iPhone 14"),
        ("en", "Charger not included, package includes: cable", "cable"),
        ("en", "Not included: batteries. Includes: cable", "cable"),
        ("en", "(Bulb not included) Light source type: LED", "LED"),
        ("en", "Does not include: batteries, but comes with a charger", "charger"),
        ("en", "Not included:\nA charger, although every box has one of our own\nStainless steel", "Stainless steel"),
        ("en", "Apart from cotton, the shirt contains elastane", "cotton"),
        ("zh", "可拒绝来电", "来电"),
        ("zh", "不含坐垫，久坐上班族、司机都能用", "司机"),
        ("zh", "配料：非转基因黄豆、小麦", "小麦"),
        ("zh", "无糖面包、酸奶", "酸奶"),
        ("zh", "超过15kg大型犬不适合，颜色：珍珠白", "珍珠白"),
    ],
)
def test_what_denies_something_else_does_not(language: str, text: str, value: str) -> None:
    assert not is_denied(text, _span(text, value)[0], language)


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "Waterproof: No", "Waterproof"),
        ("en", "Battery included: No", "Battery"),
        ("en", "Dishwasher safe: no; oven safe: yes", "Dishwasher safe"),
        ("en", "FDA approved? No.", "FDA approved"),
        ("en", "Waterproof\nNo\nColour", "Waterproof"),
        ("en", "iPhone 13 ✅ | iPhone 13 Pro ❌ | iPhone 14", "iPhone 13 Pro"),
        ("en", "iPhone 13 ❌ iPhone 14 ❌", "iPhone 14"),
        ("en", "A 30-day guarantee is NOT offered.", "30-day guarantee"),
        ("en", "Children under 12 must not use this", "Children under 12"),
        ("zh", "3C认证：无", "3C认证"),
        ("zh", "防水：不支持", "防水"),
        ("zh", "孕妇慎用，", "孕妇"),
        ("zh", "支持安卓，iOS系统暂不支持", "iOS"),
    ],
)
def test_what_follows_a_value_denies_it(language: str, text: str, value: str) -> None:
    assert is_answered_no(text, *_span(text, value), language)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Assembly required: No tools needed", "Assembly"),
        ("Waterproof - No. 1 choice", "Waterproof"),
        ("✅ iPhone 13 ❌ iPhone 13 Pro", "iPhone 13"),
        ("The straps can not only hold", "The straps"),
        ("oven safe: yes", "oven safe"),
    ],
)
def test_what_follows_of_something_else_does_not(text: str, value: str) -> None:
    assert not is_answered_no(text, *_span(text, value), "en")


def test_a_denial_can_be_denied() -> None:
    assert is_denied_denial("but not BPA-free", 8, 11, "en")
    assert is_denied_denial("BPA free: false", 0, 3, "en")
    assert not is_denied_denial("It is BPA-free", 6, 9, "en")


def test_lists_go_on() -> None:
    assert continues_list(", soy and ", "en", skipping=True)
    assert not continues_list(", soy and ", "en")
    assert not continues_list(". With ", "en", skipping=True)
    assert continues_list("、牛奶、", "zh", skipping=True)
    text = "Not for:\n- ovens\n- kettles\nSteel"
    assert goes_on(text, _span(text, "ovens"), text.index("kettles"))
    assert not goes_on(text, _span(text, "Not for"), text.index("ovens"))
