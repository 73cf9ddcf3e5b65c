"""Links between products, read from what their texts say of each other, each with the words that say it."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from kg.analytics.context import role_of
from kg.analytics.names import NameIndex, measures
from kg.analytics.sayings import LINKER, Saying, said_by_customers, said_by_merchant, text_fields
from kg.catalog import normalise
from kg.graph import Link
from kg.model import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kg.analytics.names import Family
    from kg.graph import ProductGraph
    from kg.model import Fact, Product, Review

_BATCH: Final = 500
_MAX_BRAND_FAMILIES: Final = 60
_PHRASE: Final = 60
_EVERY: Final = re.compile(r"\b(?:every|all|any)\s+(?:the\s+)?(?=[A-Z])")
_EVERY_SCORE: Final = 0.7


class Linker:
    """Finds the links of one product after the other.

    Args:
        index: the names of the whole catalogue.
        lookup: a product by its id, or None where there is none.
    """

    def __init__(self, index: NameIndex, lookup: Callable[[str], Product | None]) -> None:
        self._index = index
        self._lookup = lookup

    def links(self, source: Product, facts: Sequence[Fact] = (), reviews: Sequence[Review] = ()) -> list[Link]:
        """The links that start at ``source``, the surest first; one for each product it leads to."""
        own = self._index.family_of.get(source.product_id)
        if own is None:
            return []
        sayings: dict[str, list[Saying]] = defaultdict(list)
        for saying in said_by_merchant(source, own, self._index, facts):
            sayings[saying.family.key].append(saying)
        for saying in said_by_customers(own, self._index, reviews):
            sayings[saying.family.key].append(saying)
        found: dict[str, Link] = {}
        for group in sayings.values():
            for link in self._of_family(source, own, group):
                _keep(found, link)
        for link in self._of_every(source):
            _keep(found, link)
        return sorted(found.values(), key=lambda link: (-link.score, link.target_id))

    def _of_family(self, source: Product, own: Family, sayings: Sequence[Saying]) -> Iterator[Link]:
        best = max(
            (saying for saying in sayings if saying.role in {"fits", "together", "named"}),
            key=lambda saying: (saying.role == "fits", saying.score),
            default=None,
        )
        if best is None or (own.noun == best.family.noun and min(len(own.head), len(best.family.head)) > 1):
            # one of the same kind is a rival or a sister, never an accessory or a companion
            return
        for product_id in _variants(best.family, sayings):
            target = self._lookup(product_id)
            if target is not None and _may_link(source, target, best):
                yield _link(source, target, best)

    def _of_every(self, source: Product) -> Iterator[Link]:
        """``Fits every Drovanek 18 V tool``: the products of the brand that state the measure."""
        for field, raw in text_fields(source):
            text = normalise(raw)
            for found in _EVERY.finditer(text.text):
                brand, _, rest = text.text[found.end() : found.end() + _PHRASE].partition(" ")
                needed = measures(re.split(r"[,;.]|\band\b", rest, maxsplit=1)[0])
                start, end = found.end(), found.end() + len(brand)
                if not needed or role_of(text.text, start, end) != "fits":
                    continue
                begin, stop = text.raw_span(start, end)
                evidence = Evidence(
                    source="text",
                    field=field,
                    start=begin,
                    end=stop,
                    text=raw[begin:stop],
                    extractor=LINKER,
                    confidence=_EVERY_SCORE,
                )
                yield from self._of_brand(source, brand.casefold(), needed, evidence)

    def _of_brand(self, source: Product, brand: str, needed: frozenset[str], evidence: Evidence) -> Iterator[Link]:
        reason = f"{source.title} fits every product of {evidence.text} with {', '.join(sorted(needed))}"
        for family in self._index.of_brand(brand)[:_MAX_BRAND_FAMILIES]:
            for product_id in family.product_ids:
                target = self._lookup(product_id)
                if target is None or product_id == source.product_id or _leaf(target) == _leaf(source):
                    continue
                if needed <= measures("\n".join(raw for _, raw in text_fields(target))):
                    yield Link(source.product_id, product_id, "ACCESSORY_FOR", _EVERY_SCORE, reason, evidence)


def link_products(graph: ProductGraph, product_ids: Sequence[str], *, with_reviews: bool = True) -> int:
    """Reads the links that start at these products anew and replaces what the graph has; returns how many it wrote.

    A product that is new is found by the texts of others only once those are linked again.

    Args:
        graph: the graph.
        product_ids: the products whose texts are read.
        with_reviews: read their reviews too.
    """
    if not product_ids:
        return 0
    linker = Linker(NameIndex(graph.related.names()), lambda product_id: _product(graph, product_id))
    written = 0
    for begin in range(0, len(product_ids), _BATCH):
        batch = list(product_ids[begin : begin + _BATCH])
        links: list[Link] = []
        for product_id in batch:
            stored = graph.products.get(product_id)
            if stored is not None:
                reviews = graph.reviews.all(product_id) if with_reviews and stored.review_count else []
                links.extend(linker.links(stored.product, stored.facts, reviews))
        graph.related.replace_links(batch, links)
        written += len(links)
    return written


def _product(graph: ProductGraph, product_id: str) -> Product | None:
    stored = graph.products.get(product_id)
    return stored.product if stored is not None else None


def _keep(found: dict[str, Link], link: Link) -> None:
    """Keeps the better of two links to one product: that it fits says more than that it is used together."""
    known = found.get(link.target_id)
    if known is None or _rank(known) < _rank(link):
        found[link.target_id] = link


def _rank(link: Link) -> tuple[bool, float]:
    return link.relation == "ACCESSORY_FOR", link.score


def _variants(family: Family, sayings: Sequence[Saying]) -> list[str]:
    """The variants meant: those named by id, else those whose measures are named, else all; never those denied."""
    by_id = [saying.product_id for saying in sayings if saying.product_id and saying.role != "denied"]
    if by_id:
        return list(dict.fromkeys(by_id))
    named: set[str] = set()
    denied: set[str] = set()
    for saying in sayings:
        if saying.role != "compared":
            (denied if saying.role == "denied" else named).update(saying.measures & family.differing())
    denied -= named
    return [
        product_id
        for product_id, own in family.members.items()
        if (not named or not named.isdisjoint(own)) and denied.isdisjoint(own)
    ]


def _may_link(source: Product, target: Product, best: Saying) -> bool:
    """Whether the two may belong together: of one type only as the brand's own part (a bin and its lid)."""
    if _leaf(target) == _leaf(source):
        return best.role == "fits" and target.brand == source.brand
    if best.kind_only and source.product_type and target.product_type:
        return source.product_type[0] == target.product_type[0]
    return True


def _link(source: Product, target: Product, best: Saying) -> Link:
    quote = best.evidence.text
    if best.role == "fits":
        reason = f"{source.title} is made for {target.title}: it names “{quote}”"
        return Link(source.product_id, target.product_id, "ACCESSORY_FOR", best.score, reason, best.evidence)
    where = "a review of" if best.evidence.source == "review" else "the text of"
    reason = f"{where} {source.title} names “{quote}” as used with it"
    return Link(source.product_id, target.product_id, "COMPLEMENTS", best.score, reason, best.evidence)


def _leaf(product: Product) -> str:
    return product.product_type[-1].casefold() if product.product_type else f"\x00{product.product_id}"
