"""``search``, ``product``, ``attributes`` and ``related``."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

import typer

from shelfgraph.cli.client import Client
from shelfgraph.cli.output import JsonOption, plain, show_json, show_line, show_table


def search(  # noqa: PLR0913, PLR0917 - the options of the command
    query: Annotated[str, typer.Argument(help="In a customer's words; empty browses.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many products.")] = 10,
    filters: Annotated[
        list[str] | None, typer.Option("--filter", help="relation:value, -relation:value, price:10..30; repeat it.")
    ] = None,
    facets: Annotated[str, typer.Option(help="Names of facets, separated by commas.")] = "",
    sort: Annotated[str | None, typer.Option(help="For example price.")] = None,
    language: Annotated[str | None, typer.Option(help="Language of the query.")] = None,
    min_version: Annotated[int | None, typer.Option(help="Catalogue version the answer must know.")] = None,
    cursor: Annotated[str | None, typer.Option(help="next_cursor of the page before.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show each signal's share.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Search the catalogue.

    Example: `shelfgraph search "espresso machine without capsules" --filter price:..500 --facets brand`
    """
    found = Client().get(
        "/v1/search",
        q=query,
        limit=limit,
        filter=filters or None,
        facets=facets or None,
        sort=sort,
        language=language,
        min_version=min_version,
        cursor=cursor,
        explain="true" if explain else None,
    )
    if as_json:
        show_json(found)
        return
    show_table(
        ("product", "title", "price", "score"),
        (
            (one["product_id"], one["title"], _price(one.get("price")), f"{one['score']:.3f}")
            for one in found["results"]
        ),
    )
    for name, values in found["facets"].items():
        show_line(f"{name}: " + ", ".join(f"{one['value']} ({one['count']})" for one in values), style="dim")
    if explain:
        for one in found["results"]:
            show_line(f"{one['product_id']}: {one.get('explain')}", style="dim")
    if found["next_cursor"]:
        show_line(f"More with --cursor {found['next_cursor']}", style="dim")


def product(product_id: Annotated[str, typer.Argument(help="The merchant's id.")], as_json: JsonOption = False) -> None:
    """Show a product with its facts and what each was read from.

    Example: `shelfgraph product HK-1001`
    """
    found = Client().get(f"/v1/products/{_path(product_id)}")
    if as_json:
        show_json(found)
        return
    show_line(f"{found['product_id']}  {found['title']}", style="bold")
    show_line(
        f"{_price(found['price'])}  {found['availability'] or ''}  catalogue version {found['catalogue_version']}"
    )
    show_table(
        ("relation", "value", "", "state", "read from"),
        (
            (
                fact["relation"],
                fact["value"],
                "not" if fact["polarity"] == "negated" else "",
                fact["state"],
                "; ".join(f"{one['field']}: {one['text']}" for one in fact["evidence"][:2]),
            )
            for fact in found["facts"]
        ),
        empty="No facts are known of it.",
    )


def attributes(
    product_id: Annotated[str, typer.Argument(help="The merchant's id.")],
    names: Annotated[list[str], typer.Argument(help="Names of your own schema, 20 at most.")],
    category: Annotated[
        str, typer.Option(help="What the product is, for a model that was taught your schema with categories.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Show the values of any attributes of a product by name, and where they stand.

    Example: `shelfgraph attributes HK-1001 "Water Tank Capacity" Wattage "Cord Length"`
    """
    found = Client().get(f"/v1/products/{_path(product_id)}/attributes", name=names, category=category or None)
    if as_json:
        show_json(found)
        return
    show_table(
        ("attribute", "value", "confidence", "read from"),
        (
            (one["name"], one["value"], f"{one['evidence']['confidence']:.2f}", _read_from(one["evidence"]))
            if one["evidence"]
            else (one["name"], one["status"].replace("_", " "), "", "")
            for one in found["results"]
        ),
    )


def _read_from(evidence: dict[str, Any]) -> str:
    return f"{evidence['field']}: {evidence['text']}"


def related(
    product_id: Annotated[str, typer.Argument(help="The merchant's id.")],
    kind: Annotated[str | None, typer.Option(help="variant, accessory, complement, substitute or similar.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many products.")] = 10,
    as_json: JsonOption = False,
) -> None:
    """Show products that belong with one, and why.

    Example: `shelfgraph related HK-1001 --kind accessory`
    """
    found = Client().get(f"/v1/products/{_path(product_id)}/related", kind=kind, limit=limit)
    if as_json:
        show_json(found)
        return
    show_table(
        ("product", "kind", "score", "because"),
        (
            (one["product_id"], one["kind"], f"{one['score']:.3f}", "; ".join(_why(path) for path in one["reasons"]))
            for one in found["results"]
        ),
    )


def _why(path: dict[str, Any]) -> str:
    return plain(path.get("text") or "")


def _price(price: dict[str, Any] | None) -> str:
    return f"{price['amount']} {price.get('currency') or ''}".strip() if price else ""


def _path(identifier: str) -> str:
    return quote(identifier, safe="")
