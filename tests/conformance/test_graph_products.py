from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from kg.graph import Link
from kg.model import Evidence, Price, Product
from shelfgraph.errors import GraphError, InvalidRequestError

if TYPE_CHECKING:
    from kg.graph import ProductGraph

HOSTILE = [
    "'; MATCH (n) DETACH DELETE n //",
    """`backticks` "quotes" \\ back\\slash \\u0000 $id {{relation}} {curly}""",
    "雨披 \U0001f600 e\u0301 \u202eright to left\u202c \ufeff",
    "line\nbreak\ttab\r\n",
    "",
]


def test_a_product_comes_back_as_it_was(shop: Any) -> None:
    product = Product(
        product_id="A-1",
        title="Jacket",
        description="Warm & dry",
        bullets=("one", "", "three"),
        brand="Tarn",
        product_type=("Clothing", "Jackets"),
        item_group_id="A",
        color="Red",
        size="M",
        material="Nylon",
        gtin="0012345678905",
        condition="new",
        url="https://shop.example/a",
        image_url="https://shop.example/a.jpg",
        language="en",
        price=Price(Decimal("1234567890123.10"), "USD"),
        sale_price=Price(Decimal("0.00"), None),
        availability="in_stock",
    )
    fact = shop.fact("A-1", "MEASURE", "weight:5.4", quantity=("weight", 5.4, "kilogram"))
    row = replace(shop.row("A-1", fact), product=product, embedding=[0.25, -1.0, 0.125], embedding_model="m-1")
    receipt = shop.graph.products.write([row])
    stored = shop.graph.products.get("A-1")
    assert stored.product == product
    [found] = stored.facts
    assert found == replace(fact, valid_from=found.valid_from)
    assert found.valid_from
    assert stored.version == receipt.version == shop.graph.changes.version()
    assert stored.review_count == 0
    assert stored.rating_average is None
    [changed] = shop.graph.changes.since(0).products
    assert changed.product == product
    assert changed.embedding.dtype == np.float32
    assert changed.embedding.tolist() == [0.25, -1.0, 0.125]
    assert changed.embedding_model == "m-1"
    assert changed.facts == (replace(found, evidence=()),)


def test_a_field_that_is_gone_is_gone_and_an_embedding_stays_until_replaced(shop: Any) -> None:
    graph = shop.graph
    graph.products.write([replace(shop.row("A", color="red", gtin="1"), embedding=[1.0, 0.0], embedding_model="m")])
    shop.put("A", color=None)
    assert graph.products.get("A").product.color is None
    assert graph.products.get("A").product.gtin is None
    [changed] = graph.changes.since(0).products
    assert changed.embedding.tolist() == [1.0, 0.0]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_data_wherever_it_stands(shop: Any, text: str) -> None:
    graph = shop.graph
    product_id = f"id {text}" if text else "id"
    fact = shop.fact(product_id, "FEATURE", f"key {text}", text=f"quote {text}")
    shop.put(product_id, fact, title=text or "t", description=text, bullets=(text, text))
    stored = graph.products.get(product_id)
    assert stored.product.description == text
    assert stored.product.bullets == (text, text)
    assert stored.facts[0].entity.key == f"key {text}"
    assert stored.facts[0].evidence[0].text == f"quote {text}"
    graph.reviews.write([shop.review("R", product_id, text, title=text)])
    assert [review.body for review in graph.reviews.all(product_id)] == [text]
    text_id = shop.publish(product_id, fact.fact_id)
    assert graph.texts.page(product_id=product_id).results[0].text_id == text_id


def test_a_megabyte_of_text_goes_in_and_comes_out(shop: Any) -> None:
    description = "1 MB of 文字 " * 100_000
    shop.put("A", description=description)
    assert shop.graph.products.get("A").product.description == description


def test_very_long_keys_are_kept_apart_and_stop_no_batch(shop: Any) -> None:
    graph = shop.graph
    long = "键" * 10_000
    for name in ("A", "B"):
        shop.put(name, shop.fact(name, value=f"{long}1"), shop.fact(name, value=f"{long}2"), item_group_id=long)
    stored = graph.products.get("A")
    assert stored.product.item_group_id == long
    assert {fact.value for fact in stored.facts} == {f"{long}1", f"{long}2"}
    assert graph.related.variants("A") == ["B"]
    assert graph.statistics()["entities"]["Material"] == 2


