"""What a write does to the graph, on the real engine with the real extractor."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from kg.embedding import Embedders
from kg.graph import ImportCheckpoint, ImportCounts, ImportRequest
from kg.ingestion import CatalogWriter, SequencedProduct, SequencedReview
from kg.model import Claim, Part, Price, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.extraction import Extractor
    from kg.graph import ProductGraph
    from kg.model import Mention, Product, Review

pytestmark = pytest.mark.slow


@pytest.fixture
def announced() -> list[int]:
    return []


@pytest.fixture
def writer(graph: ProductGraph, extractor: Extractor, embedders: Embedders, announced: list[int]) -> CatalogWriter:
    return CatalogWriter(graph, load_extractor=lambda: extractor, embedders=embedders, announce=announced.append)


@pytest.fixture
def machine(sample_products: list[Product]) -> Product:
    return sample_products[0]


def rows(products: list[Product], start: int = 1) -> list[SequencedProduct]:
    return [SequencedProduct(start + offset, product) for offset, product in enumerate(products)]


def import_of(graph: ProductGraph) -> str:
    request = ImportRequest(
        kind="products",
        format="jsonl",
        mode="upsert",
        mapping={},
        blob="nowhere",
        source_name="test",
        allow_deletions=False,
        size_bytes=0,
        sha256="",
    )
    return graph.imports.accept(request, idempotency=None).import_id


def test_every_evidence_of_every_stored_fact_is_the_text_it_points_at(
    graph: ProductGraph, writer: CatalogWriter, sample_products: list[Product]
) -> None:
    picked = sample_products[:20] + [one for one in sample_products if one.language == "zh"][:10]
    picked += [one for one in sample_products if one.product_id in {"HK-4005", "TL-1004", "ZH-2008", "EL-1015"}]
    writer.write(rows(picked))
    seen = 0
    for product in picked:
        stored = graph.products.get(product.product_id)
        assert stored is not None
        assert stored.facts
        for fact in stored.facts:
            assert fact.evidence
            for evidence in fact.evidence:
                assert stored.product.raw_field(evidence.field)[evidence.start : evidence.end] == evidence.text
                seen += 1
    assert seen > 10 * len(picked)


def test_the_same_rows_again_change_nothing_and_make_no_version(
    graph: ProductGraph, writer: CatalogWriter, sample_products: list[Product], announced: list[int]
) -> None:
    first = writer.write(rows(sample_products[:5]))
    again = writer.write(rows(sample_products[:5], start=100))
    assert (len(first.changed), first.unchanged) == (5, 0)
    assert (len(again.changed), again.unchanged) == (0, 5)
    assert graph.changes.version() == first.receipt.version
    assert announced == [first.receipt.version]


def test_a_price_change_reads_and_embeds_nothing(
    graph: ProductGraph, writer: CatalogWriter, machine: Product, extractor: Extractor, embedders: Embedders
) -> None:
    writer.write(rows([machine]))
    before = graph.products.get(machine.product_id)

    class _Watched:
        version = extractor.version

        def mentions(self, products: Sequence[Product]) -> list[list[Mention]]:
            assert not products
            return []

    cheap = CatalogWriter(graph, load_extractor=_Watched, embedders=embedders)
    outcome = cheap.write(rows([replace(machine, price=Price(Decimal("199.00"), "USD"))], start=50))
    after = graph.products.get(machine.product_id)
    assert outcome.changed == (machine.product_id,)
    assert before is not None
    assert after is not None
    assert after.product.price == Price(Decimal("199.00"), "USD")
    assert after.facts == before.facts


def test_an_older_row_never_overwrites_a_newer_one_even_when_the_newer_changed_nothing(
    graph: ProductGraph, writer: CatalogWriter, machine: Product
) -> None:
    writer.write(rows([machine], start=10))
    writer.write(rows([machine], start=30))
    writer.write(rows([replace(machine, title="An older title")], start=20))
    stored = graph.products.get(machine.product_id)
    assert stored is not None
    assert stored.product.title == machine.title


def test_a_changed_text_closes_the_facts_it_no_longer_states_and_retracts_their_texts(
    graph: ProductGraph, writer: CatalogWriter, machine: Product
) -> None:
    writer.write(rows([machine]))
    stored = graph.products.get(machine.product_id)
    assert stored is not None
    black = next(fact for fact in stored.facts if fact.relation == "COLOR")
    job = graph.jobs.accept("ad_copy", {"product_id": machine.product_id})
    assert graph.jobs.claim(job.job_id, "w", 60)
    claim = Claim(0, 11, "supported", (black.fact_id,))
    text = Text(
        text_id="txt_1",
        kind="ad_copy",
        product_id=machine.product_id,
        language="en",
        parts=(Part(kind="headline", text="Matte Black", origin="realiser", claims=(claim,)),),
    )
    graph.jobs.succeed(job.job_id, [text], "w")
    repainted = replace(machine, color="Cream", title=machine.title.replace("Matte Black", "Cream"))
    outcome = writer.write(rows([repainted], start=50))
    assert outcome.receipt.stale_text_ids == ("txt_1",)
    closed = graph.products.closed_facts(machine.product_id)
    assert black.fact_id in {fact.fact_id for fact in closed}
    again = graph.texts.get("txt_1")
    assert again is not None
    assert again.state == "stale"


def test_a_stream_commits_in_order_with_its_checkpoints(
    graph: ProductGraph, writer: CatalogWriter, sample_products: list[Product]
) -> None:
    import_id = import_of(graph)
    done = 0

    def checkpoint_of(changed: int, unchanged: int) -> ImportCheckpoint:
        nonlocal done
        done += changed + unchanged
        counts = ImportCounts(read=done, changed=done)
        return ImportCheckpoint(import_id=import_id, line=done, counts=counts, total_rows=30)

    batches = [(rows(sample_products[start : start + 10], start=start + 1), checkpoint_of) for start in (0, 10, 20)]
    outcomes = list(writer.write_stream(batches))
    versions = [outcome.receipt.version for outcome in outcomes]
    assert versions == sorted(versions)
    assert [len(outcome.changed) for outcome in outcomes] == [10, 10, 10]
    stored = graph.imports.get(import_id)
    assert stored is not None
    assert (stored.line, stored.counts.changed) == (30, 30)


def test_a_failure_while_reading_keeps_the_batches_before_it(
    graph: ProductGraph, writer: CatalogWriter, sample_products: list[Product]
) -> None:
    def batches() -> Iterator[Any]:
        yield rows(sample_products[:3]), None
        raise RuntimeError("the feed broke")

    with pytest.raises(RuntimeError, match="the feed broke"):
        list(writer.write_stream(batches()))
    assert graph.products.count() == 3


def test_what_cannot_be_embedded_stops_the_stream_and_nothing_after_it_is_committed(
    graph: ProductGraph, writer: CatalogWriter, sample_products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    embed = Embedders.embed_products

    def failing(self: Embedders, products: Sequence[Product]) -> Any:
        if any(product.product_id == sample_products[4].product_id for product in products):
            raise RuntimeError("no memory")
        return embed(self, products)

    monkeypatch.setattr(Embedders, "embed_products", failing)
    batches = [(rows(sample_products[start : start + 3], start=start + 1), None) for start in (0, 3, 6, 9)]
    with pytest.raises(RuntimeError, match="no memory"):
        list(writer.write_stream(batches))
    assert graph.products.count() == 3


def test_deletion_removes_the_product_its_facts_and_its_reviews(
    graph: ProductGraph, writer: CatalogWriter, machine: Product, sample_reviews: list[Review], announced: list[int]
) -> None:
    writer.write(rows([machine]))
    mine = [one for one in sample_reviews if one.product_id == machine.product_id]
    receipt = writer.write_reviews([SequencedReview(10 + n, review) for n, review in enumerate(mine)])
    assert (receipt.changed, receipt.unchanged) == (len(mine), 0)
    again = writer.write_reviews([SequencedReview(90 + n, review) for n, review in enumerate(mine)])
    assert (again.changed, again.unchanged) == (0, len(mine))
    writer.delete([machine.product_id], sequence=1000)
    assert graph.products.get(machine.product_id) is None
    assert graph.reviews.all(machine.product_id) == []
    batch = graph.changes.since(receipt.version, limit=10)
    assert [(one.product_id, one.deleted) for one in batch.products] == [(machine.product_id, True)]
    assert announced[-1] == batch.version
