"""A request for an ad, checked before it is accepted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from generation.ad_copy.channels import CHANNELS, LANGUAGES, TONES
from shelfgraph.errors import UnprocessableError

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_VARIANTS: Final = 5
_MAX_SEED: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AdRequest:
    """What is asked for; ``language`` None means the product's own."""

    product_id: str
    channel: str
    tone: str = "plain"
    language: str | None = None
    variants: int = 1
    seed: int = 0

    def as_params(self) -> dict[str, Any]:
        """The request as JSON, which asks for the same again."""
        return asdict(self)


def validate(params: Mapping[str, Any]) -> AdRequest:
    """Check what a caller asks for.

    Raises:
        UnprocessableError: ``ad_copy.product_missing``, ``ad_copy.unknown_channel``, ``ad_copy.unknown_tone``,
            ``ad_copy.language_unsupported``, ``ad_copy.variants_invalid`` or ``ad_copy.seed_invalid``.
    """
    product_id = params.get("product_id")
    if not isinstance(product_id, str) or not product_id.strip():
        raise UnprocessableError(
            "ad_copy.product_missing", "An ad needs a product.", help="Send product_id.", field="product_id"
        )
    language = params.get("language")
    if language is not None:
        language = str(language).strip().lower().replace("_", "-").split("-")[0]
        supported(language)
    return AdRequest(
        product_id=product_id,
        channel=_one_of(params.get("channel", "google_search"), tuple(CHANNELS), "channel"),
        tone=_one_of(params.get("tone") or "plain", TONES, "tone"),
        language=language,
        variants=_whole(params.get("variants", 1), 1, _MAX_VARIANTS, "variants"),
        seed=_whole(params.get("seed", 0), 0, _MAX_SEED, "seed"),
    )


def supported(language: str) -> str:
    """The language, where ads can be written in it.

    Raises:
        UnprocessableError: ``ad_copy.language_unsupported``.
    """
    if language not in LANGUAGES:
        raise UnprocessableError(
            "ad_copy.language_unsupported",
            f"Ads cannot be written in {language[:20]!r} yet.",
            help=f"Use one of: {', '.join(LANGUAGES)}.",
            field="language",
            supported=list(LANGUAGES),
        )
    return language


def _one_of(value: object, allowed: tuple[str, ...], field: str) -> str:
    if isinstance(value, str) and value in allowed:
        return value
    raise UnprocessableError(
        f"ad_copy.unknown_{field}",
        f"There is no {field} {str(value)[:40]!r}.",
        help=f"Use one of: {', '.join(allowed)}.",
        field=field,
        supported=list(allowed),
    )


def _whole(value: object, least: int, most: int, field: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    raise UnprocessableError(
        f"ad_copy.{field}_invalid",
        f"{field} must be a whole number from {least} to {most}.",
        help=f"Leave {field} out for its default.",
        field=field,
    )
