"""What a worker runs for an accepted job, and what the API checks before it accepts one.

Imported by API processes: nothing here loads a model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from generation import ad_copy, answer, review_summary
from shelfgraph.errors import InvalidRequestError, NotFoundError, UnprocessableError

if TYPE_CHECKING:
    from generation.engine import Generator
    from kg.graph import ProductGraph
    from kg.model import Text, TextKind

Progress = Callable[[float, str], None]


def validate(kind: TextKind, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a job as they are kept and run, defaults filled in.

    Raises:
        InvalidRequestError: ``request.unknown_job_kind``.
        UnprocessableError: a parameter is refused; the code says which.
    """
    if kind == "ad_copy":
        return ad_copy.validate(params).as_params()
    if kind == "review_summary":
        return {"product_id": _product_id(params), "language": _summary_language(params.get("language"))}
    if kind == "answer":
        return {"product_id": _product_id(params), "question": answer.validate_question(params)}
    raise InvalidRequestError(
        "request.unknown_job_kind",
        f"There are no jobs of kind {str(kind)[:40]!r}.",
        help="Use ad_copy, review_summary or answer.",
    )


def run(
    kind: TextKind,
    params: Mapping[str, Any],
    *,
    graph: ProductGraph,
    generator: Generator | None,
    progress: Progress | None = None,
) -> tuple[Text, ...]:
    """Write the texts of a job; the caller stores them with the job's end in one transaction.

    Args:
        kind: the kind of text.
        params: as `validate` gave them.
        graph: where the product, its facts and reviews are.
        generator: writes candidates; None leaves all to the realiser.
        progress: called with the share done, 0 to 1, and a word on what is being done.

    Raises:
        NotFoundError: ``product.not_found``.
        UnprocessableError: the facts or reviews do not carry a text; the code says why.
    """
    report = progress or _silent
    params = validate(kind, params)
    report(0.0, "reading facts")
    product_id = str(params["product_id"])
    stored = graph.products.get(product_id)
    if stored is None:
        raise NotFoundError(
            "product.not_found", f"There is no product {product_id!r}.", help="Check the id, or import the product."
        )
    reviews = graph.reviews.all(product_id)
    report(0.1, "writing")
    if kind == "ad_copy":
        request = ad_copy.validate(params)
        texts = ad_copy.write_ad(
            request, stored.product, stored.facts, generator=generator, reviews=reviews,
            progress=lambda share, word: report(0.1 + 0.8 * share, word),
        )  # fmt: skip
    elif kind == "review_summary":
        texts = (review_summary.summarise(stored.product, reviews, generator=generator, language=params["language"]),)
    else:
        texts = (answer.answer(stored.product, stored.facts, reviews, params["question"], generator=generator),)
    report(0.9, "checked")
    return tuple(replace(text, details={**text.details, "catalogue_version": stored.version}) for text in texts)


def _product_id(params: Mapping[str, Any]) -> str:
    product_id = params.get("product_id")
    if not isinstance(product_id, str) or not product_id.strip():
        raise UnprocessableError(
            "request.product_missing", "A text needs a product.", help="Send product_id.", field="product_id"
        )
    return product_id


def _summary_language(language: object) -> str | None:
    if language is None:
        return None
    short = str(language).strip().lower().replace("_", "-").split("-")[0]
    if short not in review_summary.LANGUAGES:
        raise UnprocessableError(
            "review_summary.language_unsupported",
            f"Reviews cannot be summarised in {short[:20]!r} yet.",
            help="Use en or zh.",
            field="language",
            supported=list(review_summary.LANGUAGES),
        )
    return short


def _silent(share: float, word: str) -> None:
    del share, word
