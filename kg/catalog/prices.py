"""Prices in the shapes merchants write them; strict, since a price that is guessed is a wrong price."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType
from typing import Final

from kg.model import Price
from shelfgraph.errors import RowError

# ISO 4217, the codes in use
CURRENCIES: Final = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD "  # noqa: SIM905 - words read better
    "CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT "
    "LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR "
    "NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP "
    "STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF "
    "XPF YER ZAR ZMW ZWG".split()
)
# a bare dollar is taken for the US one; ¥ alone is left open, since yen and yuan share it
_SYMBOLS: Final = MappingProxyType[str, str | None]({
    "$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": None, "￥": None, "JP¥": "JPY", "CN¥": "CNY", "元": "CNY",
    "円": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₫": "VND", "฿": "THB", "₴": "UAH", "₪": "ILS",
    "₦": "NGN", "₱": "PHP", "zł": "PLN", "Kč": "CZK", "kr": None, "kr.": None, "R$": "BRL", "C$": "CAD", "CA$": "CAD",
    "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD", "NT$": "TWD", "S$": "SGD", "MX$": "MXN", "Fr.": "CHF",
    "RMB": "CNY",
})  # fmt: skip
# where the comma is the decimal sign and the full stop groups thousands
_DECIMAL_COMMA: Final = frozenset(
    "EUR BRL ARS CLP COP DKK NOK SEK IDR TRY VND PLN CZK HUF RON RUB UAH ISK".split()  # noqa: SIM905 - as above
)

_GROUPS: Final = " \u00a0\u202f'\u2019"
_SHAPE: Final = re.compile(
    rf"(?P<before>[^\d\s.,+\-]{{1,3}}\.?)?\s*(?P<number>\d[\d.,{_GROUPS}]*?)(?:,-|\.-|,\u2013)?\s*(?P<after>[^\d\s.,+\-]{{1,3}}\.?)?"
)
_PLAIN: Final = re.compile(r"\d+(?:[.,]\d+)?")
_GROUPED: Final = re.compile(r"\d{1,3}(?:(?P<group>[.,])\d{2,3})?(?:(?P=group)\d{2,3})*(?P<decimals>[.,]\d+)?")
_MAX_AMOUNT: Final = Decimal(10) ** 12
_CENT, _TENTH_OF_CENT_OF_CENT = Decimal("0.01"), Decimal("0.0001")
_MAX_TEXT: Final = 40
_THOUSAND: Final = 3


def parse_price(value: object, *, field: str = "price", currency: str | None = None) -> Price | None:
    """The price that ``value`` states, or None where it states none (null or an empty text).

    Takes ``{"amount", "currency"}``, a number, or a text: ``12.99 USD``, ``$12.99``, ``1.299,00 EUR``. A range
    (``$5 - $9``) or ``from $3`` is refused: its lower bound is not the product's price.

    Args:
        value: what the feed has.
        field: our field's name, for the error.
        currency: ISO 4217 code that holds where ``value`` names none, for example of a column of its own.

    Raises:
        RowError: ``catalog.price_invalid``.
    """
    if isinstance(value, Mapping):
        named = value.get("currency", currency)
        if named is not None and not isinstance(named, str):
            raise _invalid(field, "its currency is no text")
        if isinstance(amount := value.get("amount"), Mapping):
            raise _invalid(field, "its amount is an object")
        return parse_price(amount, field=field, currency=named)
    fallback = _code(currency, field)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise _invalid(field, f"it is {type(value).__name__}, not a number")
    if isinstance(value, str):
        return _from_text(value.strip(), field, fallback)
    return Price(_amount(Decimal(str(value)), field), fallback)


def _from_text(text: str, field: str, fallback: str | None) -> Price:
    shape = _SHAPE.fullmatch(text) if len(text) <= _MAX_TEXT else None
    if shape is None or (shape["before"] and shape["after"]):
        raise _invalid(field, f"{text[:_MAX_TEXT]!r} is not one number with at most one currency")
    sign = shape["before"] or shape["after"]
    currency = _currency(sign, field) if sign else None
    return Price(_amount(_number(shape["number"], currency or fallback, field), field), currency or fallback)


def _currency(sign: str, field: str) -> str | None:
    if sign in _SYMBOLS:
        return _SYMBOLS[sign]
    if sign.upper() in _SYMBOLS:
        return _SYMBOLS[sign.upper()]
    return _code(sign, field)


def _code(currency: str | None, field: str) -> str | None:
    if currency is None or not currency.strip():
        return None
    code = currency.strip().upper()
    if code not in CURRENCIES:
        raise _invalid(field, f"{currency[:_MAX_TEXT]!r} is no ISO 4217 currency code")
    return code


def _number(text: str, currency: str | None, field: str) -> Decimal:
    """The number in ``text``, whose decimal sign is found from how the signs stand."""
    digits = text.translate({ord(sign): None for sign in _GROUPS})
    dots, commas = digits.count("."), digits.count(",")
    if not (_PLAIN.fullmatch(digits) or _GROUPED.fullmatch(digits)):
        raise _invalid(field, f"{text!r} is no number")
    if dots and commas:
        decimal = max(".,", key=digits.rfind)
        return _plain(digits, decimal, field, text)
    sign = "." if dots else ","
    count = dots or commas
    if count == 0:
        return Decimal(digits)
    tail = len(digits) - digits.rfind(sign) - 1
    groups = count > 1 or (tail == _THOUSAND and (sign == "," or currency in _DECIMAL_COMMA))
    return Decimal(digits.replace(sign, "")) if groups else Decimal(digits.replace(",", "."))


def _plain(digits: str, decimal: str, field: str, text: str) -> Decimal:
    if digits.count(decimal) > 1:
        raise _invalid(field, f"{text!r} is no number")
    return Decimal(digits.replace("," if decimal == "." else ".", "").replace(decimal, "."))


def _amount(number: Decimal, field: str) -> Decimal:
    if not number.is_finite() or number < 0:
        raise _invalid(field, f"{number} is no amount of money")
    if number >= _MAX_AMOUNT:
        raise _invalid(field, "it is a million millions or more")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -len("99"):
        return number.quantize(_CENT)
    rounded = number.quantize(_TENTH_OF_CENT_OF_CENT, ROUND_HALF_EVEN)
    return rounded.quantize(_CENT) if rounded == rounded.quantize(_CENT) else rounded


def _invalid(field: str, why: str) -> RowError:
    return RowError("catalog.price_invalid", f"The price is not usable: {why}.", field=field)
