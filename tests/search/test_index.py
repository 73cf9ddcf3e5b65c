from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.graph import ChangeBatch
from kg.model import Price, Product
from search.index import LocalIndex
from search.index.vectors import VectorIndex
from search.query import Query, SearchResult, parse
from shelfgraph.errors import InvalidRequestError
from tests.search.conftest import batch, change, fact, gone

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.embedding import Embedders

    Make = Callable[..., LocalIndex]


def find(index: LocalIndex, q: str = "", *args: Any, **options: Any) -> SearchResult:
    return index.search(parse(q, *args, vocabulary=index.vocabulary, **options))


def ids(result: SearchResult) -> list[str]:
    return [hit.product_id for hit in result.results]


def shirt(product_id: str, title: str = "Plain shirt", **fields: Any) -> Product:
    return Product(product_id=product_id, title=title, **fields)


def test_words_of_the_title_find_the_product(make_index: Make) -> None:
    index = make_index()
    assert ids(find(index, "gooseneck kettle"))[0] == "HK-1012"
    assert find(index, "GOOSENECK kettles").results[0].card["brand"]


def test_product_id_finds_the_product_first(make_index: Make) -> None:
    assert ids(find(make_index(), "tl-1003"))[0] == "TL-1003"


def test_chinese_is_found_by_parts_of_its_words(make_index: Make) -> None:
    index = make_index()
    assert ids(find(index, "炒锅"))[0] in {"ZH-1001", "ZH-1002", "ZH-1003"}
    assert ids(find(index, "湿帘滤网"))[0] == "ZH-1009"


def test_words_written_apart_and_together_find_each_other(make_index: Make) -> None:
    index = make_index(empty=True)
    index.apply(
        batch(change(shirt("A", "Fire Stick remote")), change(shirt("B", "Headlamp")), change(shirt("C", "Mug")))
    )
    assert ids(find(index, "firestick")) == ["A"]
    assert ids(find(index, "head lamp")) == ["B"]


def test_mistyped_words_are_corrected_and_the_answer_says_so(make_index: Make) -> None:
    found = find(make_index(), "expresso machine")
    assert found.understood["corrections"] == [{"from": "expresso", "to": "espresso"}]
    assert found.results[0].title.startswith("Pellimar Orso 2")


def test_variants_are_one_result(make_index: Make) -> None:
    found = find(make_index(), "Orso 2 espresso machine cream")
    first = found.results[0]
    assert first.product_id == "HK-1002"
    assert {one["product_id"] for one in first.variants} == {"HK-1001", "HK-1003"}
    assert not {"HK-1001", "HK-1003"} & set(ids(found))


def test_filters_narrow_and_facets_count(make_index: Make) -> None:
    index = make_index()
    found = find(index, "", ["brand:pellimar", "availability:in_stock"], None, ["brand", "availability"], limit=100)
    assert {hit.card["brand"] for hit in found.results} == {"Pellimar"}
    assert found.facets["availability"] == [{"value": "in_stock", "count": found.facets["brand"][0]["count"]}]
    both = find(index, "", ["brand:Pellimar", "brand:Stovrik"], facets=["brand"])
    assert {one["value"] for one in both.facets["brand"]} == {"Pellimar", "Stovrik"}
    assert find(index, "", ["brand:nobody"]).results == ()


def test_negated_filter_keeps_denied_and_unknown(make_index: Make) -> None:
    index = make_index(empty=True)
    index.apply(batch(
        change(shirt("HAS"), facts=[fact("HAS", "CONTAINS", "Latex")]),
        change(shirt("DENIES"), facts=[fact("DENIES", "CONTAINS", "Latex", polarity="negated")]),
        change(shirt("SILENT")),
    ))  # fmt: skip
    assert set(ids(find(index, "", ["-contains:latex"]))) == {"DENIES", "SILENT"}
    assert ids(find(index, "", ["contains:LATEX"])) == ["HAS"]
    assert ids(find(index, "shirt without latex"))[0] == "DENIES"
    assert ids(find(index, "shirt without latex"))[-1] == "HAS"


def test_numbers_filter_in_any_unit(make_index: Make) -> None:
    from kg.resolution import quantities

    def weighing(product_id: str, text: str) -> Any:
        (found,) = quantities(text)
        quantity = (found.kind, found.magnitude, found.unit)
        return change(shirt(product_id), facts=[fact(product_id, "MEASURE", text, quantity=quantity)])

    index = make_index(empty=True)
    index.apply(batch(weighing("LIGHT", "900 g"), weighing("HEAVY", "5.4 kg"), change(shirt("UNKNOWN"))))
    assert ids(find(index, "", ["weight:..2kg"])) == ["LIGHT"]
    assert ids(find(index, "", ["weight:10 lb.."])) == ["HEAVY"]
    assert ids(find(index, "", ["weight:900g"])) == ["LIGHT"]
    assert ids(find(index, "", ["length:1 m.."])) == []


