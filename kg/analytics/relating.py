"""Related products of one product by kind, scored, each with the paths that explain it."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from kg.analytics.paths import Path, link_path, shared_paths, substitute_path, variant_path
from shelfgraph.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.graph import Link, ProductGraph, SharedEntities, SharedEntity, StoredProduct
    from kg.model import Product

Kind = Literal["variant", "accessory", "complement", "substitute", "similar"]

_KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_CANDIDATES: Final = 200
_LOOKED_AT: Final = 40
_COLLECTIVE: Final = re.compile(r"\b(?:accessor(?:y|ies)|parts?|supplies|other)\b|配件|其他", re.IGNORECASE)
_SAME_TYPE, _NEAR_TYPE, _SHARE = 0.6, 0.45, 0.4
_LEAST_SIMILAR: Final = 0.05


@dataclass(frozen=True, slots=True)
class Related:
    """A related product; ``score`` is 0 to 1 and comparable within a kind."""

    product_id: str
    kind: Kind
    score: float
    reasons: list[Path]


@dataclass(frozen=True, slots=True)
class _Candidate:
    product_id: str
    kind: Kind
    score: float
    links: tuple[Link, ...] = ()
    shared: tuple[SharedEntity, ...] = ()


def related(graph: ProductGraph, product_id: str, *, kind: Kind | None = None, limit: int = 20) -> list[Related]:
    """The products related to one, the best first, each under the kind that says most.

    Variants share its group; accessories fit it (or it fits them), as a text says; complements are named as used with
    it; substitutes are the same kind of product of another brand; similar ones share rare entities. Without ``kind``
    every kind gets its share of the ``limit``.

    Raises:
        NotFoundError: ``product.not_found``.
    """
    stored = graph.products.get(product_id)
    if stored is None:
        raise NotFoundError("product.not_found", f"There is no product {product_id!r}.")
    products = _Products(graph, stored.product)
    seen: set[str] = {product_id}
    chosen: dict[Kind, list[_Candidate]] = {}
    for one_kind in _KINDS:
        found = [one for one in _find(graph, stored, products, one_kind) if one.product_id not in seen]
        seen.update(one.product_id for one in found)
        chosen[one_kind] = sorted(found, key=lambda one: (-one.score, one.product_id))
        if one_kind == kind:
            break
    picked = chosen[kind][:limit] if kind else _shared_out(chosen, limit)
    results = [_explained(stored.product, other, one) for one in picked if (other := products.get(one.product_id))]
    return sorted(results, key=lambda one: (-one.score, _KINDS.index(one.kind), one.product_id))


class _Products:
    """Products looked up once."""

    def __init__(self, graph: ProductGraph, own: Product) -> None:
        self._graph = graph
        self._known: dict[str, Product | None] = {own.product_id: own}
        self._shared: list[SharedEntities] | None = None
        self._own = own

    def get(self, product_id: str) -> Product | None:
        if product_id not in self._known:
            stored = self._graph.products.get(product_id)
            self._known[product_id] = stored.product if stored else None
        return self._known[product_id]

    def shared(self) -> list[SharedEntities]:
        if self._shared is None:
            self._shared = self._graph.related.shared(self._own.product_id, limit=_CANDIDATES)
        return self._shared


def _find(graph: ProductGraph, stored: StoredProduct, products: _Products, kind: Kind) -> Iterator[_Candidate]:
    product_id = stored.product.product_id
    match kind:
        case "variant":
            for variant in graph.related.variants(product_id):
                yield _Candidate(variant, "variant", 1.0)
        case "accessory":
            yield from _linked(graph, product_id, "ACCESSORY_FOR", "accessory")
        case "complement":
            yield from _linked(graph, product_id, "COMPLEMENTS", "complement")
        case "substitute":
            yield from _substitutes(stored, products)
        case "similar":
            yield from _similar(stored, products.shared())


def _linked(graph: ProductGraph, product_id: str, relation: str, kind: Kind) -> Iterator[_Candidate]:
    """Links of one relation in both directions; two that say the same make it surer."""
    by_other: dict[str, list[Link]] = defaultdict(list)
    for link in graph.related.links(product_id):
        if link.relation == relation:
            by_other[link.target_id if link.source_id == product_id else link.source_id].append(link)
    for other, links in by_other.items():
        yield _Candidate(other, kind, 1 - math.prod(1 - link.score for link in links), links=tuple(links))


def _substitutes(stored: StoredProduct, products: _Products) -> Iterator[_Candidate]:
    """Products of the same type and another brand: by the feed's types where it has them, else by the TYPE facts."""
    own = stored.product
    types = {fact.entity.key for fact in stored.facts if fact.relation == "TYPE" and fact.polarity == "affirmed"}
    weight = _weight_of(stored, products.shared())
    looked_at = 0
    for one in products.shared():
        alike = any(entity.relation == "TYPE" and entity.key in types for entity in one.shared)
        if one.same_group or any(entity.relation == "BRAND" for entity in one.shared):
            continue
        if looked_at >= _LOOKED_AT or not (alike or _is_chinese(own)):
            continue
        looked_at += 1
        other = products.get(one.product_id)
        kinship = _kinship(own, other, alike=alike) if other is not None else 0.0
        if kinship:
            score = kinship + _SHARE * _share(one.shared, weight)
            yield _Candidate(one.product_id, "substitute", score, shared=one.shared)


