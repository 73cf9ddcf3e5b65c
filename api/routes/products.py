"""Products: read with their evidence, pushed one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import Response, request

from api.auth import needs
from api.conditions import check_unchanged, tagged
from api.products import merged, parse_product, product_lock
from api.schemas.attributes import AttributeOut, AttributeQuery, AttributesOut
from api.schemas.lists import PageQuery
from api.schemas.products import (
    DeletedOut,
    GraphOut,
    GraphQuery,
    ProductIn,
    ProductOut,
    ProductPage,
    ProductPatch,
    ProductQuery,
    RelatedOut,
    RelatedPage,
    RelatedQuery,
    ReviewOut,
    ReviewPage,
)
from api.services import services
from kg.analytics import related
from kg.attributes import read_attributes
from kg.ingestion import SequencedProduct
from shelfgraph.errors import NotFoundError, RowError, UnprocessableError

if TYPE_CHECKING:
    from kg.graph import StoredProduct
    from kg.model import Product

blueprint = APIBlueprint("products", __name__, url_prefix="/v1/products", tag="Products")


@blueprint.get("")
@needs("search", "catalog", "marketing")
@blueprint.input(PageQuery, location="query", arg_name="page")
@blueprint.output(ProductPage)
def list_products(page: PageQuery) -> ProductPage:
    """List products."""
    found = services().graph.products.page(page.limit, page.cursor)
    return ProductPage(results=[ProductOut.of(one) for one in found.results], next_cursor=found.next_cursor)


@blueprint.get("/<product:product_id>/attributes")
@needs("search", "catalog", "marketing")
@blueprint.input(AttributeQuery, location="query", arg_name="query")
@blueprint.output(AttributesOut)
@blueprint.doc(responses={422: "The text is too long for so many names."})
def show_attributes(product_id: str, query: AttributeQuery) -> AttributesOut:
    """Show the values of any attributes by name, and where they stand; null where the product does not say."""
    product = _found(product_id).product
    found = read_attributes(product, query.name, services().load_reader, category=query.category)
    return AttributesOut(product_id=product_id, results=[AttributeOut.model_validate(one) for one in found])


@blueprint.get("/<product:product_id>/graph")
@needs("search", "catalog", "marketing")
@blueprint.input(GraphQuery, location="query", arg_name="query")
@blueprint.output(GraphOut)
def show_graph(product_id: str, query: GraphQuery) -> GraphOut:
    """Show the neighbourhood of a product, to draw."""
    _found(product_id)
    return GraphOut.model_validate(services().graph.products.neighbourhood(product_id, limit=query.limit))


@blueprint.get("/<product:product_id>/related")
@needs("search", "catalog", "marketing")
@blueprint.input(RelatedQuery, location="query", arg_name="query")
@blueprint.output(RelatedPage)
def list_related(product_id: str, query: RelatedQuery) -> RelatedPage:
    """List related products, each with the path that explains it."""
    _found(product_id)
    found = related(services().graph, product_id, kind=query.kind, limit=query.limit)
    return RelatedPage(results=[RelatedOut.model_validate(one) for one in found])


@blueprint.get("/<product:product_id>/reviews")
@needs("search", "catalog", "marketing")
@blueprint.input(PageQuery, location="query", arg_name="page")
@blueprint.output(ReviewPage)
def list_reviews(product_id: str, page: PageQuery) -> ReviewPage:
    """List the reviews of a product."""
    _found(product_id)
    found = services().graph.reviews.page(product_id, page.limit, page.cursor)
    return ReviewPage(results=[ReviewOut.model_validate(one) for one in found.results], next_cursor=found.next_cursor)


@blueprint.get("/<product:product_id>")
@needs("search", "catalog", "marketing")
@blueprint.input(ProductQuery, location="query", arg_name="query")
@blueprint.output(ProductOut)
@blueprint.doc(responses={304: "You have it already."})
def show_product(product_id: str, query: ProductQuery) -> Response:
    """Show a product with its facts and their evidence."""
    stored = _found(product_id)
    closed = services().graph.products.closed_facts(product_id) if query.history else None
    return tagged(ProductOut.of(stored, closed=closed))


@blueprint.put("/<product:product_id>")
@needs("catalog")
@blueprint.input(ProductIn, location="json", arg_name="body")
@blueprint.output(ProductOut)
@blueprint.doc(responses={201: "The product was not there before.", 412: "It changed since you read it."})
def put_product(product_id: str, body: ProductIn) -> Response:
    """Create or replace a product, by the rules of an import's row."""
    if body.product_id not in {None, product_id}:
        raise UnprocessableError("product.id_mismatch", "The product_id in the body is not the one in the address.")
    product = parse_product({**body.model_dump(exclude_none=True), "product_id": product_id})
    if product.product_id != product_id:  # a row's id is trimmed; an address is taken as it is
        raise RowError("catalog.id_invalid", "A product_id has no blanks at its ends.", field="product_id")
    with product_lock(product_id):
        before = services().graph.products.get(product_id)
        check_unchanged(ProductOut.of(before) if before else None)
        return _write(product, status=200 if before else 201)


@blueprint.patch("/<product:product_id>")
@needs("catalog")
@blueprint.input(ProductPatch, location="json", arg_name="body")
@blueprint.output(ProductOut)
@blueprint.doc(responses={412: "It changed since you read it."})
def patch_product(product_id: str, body: ProductPatch) -> Response:
    """Change some fields of a product; null clears one. A price or stock change is not read or embedded again."""
    with product_lock(product_id):
        stored = _found(product_id)
        check_unchanged(ProductOut.of(stored))
        return _write(merged(stored.product, body.model_dump(exclude_unset=True)), status=200)


@blueprint.delete("/<product:product_id>")
@needs("catalog")
@blueprint.output(DeletedOut)
@blueprint.doc(responses={412: "It changed since you read it."})
def delete_product(product_id: str) -> DeletedOut:
    """Remove a product, its facts and reviews; texts about it become stale."""
    api = services()
    with product_lock(product_id):
        check_unchanged(ProductOut.of(_found(product_id)))
        receipt = api.writer.delete([product_id], sequence=api.graph.next_sequence())
    return DeletedOut(product_id=product_id, catalogue_version=receipt.version)


def _write(product: Product, *, status: int) -> Response:
    api = services()
    api.writer.write([SequencedProduct(api.graph.next_sequence(), product)])
    response = tagged(ProductOut.of(_found(product.product_id)), status=status)
    if status == 201:  # noqa: PLR2004 - the status itself
        response.headers["Location"] = request.path
    return response


def _found(product_id: str) -> StoredProduct:
    stored = services().graph.products.get(product_id)
    if stored is None:
        raise NotFoundError("product.not_found", "There is no such product.")
    return stored
