"""Names of attributes as merchants write them, in one form."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MARKS: Final = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """``name`` in small letters, words parted by one blank, without marks: "Item_Weight:" and "itemWeight" alike."""
    text = "".join(one for one in unicodedata.normalize("NFKC", name) if unicodedata.category(one) != "Cf")
    return _MARKS.sub(" ", _CAMEL.sub(" ", text).casefold()).strip()
