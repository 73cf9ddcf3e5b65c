"""A pushed product as a row of an import: the same names, the same rules, the same codes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

import kg.catalog
from api.services import services
from kg.model import Price, Product
from shelfgraph.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LOCK_SECONDS: Final = 60.0
_WAIT_SECONDS: Final = 10.0


def parse_product(fields_sent: Mapping[str, Any]) -> Product:
    """The product that an import would make of these fields.

    Raises:
        RowError: the code, field and reason an import would give.
    """
    return kg.catalog.parse_product({name: value for name, value in fields_sent.items() if value is not None})


def merged(product: Product, changes: Mapping[str, Any]) -> Product:
    """The product after a merge patch (RFC 7396): null clears, an array is replaced.

    Raises:
        RowError: as `parse_product`.
    """
    sent = {one.name: _plain(getattr(product, one.name)) for one in fields(Product)}
    return parse_product({**sent, **changes, "product_id": product.product_id})


@contextmanager
def product_lock(product_id: str) -> Iterator[None]:
    """Keep other edits of the product out while one reads, decides and writes.

    Raises:
        UnavailableError: ``product.busy``, or the broker does not answer.
    """
    with services().broker.lock(f"product:{product_id}", _LOCK_SECONDS, wait=_WAIT_SECONDS) as held:
        if not held:
            raise UnavailableError("product.busy", "Another edit of this product is under way.", retry_after=2)
        yield


def _plain(value: object) -> object:
    if isinstance(value, Price):
        # As text: a float could change the amount.
        return {"amount": str(value.amount), "currency": value.currency}
    return list(value) if isinstance(value, tuple) else value
