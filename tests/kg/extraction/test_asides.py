from __future__ import annotations

import time

import pytest

from kg.extraction.asides import is_aside


def _aside(text: str, value: str, relation: str | None = None, *, denied: bool = False) -> bool:
    start = text.index(value)
    return is_aside(text, start, start + len(value), relation, denied=denied)


@pytest.mark.parametrize(
    ("text", "value", "relation"),
    [
        ("Unlike leather belts, ours is made of nylon", "leather", "MATERIAL"),
        ("Unlike ordinary mugs made of glass, it does not break.", "glass", None),
        ("Stays warm UNLIKE cotton", "cotton", "MATERIAL"),
        ("Made with bamboo instead of plastic", "plastic", "MATERIAL"),
        ("Springs of steel rather than old rubber bands", "rubber", "MATERIAL"),
        ("Compared to cotton sheets, these dry fast", "cotton", "MATERIAL"),
        ("A bar for all. Most protein bars contain soy and gluten.", "gluten", "CONTAINS"),
        ("Most protein bars contain soy, milk and gluten. Ours do not.", "milk", None),
        ("Some other brands still use BPA plastic, we use Tritan", "BPA plastic", "MATERIAL"),
        ("Sick of cheap nylon brushes?", "nylon", "MATERIAL"),
        ("Looks like real leather", "leather", "MATERIAL"),
        ("Leather-look tote", "Leather", "MATERIAL"),
        ("GoPro-style mount", "GoPro", "BRAND"),
        ("Check out our matching leather wallet", "leather", "MATERIAL"),
        ("Drill 12V\nThe 18V version has a brushless motor", "brushless motor", "FEATURE"),
        ("Rug 5x7\n8x10 version includes a rug pad", "rug pad", "INCLUDES"),
        ("If you need a bigger one, choose our 40 L bag", "40 L", "MEASURE"),
        ("Also available in red and blue", "red", "COLOR"),
        ("May contain traces of milk, nuts and gluten", "gluten", "CONTAINS"),
        ("May contain: peanuts, soy", "soy", "CONTAINS"),
        ("Made in a facility that processes nuts", "nuts", "CONTAINS"),
        ("We cannot guarantee it is free from nuts", "nuts", "CONTAINS"),
        ("Is it dishwasher safe? A: No", "dishwasher safe", "FEATURE"),
        ("Dishwasher safe? Unfortunately, hand wash only", "Dishwasher safe", "FEATURE"),
        ("Is it waterproof? A: It is splash-proof, but not waterproof.", "waterproof", "FEATURE"),
        ("Check our other products: bamboo cutlery", "bamboo", "MATERIAL"),
        ("Contains traces of nuts", "nuts", "CONTAINS"),
        ("Model height: 178 cm, wears M", "178 cm", "MEASURE"),
        ("Please allow 1-3 cm difference", "1-3 cm", "MEASURE"),
        ("Waterproof when used with the cover", "Waterproof", "FEATURE"),
        ("Can be made waterproof with wax", "waterproof", "FEATURE"),
        ("Serve with almond milk", "almond milk", "CONTAINS"),
        ("Remove before swimming", "swimming", "USED_FOR"),
        ("This is not a swimsuit", "swimsuit", "TYPE"),
        ("Get a free leather pouch", "leather pouch", "INCLUDES"),
        ("Our company is ISO 9001 certified", "ISO 9001", "CERTIFICATION"),
        ("不同于普通塑料杯，采用304不锈钢", "塑料", "MATERIAL"),
        ("相比羊毛更保暖", "羊毛", "MATERIAL"),
        ("仿实木桌面", "实木", "MATERIAL"),
        ("可能含有大豆", "大豆", "CONTAINS"),
        ("带遥控器吗？答：不带", "遥控器", "INCLUDES"),
        ("模特身高178cm", "178cm", "MEASURE"),
        ("水壶\n2L款配有提手", "提手", "FEATURE"),
        ("可加蜂蜜或柠檬", "蜂蜜", "CONTAINS"),
    ],
)
def test_what_is_not_said_of_the_product_is_an_aside(text: str, value: str, relation: str | None) -> None:
    assert _aside(text, value, relation)