def test_prices_filter_and_sort_with_the_unpriced_last(make_index: Make) -> None:
    index = make_index(empty=True)
    prices = {"A": "30", "B": "10", "C": "20"}
    index.apply(batch(
        *(change(shirt(name, price=Price(Decimal(amount), "USD"))) for name, amount in prices.items()),
        change(shirt("NONE")),
        change(shirt("SALE", price=Price(Decimal(99)), sale_price=Price(Decimal(15)))),
    ))  # fmt: skip
    assert ids(find(index, "shirt", sort="price")) == ["B", "SALE", "C", "A", "NONE"]
    assert ids(find(index, sort="-price")) == ["A", "C", "SALE", "B", "NONE"]
    assert set(ids(find(index, "shirt under $16"))) == {"B", "SALE"}
    assert find(index, "shirt under $16").understood["filters"][0]["to"] == 16


def test_browsing_puts_the_liked_then_the_new_first(make_index: Make) -> None:
    index = make_index(empty=True)
    index.apply(batch(
        change(shirt("OLD"), 1), change(shirt("NEW"), 3),
        change(shirt("LIKED"), 2, review_count=50, rating_average=4.8),
        change(shirt("HATED"), 2, review_count=50, rating_average=1.2),
    ))  # fmt: skip
    assert ids(find(index)) == ["LIKED", "HATED", "NEW", "OLD"]
    assert ids(find(index, sort="newest"))[0] == "NEW"
    assert ids(find(index, sort="rating"))[0] == "LIKED"


@pytest.mark.parametrize("sort", ["relevance", "price", "-price", "newest", "rating"])
@pytest.mark.parametrize("q", ["", "steel bottle with a lid"])
def test_pages_hold_every_result_once(make_index: Make, q: str, sort: str) -> None:
    index = make_index()
    whole = find(index, q, sort=sort, limit=100)
    seen: list[str] = []
    cursor = None
    while True:
        page = find(index, q, sort=sort, limit=7, cursor=cursor)
        seen += ids(page)
        assert page.total == whole.total
        cursor = page.next_cursor
        if cursor is None or len(seen) >= 100:
            break
    assert seen[:100] == ids(whole)[: len(seen)]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("cursor", ["nonsense", "AAAA", "é", "x" * 5000, "W10", "bnVsbA"])
def test_cursors_of_others_are_refused(make_index: Make, cursor: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        find(make_index(empty=True), "belt", cursor=cursor)
    assert caught.value.code == "search.cursor_invalid"


def test_a_cursor_belongs_to_its_query(make_index: Make) -> None:
    index = make_index()
    cursor = find(index, "", limit=3).next_cursor
    with pytest.raises(InvalidRequestError, match="another query"):
        find(index, "kettle", limit=3, cursor=cursor)


def test_explanations_add_up_to_the_score(make_index: Make) -> None:
    for hit in find(make_index(), "Pellimar espresso machine without capsules", explain=True).results:
        assert hit.explain is not None
        assert sum(hit.explain["signals"].values()) == pytest.approx(hit.score, abs=1e-4)


def test_understood_entities_lift_and_are_named(make_index: Make) -> None:
    found = find(make_index(), "cream espresso machine")
    assert {"relation": "color", "value": "Cream", "text": "cream", "effect": "boost"} in found.understood["entities"]


def test_what_is_unwanted_is_buried(make_index: Make) -> None:
    index = make_index(empty=True)
    index.apply(batch(
        change(shirt("LID", "Steel bottle with lid")),
        change(shirt("NOLID", "Steel bottle", bullets=("Lid not included",))),
        change(shirt("PLAIN", "Steel bottle")),
    ))  # fmt: skip
    found = {hit.product_id: hit.explain or {} for hit in find(index, "steel bottle without lid", explain=True).results}
    assert list(found)[-1] == "LID"
    assert found["LID"]["signals"]["has_in_title"] < 0
    assert found["NOLID"]["signals"]["denies"] > 0
    assert not {"denies", "has"} & found["PLAIN"]["signals"].keys()


def test_changes_replace_and_tombstones_remove(make_index: Make) -> None:
    index = make_index(empty=True)
    index.apply(batch(change(shirt("A", "Blue kettle"), 1), change(shirt("B", "Blue mug"), 1)))
    index.apply(batch(change(shirt("A", "Green kettle", brand="X"), 2), gone("B", 2)))
    assert ids(find(index, "blue")) == []
    assert ids(find(index, "green kettle")) == ["A"]
    assert (index.count, index.version) == (1, 2)
    assert find(index, facets=["brand"]).facets["brand"] == [{"value": "X", "count": 1}]


def test_applying_again_or_older_changes_nothing(make_index: Make) -> None:
    index = make_index(empty=True)
    new = batch(change(shirt("A", "Green kettle"), 5), gone("B", 5))
    assert index.apply(new) > 0
    assert index.apply(new) == 0
    assert index.apply(batch(change(shirt("A", "Blue kettle"), 3), change(shirt("B", "Zombie"), 4), version=5)) == 0
    assert ids(find(index, "kettle")) == ["A"]
    assert ids(find(index, "blue")) == []
    assert index.version == 5


def test_a_page_completes_only_earlier_versions(make_index: Make) -> None:
    index = make_index(empty=True)
    index.apply(ChangeBatch((change(shirt("A"), 4), change(shirt("B"), 7)), 9, (7, "B")))
    assert index.version == 6
    assert index.count == 2
    index.apply(ChangeBatch((change(shirt("C"), 9),), 9, None))
    assert index.version == 9


def test_readers_go_on_while_changes_are_applied(make_index: Make) -> None:
    index = make_index(empty=True)
    index.apply(batch(*(change(shirt(f"P{n}", f"Shirt {n}", brand=f"B{n % 3}")) for n in range(50))))
    failures: list[BaseException] = []
    stopping = threading.Event()

    def read() -> None:
        while not stopping.is_set():
            try:
                found = find(index, "shirt", ["brand:B1"], facets=["brand", "type"], limit=100)
                assert all(hit.title for hit in found.results)
            except BaseException as error:  # noqa: BLE001 - shown by the test
                failures.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for version in range(2, 30):
        rows = range(version * 40, version * 40 + 60)
        index.apply(
            batch(
                *(change(shirt(f"P{n}", f"Shirt {n}", brand=f"B{n % 3}"), version) for n in rows), gone("P1", version)
            )
        )
    stopping.set()
    for reader in readers:
        reader.join()
    assert failures == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.one_of(st.text(max_size=200), st.text("+-\"'()[]{}^~*?:\\/ aANDORT\x00", max_size=60)))