def test_replaying_a_batch_changes_nothing(shop: Any) -> None:
    graph = shop.graph
    batch = [shop.row(f"P{number}", shop.fact(f"P{number}"), shop.fact(f"P{number}", "COLOR", "red"))
             for number in range(5)]  # fmt: skip
    first = graph.products.write(batch)
    before = graph.products.get("P3")
    again = graph.products.write(batch)
    assert first.written == tuple(f"P{number}" for number in range(5))
    assert again.written == again.superseded == ()
    assert again.version == first.version == graph.changes.version()
    assert graph.products.get("P3") == before
    assert graph.products.closed_facts("P3") == ()


def test_the_same_content_in_a_newer_row_confirms_without_a_version(shop: Any) -> None:
    graph = shop.graph
    shop.put("A", shop.fact("A"))
    version = graph.changes.version()
    newer = shop.row("A", shop.fact("A"))
    for facts in (newer.facts, None):
        receipt = graph.products.write([replace(newer, sequence=shop.next(), facts=facts)])
        assert receipt.written == ()
    assert graph.changes.version() == version
    assert graph.products.get("A").sequence == shop.sequence


def test_an_older_row_never_wins(shop: Any) -> None:
    graph = shop.graph
    shop.put("A", shop.fact("A", value="steel"), title="new", sequence=100)
    receipt = shop.put("A", shop.fact("A", value="wood"), title="old", sequence=99)
    assert receipt.superseded == ("A",)
    assert receipt.written == ()
    assert graph.products.get("A").product.title == "new"
    assert [fact.value for fact in graph.products.get("A").facts] == ["Steel"]
    deleted = graph.products.delete(["A"], sequence=99)
    assert deleted.superseded == ("A",)
    assert graph.products.get("A") is not None


def test_the_last_of_two_rows_in_a_batch_wins(shop: Any) -> None:
    rows = [shop.row("A", title="first", sequence=5), shop.row("A", title="last", sequence=7)]
    receipt = shop.graph.products.write([rows[1], rows[0]])
    assert receipt.written == receipt.superseded == ("A",)
    assert shop.graph.products.get("A").product.title == "last"


def test_facts_keep_when_the_text_is_unchanged(shop: Any) -> None:
    graph = shop.graph
    shop.put("A", shop.fact("A"), price=Price(Decimal(1), "USD"))
    there = graph.products.states(["A"])["A"]
    row = replace(shop.row("A", price=Price(Decimal(2), "USD")), facts=None, content_hash=there.content_hash)
    receipt = graph.products.write([row])
    assert receipt.written == ("A",)
    stored = graph.products.get("A")
    assert stored.product.price == Price(Decimal(2), "USD")
    assert [fact.value for fact in stored.facts] == ["Steel"]


def test_facts_of_another_text_are_not_kept(shop: Any) -> None:
    shop.put("A", shop.fact("A"), title="what the writer saw")
    row = replace(shop.row("A", title="what the writer saw", price=Price(Decimal(2))), facts=None)
    shop.put("A", title="what somebody wrote meanwhile")
    with pytest.raises(GraphError) as refusal:
        shop.graph.products.write([replace(row, sequence=shop.next())])
    assert refusal.value.code == "graph.changed_meanwhile"
    assert shop.graph.products.get("A").product.price is None


def test_facts_open_update_and_close_and_history_stays(shop: Any) -> None:
    graph = shop.graph
    steel, red = shop.fact("A"), shop.fact("A", "COLOR", "red")
    shop.put("A", steel, red, title="1")
    opened = {fact.fact_id: fact.valid_from for fact in graph.products.get("A").facts}
    shop.put("A", shop.fact("A", text="of steel"), shop.fact("A", "COLOR", "blue"), title="2")
    stored = graph.products.get("A")
    assert [(fact.relation, fact.value) for fact in stored.facts] == [("COLOR", "Blue"), ("MATERIAL", "Steel")]
    assert stored.facts[1].evidence[0].text == "of steel"
    assert stored.facts[1].valid_from == opened[steel.fact_id]
    [closed] = graph.products.closed_facts("A")
    assert (closed.value, closed.state) == ("Red", "closed")
    assert closed.valid_to >= closed.valid_from == opened[red.fact_id]
    shop.put("A", red, title="3")
    assert [fact.value for fact in graph.products.get("A").facts] == ["Red"]
    assert sorted(fact.value for fact in graph.products.closed_facts("A")) == ["Blue", "Red", "Steel"]