@pytest.mark.parametrize(
    ("text", "value", "relation"),
    [
        ("Unlike leather belts, ours is made of nylon", "nylon", "MATERIAL"),
        ("Unlike leather this belt is made of nylon", "nylon", "MATERIAL"),
        ("Unlike other towels on the market and absorb fluids", "absorb fluids", "FEATURE"),
        ("Unlike anything else: solid brass", "brass", "MATERIAL"),
        ("Use it instead of wrapping paper in the kitchen", "kitchen", "USED_IN"),
        ("Some other brands still use BPA plastic, we use Tritan", "Tritan", "MATERIAL"),
        ("Most bars contain soy, but this one is made of oats", "oats", "CONTAINS"),
        ("Fits most pans and is made of steel", "steel", "MATERIAL"),
        ("Most Comfortable Belt Made of Leather", "Leather", "MATERIAL"),
        ("Many pockets and a leather strap", "leather", "MATERIAL"),
        ("Check out our leather\nSteel buckle", "Steel", "MATERIAL"),
        ("Looks like real leather", "Looks like real leather", "FEATURE"),
        ("Contains milk and nuts", "nuts", "CONTAINS"),
        ("Equipment rack with dual mounts", "dual mounts", "FEATURE"),
        ("Is it dishwasher safe? Yes, on the top rack", "dishwasher safe", "FEATURE"),
        ("Need a waterproof bag? No problem", "waterproof", "FEATURE"),
        ("Boys Waistcoat Suit 3 Pieces", "3 Pieces", "QUANTITY"),
        ("Waterproof when it rains", "Waterproof", "FEATURE"),
        ("Chair\nMost parts of the chair are made of solid oak", "solid oak", "MATERIAL"),
        ("Chair\nMost of the pieces are made of oak", "oak", "MATERIAL"),
        ("Many styles come with a gift box", "gift box", "INCLUDES"),
        ("Does it work with iPhone 12? It does", "iPhone 12", "COMPATIBLE_WITH"),
        ("Is it waterproof? Rated IPX7", "waterproof", "FEATURE"),
        ("Discover our award winning serum with hyaluronic acid", "hyaluronic acid", "CONTAINS"),
        ("Drill 18V\nThe 18V version has a brushless motor", "brushless motor", "FEATURE"),
        ("Available colors: red, blue", "red", "COLOR"),
        ("Fits child weight 9-18 kg", "9-18 kg", "MEASURE"),
        ("Scale model height 12 cm, die cast", "12 cm", "MEASURE"),
        ("Removes traces of makeup with aloe vera", "aloe vera", "CONTAINS"),
        ("It is not only a backpack but a bag", "backpack", "TYPE"),
        ("Fabric: Blend with 50% silk", "silk", "MATERIAL"),
        ("Feels like cotton made of polyester", "polyester", "MATERIAL"),
        ("升级款304不锈钢保温杯", "304不锈钢", "MATERIAL"),
        ("500ml款玻璃水杯", "玻璃", "MATERIAL"),
        ("身高90cm请拍90码", "90cm", "SUITABLE_FOR"),
        ("可机洗吗？不仅可以机洗", "机洗", "FEATURE"),
        ("告别油腻的控油洗发水", "控油", "FEATURE"),
        ("搭配304不锈钢食用级内胆", "304不锈钢", "MATERIAL"),
        ("采用玻璃材质冲泡茶壶", "玻璃", "MATERIAL"),
        ("A smooth blend with green notes", "green notes", "FLAVOR"),
        ("May contain traces of milk", "milk", None),  # the answer to a question for allergens
        ("不同于普通塑料杯，采用304不锈钢", "304不锈钢", "MATERIAL"),
        ("相比羊毛更保暖", "保暖", "FEATURE"),
        ("仿麂皮绒面料", "仿麂皮绒", "MATERIAL"),
        ("带遥控器吗？带", "遥控器", "INCLUDES"),
    ],
)
def test_what_the_product_is_like_stays(text: str, value: str, relation: str | None) -> None:
    assert not _aside(text, value, relation)


def test_a_span_that_only_ends_in_a_comparison_is_the_products_own() -> None:
    text = "Better heat tolerance compared to organic pads"
    assert not _aside(text, "heat tolerance compared to organic pads", "FEATURE")


def test_what_the_answer_to_a_question_denies_is_denied() -> None:
    assert not _aside("Is it vegan? No, it contains whey.", "vegan", "FEATURE", denied=True)


@pytest.mark.parametrize(
    "text",
    [
        "unlike " * 15_000,
        "most " * 20_000,
        "other brands use a " * 6_000,
        "x. " * 35_000,
        "is it a? " * 12_000,
        "may contain trace of model wears " * 3_500,
        "for a, if you have the 5x version " * 3_000,
        "比更可能含有吗？" * 12_000,
        "are" + "\n" * 100_000,
        "model" + " \n" * 50_000,
        "most " + " " * 100_000,
        "款" + "1" * 100_000,
        "?\n" + "\n " * 50_000,
        "model " + "1." * 50_000,
        "is it " + "a" * 100_000 + "?",
    ],
)
def test_a_hostile_text_is_looked_through_in_good_time(text: str) -> None:
    started = time.perf_counter()
    for start in range(0, len(text), 10):
        is_aside(text, start, start + 1, "MATERIAL")
    assert time.perf_counter() - started < 10  # seconds; quadratic time would take minutes