def test_no_text_breaks_search(fuzzed: LocalIndex, q: str) -> None:
    found = find(fuzzed, q, explain=True, facets=["brand"])
    assert found.total >= len(found.results)


@pytest.fixture(scope="module")
def fuzzed(sample_products: list[Product]) -> LocalIndex:
    index = LocalIndex()
    index.apply(batch(*(change(product) for product in sample_products[:60])))
    return index


def test_hostile_product_texts_are_indexed(make_index: Make) -> None:
    index = make_index(empty=True)
    hostile = shirt(
        "A", "Kettle \x00 \ud800 <b>steel</b>", description="x" * 5_000_000, bullets=("\ud83d",), brand="\udfff"
    )
    index.apply(batch(change(hostile)))
    assert ids(find(index, "steel kettle")) == ["A"]


def test_vectors_follow_updates_and_survive_a_rebuild() -> None:
    random = np.random.default_rng(1)
    index = VectorIndex(16)
    vectors = {}
    for _ in range(60):
        rows = random.choice(300, size=120, replace=False) + 1
        fresh = random.normal(size=(len(rows), 16)).astype(np.float32)
        fresh /= np.linalg.norm(fresh, axis=1, keepdims=True)
        index.put(rows.tolist(), fresh)
        vectors.update(zip(rows.tolist(), fresh, strict=True))
    index.remove([1, 2])
    vectors.pop(1, None)
    vectors.pop(2, None)
    assert index.count == len(vectors)
    for row in list(vectors)[:20]:
        found, similar = index.search(vectors[row], 5)
        assert found[0] == row
        assert similar[0] == pytest.approx(1, abs=1e-2)
        assert index.search(vectors[row], 5, within=np.array([row]))[0].tolist() == [row]


def test_vectors_find_what_words_do_not(make_index: Make, embedders: Embedders) -> None:
    index = make_index(empty=True, embedders=embedders)
    products = [
        shirt("COUCH", "Velvet couch for three"), shirt("DRILL", "Cordless drill driver"),
        shirt("TENT", "双人露营帐篷", language="zh"),
    ]  # fmt: skip
    embedded = embedders.embed_products(products)
    index.apply(batch(*(
        change(product, embedding=vector, model=model)
        for product, (vector, model) in zip(products, embedded, strict=True)
    )))  # fmt: skip
    assert ids(find(index, "sofa")) == ["COUCH"]
    assert ids(find(index, "野外睡觉的篷子", language="zh")) == ["TENT"]
    index.apply(batch(change(replace(products[0], title="Coffee mill"), 2)))  # its vector is gone with its text
    assert ids(find(index, "sofa")) == []


def test_a_query_needs_no_vocabulary(make_index: Make) -> None:
    assert make_index().search(Query(text="kettle", wanted="kettle")).total > 0
