"""English descriptions: sentences made of clauses and statements, as many facts in each as fit well."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generation.ad_copy import english_clauses as clauses
from generation.ad_copy import english_statements as statements
from generation.ad_copy.candidates import Candidate
from generation.ad_copy.channels import Tone, display_width
from generation.ad_copy.english_words import Words, words_of
from generation.ad_copy.wording import sentence, with_article

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from generation.ad_copy.planning import Plan

_TRIES: Final = 120
_SHORT: Final = 130
_OPENINGS: Final[dict[Tone, tuple[str, ...]]] = {
    "plain": ("", "Meet {the}. "),
    "playful": ("Say hello to {the}. ", "Looking for {a}? ", "Meet {the}. ", ""),
    "premium": ("Discover {the}. ", "", "Meet {the}. "),
    "practical": ("", "Need {a}? ", "For the job: {a}. "),
}


def sentences(plan: Plan, tone: Tone, rng: random.Random, *, kind: str, limit: int) -> list[Candidate]:
    """Texts of one or more sentences for a slot, as many facts in each as fit well."""
    words = words_of(plan)
    made: dict[str, Candidate] = {}
    for _ in range(_TRIES):
        text, theme = _compose(words, tone, rng, limit)
        if text and text not in made:
            # Full slots and several facts sell better than three words in ninety characters.
            full = min(1.0, display_width(text) / (0.85 * min(limit, 260)))
            merit = 0.6 + 0.8 * full + (0.3 if theme in {maker.__name__ for maker in _FLOWING} else 0.0)
            made[text] = Candidate(kind, text, theme, (), merit)
    return list(made.values())


def _compose(words: Words, tone: Tone, rng: random.Random, limit: int) -> tuple[str, str]:
    makers = sorted(_MAKERS, key=lambda maker: rng.random() * (0.35 if maker in _FLOWING else 1.0))
    opening = _opening(words, tone, rng)
    text, used = opening if display_width(opening) <= limit // 2 else "", []
    most = 2 if limit <= _SHORT else rng.randint(2, 5)
    for maker in makers:
        made = maker(words, rng)
        if not made:
            continue
        part = sentence(made)
        if part not in text and not _says_again(text, part, words) and display_width(f"{text}{part}") <= limit:
            text = f"{text}{part} "
            used.append(maker.__name__)
        if len(used) >= most:  # an ad of many short sentences reads like a list
            break
    return (text.strip(), used[0]) if used else ("", "")


def _says_again(text: str, part: str, words: Words) -> bool:
    """Whether a sentence repeats the start or a long word of what is there; the product's name and kind may recur."""
    if text and part.split(maxsplit=1)[0] in {sent.split()[0] for sent in text.strip().split(". ")}:
        return True
    if words.name and words.name.lower() in text.lower() and part.lower().startswith(f"the {words.name.lower()}"):
        return True  # "Meet the Orso 2. The Orso 2 …"
    own = _long_words(" ".join((words.name, *(kind.text for kind in words.types))))
    return bool((_long_words(text) & _long_words(part)) - own) or bool(_numbers(text) & _numbers(part))


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d[\d.,]*", text.rstrip(".")))


def _long_words(text: str) -> set[str]:
    return {word.lower().rstrip("s") for word in re.findall(r"[^\W\d_]+", text) if len(word) > 4}  # noqa: PLR2004 - "made", "with"


def _opening(words: Words, tone: Tone, rng: random.Random) -> str:
    if not words.types or rng.random() < 0.5:  # noqa: PLR2004 - half of the texts open plainly
        return ""
    kind = rng.choice(words.types[:2])
    a = with_article(kind.text, plural=kind.plural, mass=kind.mass)
    the = (
        f"the {words.name}"
        if words.name and words.name.count(" ")
        else f"the {words.name} {kind.text}".replace("  ", " ")
    )
    return rng.choice(_OPENINGS[tone]).format(the=the, a=a)


_MAKERS: Final[tuple[Callable[[Words, random.Random], str], ...]] = (
    clauses.described,
    clauses.named,
    clauses.that,
    clauses.combined,
    clauses.for_whom,
    clauses.is_so,
    statements.features,
    statements.whole,
    statements.sized,
    statements.from_brand,
    statements.does,
    statements.used,
    statements.suited,
    statements.made_of,
    statements.included,
    statements.fits,
    statements.placed,
    statements.occasion,
    statements.certified,
    statements.contains,
    statements.free,
    statements.needless,
    statements.missing,
)
_FLOWING: Final = (clauses.described, clauses.that, clauses.combined, clauses.for_whom)