def test_affirmed_and_negated_are_two_facts_of_one_entity(shop: Any) -> None:
    facts = [shop.fact("A", "FEATURE", "lid"), shop.fact("A", "FEATURE", "lid", polarity="negated")]
    contested = [replace(fact, state="contested", contested_with=(other.fact_id,))
                 for fact, other in zip(facts, facts[::-1], strict=True)]  # fmt: skip
    shop.put("A", *contested)
    stored = shop.graph.products.get("A").facts
    assert [(fact.polarity, fact.state) for fact in stored] == [("affirmed", "contested"), ("negated", "contested")]
    assert stored[0].contested_with == (facts[1].fact_id,)


def test_one_label_serves_two_relations(shop: Any) -> None:
    shop.put("A", shop.fact("A", "INCLUDES", "lid"), shop.fact("A", "REQUIRES", "lid"))
    assert [fact.relation for fact in shop.graph.products.get("A").facts] == ["INCLUDES", "REQUIRES"]
    assert shop.graph.statistics()["entities"]["Item"] == 1


def test_deletion_leaves_a_tombstone_only(shop: Any) -> None:
    graph = shop.graph
    shop.put("A", shop.fact("A"), description="long")
    shop.put("B", shop.fact("B"))
    graph.reviews.write([shop.review("R1", "A"), shop.review("R2", "B")])
    link = Link("B", "A", "ACCESSORY_FOR", 0.9, "named in its text")
    graph.related.replace_links(["B"], [link])
    version = graph.changes.version()
    receipt = graph.products.delete(["A", "unknown"], sequence=shop.next())
    assert receipt.written == ("A",)
    assert receipt.version == version + 1
    assert graph.products.get("A") is None
    assert graph.products.count() == 1
    assert [stored.product.product_id for stored in graph.products.page().results] == ["B"]
    assert graph.products.states(["A"])["A"].deleted
    assert [fact.state for fact in graph.products.closed_facts("A")] == ["closed"]
    assert graph.reviews.all("A") == []
    assert graph.related.links("B") == []
    [tombstone] = graph.changes.since(version).products
    assert (tombstone.product_id, tombstone.deleted, tombstone.product) == ("A", True, None)
    again = graph.products.delete(["A"], sequence=shop.next())
    assert again.written == ()
    assert graph.changes.version() == receipt.version
    assert shop.put("A", sequence=1).superseded == ("A",), "a row older than the deletion must not bring it back"
    assert shop.put("A", shop.fact("A")).written == ("A",)
    assert graph.products.get("A").product.description == ""
    assert graph.products.get("A").review_count == 0


def test_ids_before_lists_what_a_full_feed_did_not_name(shop: Any) -> None:
    graph = shop.graph
    for name in "ABCD":
        shop.put(name)
    boundary = shop.next()
    shop.put("B")
    graph.products.delete(["C"], sequence=boundary)
    assert graph.products.ids_before(boundary, limit=10) == ["A", "D"]
    assert graph.products.ids_before(boundary, limit=1) == ["A"]
    assert graph.products.ids_before(boundary, limit=1, after="A") == ["D"]


def test_pages_show_each_product_once(shop: Any) -> None:
    ids = [f"P{number}" for number in range(7)]
    shop.graph.products.write([shop.row(one, shop.fact(one)) for one in ids])
    seen: list[str] = []
    cursor = None
    while True:
        page = shop.graph.products.page(3, cursor)
        seen += [stored.product.product_id for stored in page.results]
        assert all(len(stored.facts) == 1 for stored in page.results)
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ids
    with pytest.raises(InvalidRequestError) as refusal:
        shop.graph.products.page(3, "\u00e9 not ours")
    assert refusal.value.code == "request.invalid_cursor"


