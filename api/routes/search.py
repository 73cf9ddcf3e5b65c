"""Search over the index that follows the graph."""

from __future__ import annotations

from apiflask import APIBlueprint

from api.auth import needs
from api.schemas.search import SearchOut, SearchQuery
from api.services import ApiServices, services
from search.query import parse
from shelfgraph.errors import UnavailableError

blueprint = APIBlueprint("search", __name__, url_prefix="/v1", tag="Search")


@blueprint.get("/search")
@needs("search", "catalog", "marketing")
@blueprint.input(SearchQuery, location="query", arg_name="query")
@blueprint.output(SearchOut)
@blueprint.doc(responses={503: "The index does not have `min_version` yet."})
def search_products(query: SearchQuery) -> SearchOut:
    """Search products by words, filters and facts; an empty query browses."""
    api = services()
    if query.min_version is not None:
        _wait_for(api, query.min_version)
    asked = parse(
        query.q,
        query.filter,
        query.sort,
        [name.strip() for name in query.facets.split(",") if name.strip()],
        query.language,
        api.index.vocabulary,
        limit=query.limit,
        cursor=query.cursor,
        explain=query.explain,
    )
    found = api.index.search(asked)
    return SearchOut(
        results=[hit.to_dict() for hit in found.results],
        facets=found.facets,
        understood=found.understood,
        total=found.total,
        catalogue_version=found.catalogue_version,
        next_cursor=found.next_cursor,
    )


def _wait_for(api: ApiServices, version: int) -> None:
    if not api.follower.wait_for(version, api.settings.version_wait):
        raise UnavailableError(
            "search.version_not_reached",
            f"The index does not have catalogue version {version} yet.",
            help="Ask again, or without min_version.",
            retry_after=1,
            index_version=api.index.version,
        )