def _kinship(product: Product, other: Product, *, alike: bool) -> float:
    """How surely two products are of one kind, 0 where they are not."""
    ours, theirs = product.product_type, other.product_type
    if product.brand is not None and product.brand == other.brand:
        return 0.0
    if not ours or not theirs:
        return _NEAR_TYPE if alike else 0.0
    if _COLLECTIVE.search(ours[-1]):
        # what stands under Accessories or Parts has nothing else in common
        return 0.0
    if ours[-1].casefold() == theirs[-1].casefold():
        return _SAME_TYPE
    sisters = ours[:-1] == theirs[:-1] and ours[-1][:2] == theirs[-1][:2]
    return _NEAR_TYPE if sisters and _is_chinese(product) else 0.0


def _is_chinese(product: Product) -> bool:
    return product.language == "zh"


def _similar(stored: StoredProduct, shared: Sequence[SharedEntities]) -> Iterator[_Candidate]:
    weight = _weight_of(stored, shared)
    for one in shared:
        share = _share(one.shared, weight)
        if share >= _LEAST_SIMILAR and len(one.shared) > 1:
            yield _Candidate(one.product_id, "similar", share, shared=one.shared)


def _weight_of(stored: StoredProduct, shared: Sequence[SharedEntities]) -> float:
    """What the product's facts weigh together; those nobody shares count as the rarest do."""
    degrees = {(entity.relation, entity.key): entity.degree for one in shared for entity in one.shared}
    return sum(_weight(degrees.get((fact.relation, fact.entity.key), 2)) for fact in stored.facts) or 1.0


def _share(entities: Iterable[SharedEntity], weight: float) -> float:
    return min(1.0, sum(_weight(entity.degree) for entity in entities) / weight)


def _weight(degree: int) -> float:
    """An entity says the less the more products have it."""
    return 1 / math.log1p(max(degree, 1))


def _shared_out(chosen: dict[Kind, list[_Candidate]], limit: int) -> list[_Candidate]:
    """An equal part of the limit for each kind; what a kind leaves goes to the next in line."""
    part = max(1, limit // len(_KINDS))
    picked = [one for found in chosen.values() for one in found[:part]]
    rest = [one for found in chosen.values() for one in found[part:]]
    return [*picked, *rest][:limit]


def _explained(product: Product, other: Product, candidate: _Candidate) -> Related:
    match candidate.kind:
        case "variant":
            reasons = [variant_path(product, other)]
        case "accessory" | "complement":
            reasons = [link_path(product, other, link) for link in candidate.links]
        case "substitute":
            reasons = [substitute_path(product, other), *shared_paths(product, other, candidate.shared)]
        case "similar":
            reasons = shared_paths(product, other, candidate.shared)
    return Related(other.product_id, candidate.kind, round(candidate.score, 4), reasons)