def test_neighbourhood_draws_facts_variants_links_and_sharing_products(shop: Any) -> None:
    graph = shop.graph
    shop.put("A", shop.fact("A"), item_group_id="G")
    shop.put("B", shop.fact("B", "COLOR", "red"), item_group_id="G")
    shop.put("C", shop.fact("C"))
    graph.related.replace_links(["C"], [Link("C", "A", "ACCESSORY_FOR", 0.5, "why")])
    drawn = graph.products.neighbourhood("A")
    assert {node.id for node in drawn.nodes} == {"Product:A", "Product:B", "Product:C", "Material:steel"}
    edges = {(edge.source, edge.relation, edge.target) for edge in drawn.edges}
    assert edges == {
        ("Product:A", "MATERIAL", "Material:steel"),
        ("Product:C", "MATERIAL", "Material:steel"),
        ("Product:A", "VARIANT_OF", "Product:B"),
        ("Product:C", "ACCESSORY_FOR", "Product:A"),
    }
    assert len(graph.products.neighbourhood("A", limit=2).nodes) == 2
    assert graph.products.neighbourhood("unknown").nodes == ()


def test_shared_entities_rank_the_rare_before_the_common(shop: Any) -> None:
    graph = shop.graph
    shop.put("A", shop.fact("A"), shop.fact("A", "USED_FOR", "espresso"), shop.fact("A", "FEATURE", "x"))
    shop.put("B", shop.fact("B"), item_group_id="G")
    shop.put("C", shop.fact("C", "USED_FOR", "espresso"))
    shop.put("D", shop.fact("D"), shop.fact("D", "USED_FOR", "espresso", polarity="negated"))
    shop.put("E", shop.fact("E", state="contested"))
    shared = graph.related.shared("A")
    assert [one.product_id for one in shared] == ["C", "B", "D"]
    [espresso] = shared[0].shared
    assert (espresso.relation, espresso.label, espresso.name, espresso.degree) == ("USED_FOR", "Use", "Espresso", 3)
    assert [entity.relation for entity in shared[2].shared] == ["MATERIAL"], "what one denies they do not share"
    assert not any(one.same_group for one in shared)


def test_links_are_replaced_by_source(shop: Any) -> None:
    graph = shop.graph
    for name in "ABC":
        shop.put(name, shop.fact(name, "MODEL", f"model {name}"), item_group_id="G")
    version = graph.changes.version()
    evidence = Evidence(source="text", field="title", start=0, end=1, text="'", extractor="x", confidence=1.0)
    graph.related.replace_links(["A", "B"], [Link("A", "B", "ACCESSORY_FOR", 0.5, "fits", evidence),
                                             Link("B", "C", "COMPLEMENTS", 0.75, "together")])  # fmt: skip
    assert graph.related.links("B") == [
        Link("B", "C", "COMPLEMENTS", 0.75, "together"),
        Link("A", "B", "ACCESSORY_FOR", 0.5, "fits", evidence),
    ]
    graph.related.replace_links(["A"], [Link("A", "gone", "COMPLEMENTS", 1.0, "no such product")])
    assert [link.source_id for link in graph.related.links("B")] == ["B"]
    assert graph.changes.version() == version
    assert graph.related.variants("A") == ["B", "C"]
    assert [(name.product_id, name.models) for name in graph.related.names()] == [
        ("A", ("Model A",)), ("B", ("Model B",)), ("C", ("Model C",)),
    ]  # fmt: skip


def test_statistics_count_what_there_is(shop: Any) -> None:
    shop.put("A", shop.fact("A"))
    shop.put("B", shop.fact("B"))
    shop.graph.reviews.write([shop.review("R", "A")])
    shop.publish("A")
    figures = shop.graph.statistics()
    assert (figures["products"], figures["reviews"], figures["catalogue_version"]) == (2, 1, 3)
    assert figures["entities"]["Material"] == 1
    assert figures["facts"]["MATERIAL"] == 2
    assert figures["jobs"] == {"succeeded": 1}
    assert figures["texts"] == {"draft": 1}


def test_the_schema_can_be_made_again_and_the_graph_is_ready(any_graph: ProductGraph) -> None:
    any_graph.ensure_schema()
    assert any_graph.ready()
    assert any_graph.changes.version() == 0
