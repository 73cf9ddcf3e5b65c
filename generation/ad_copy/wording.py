"""English forms of the values of facts: spelling, shape, number, article, and how sentences begin and end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from kg.resolution import quantities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.model import Fact

Shape = Literal["noun", "adjective", "gerund", "verb", "does", "clause", "number"]

_UNITS: Final = frozenset(
    [
        "mm",
        "cm",
        "m",
        "km",
        "g",
        "kg",
        "mg",
        "ml",
        "l",
        "w",
        "v",
        "h",
        "oz",
        "lb",
        "lbs",
        "ft",
        "mah",
        "db",
        "hz",
        "rpm",
        "ah",
        "wh",
        "min",
        "sec",
        "ppi",
        "dpi",
        "psi",
        "lm",
    ]
)
_SMALL: Final = frozenset(
    """a an and as at but by for from in into nor of on or per the to with x""".split()  # noqa: SIM905
)
_PROPER: Final = frozenset(
    """christmas halloween easter thanksgiving valentine valentine's hanukkah diwali american european french italian
    german swiss japanese chinese turkish egyptian scandinavian nordic english british irish scottish mexican spanish
    bluetooth wi-fi usb-c usb-a hdmi ios android iphone ipad macbook windows alexa google siri apple samsung lego velcro
    teflon lycra kevlar nylon-6 monday sunday july january february march april june august september october november
    december aluminium-free upf spf uv led lcd ipx vegan-society fsc gots oeko-tex""".split()  # noqa: SIM905
)
_ADJECTIVE_ENDINGS: Final = (
    "able", "ible", "proof", "free", "safe", "resistant", "repellent", "less", "friendly", "weight", "ful", "ous",
    "ive", "ic", "compatible", "ready", "tight", "handed", "sized", "coated", "lined", "backed", "shaped", "washed",
    "powered", "insulated", "padded", "cushioned", "adjusted", "reinforced", "treated", "style", "sided",
)  # fmt: skip
_ADJECTIVES: Final = frozenset(
    """soft light quiet silent warm cool strong sturdy durable thick thin slim flat round square compact portable smooth
    firm stretchy cozy comfortable breathable waterproof wireless cordless organic vegan natural modern classic vintage
    rustic keto paleo halal kosher wind-up simple elegant plush
    absorbent versatile ergonomic lightweight heavy-duty easy safe clear dry fast crisp
    chunky floral plain striped solid matte glossy crewneck sleeveless hooded oversized relaxed fitted casual formal
    refurbished renewed new handmade handcrafted ambidextrous non-toxic hypoallergenic unscented scented rechargeable
    adjustable foldable collapsible removable reversible washable reusable tagless seamless shockproof ultra-slim
    semi-automatic automatic manual electric digital analog enamelled cast stainless folding untreated dimmable
    multi-purpose multipurpose non-slip non-stick anti-slip odorless airtight leakproof everyday indoor outdoor
    double single medium king queen microwaveable
    machine-washable handheld cushioned padded insulated quick-dry flexible gentle""".split()  # noqa: SIM905
)
_BASE_VERBS: Final = frozenset(
    """keep maintain protect clean make store reduce support help prevent improve organize hold carry dress hang cook
    bake cut slice grind brew wash dry build play learn practice train remove repair fix decorate display charge connect
    listen watch read write draw paint sew knit craft relieve soothe moisturize hydrate nourish cover wrap pack serve
    drink eat sleep relax exercise lift sit stand walk run hike travel mix stir pour measure cool heat warm light block
    filter sort mount attach secure lock open close replace enhance create celebrate express add give bring get let
    avoid fight treat restore promote boost laying""".split()  # noqa: SIM905
)
_DOES: Final = re.compile(r"^(?:[a-z]{3,}(?:es|s))\s+(?:\w|['-])+", re.IGNORECASE)
_DOES_VERBS: Final = frozenset(
    """keeps holds makes helps protects prevents provides gives lets allows fits stays reduces supports resists stops
    blocks absorbs dries charges works comes folds slides locks opens closes attaches adjusts cleans cuts runs turns
    adds brings hydrates soothes moisturizes locks covers stands sits shows plays lasts heats cools ensures eliminates
    removes features connects pairs accepts takes delivers uses has looks feels wicks repels hides creates weighs
    meets packs brews clips rolls sheds charges dims""".split()  # noqa: SIM905
)
_CLAUSE: Final = re.compile(
    r"\b(?:is|are|was|will|won['’]t|can|cannot|can['’]t|does|doesn['’]t|do|don['’]t|has|have|you|your|it|we|our|my|us|them|their|not)\b",
    re.IGNORECASE,
)
_PLURAL: Final = re.compile(
    r"(?<!s)(?<!u)(?<!i)s$|(?:^|\b)(?:men|women|children|people|teeth|feet|mice)$", re.IGNORECASE
)
_NO_ARTICLE: Final = frozenset(
    [
        "winter",
        "summer",
        "spring",
        "autumn",
        "fall",
        "travel",
        "school",
        "work",
        "camp",
        "church",
        "college",
        "bed",
        "hot",
        "cold",
        "wet",
        "rain",
        "snow",
    ]
)
_UNCOUNTED: Final = frozenset(
    [
        "women",
        "men",
        "children",
        "people",
        "family",
        "everyone",
        "unisex",
        "christmas",
        "halloween",
        "easter",
        "camping",
    ]
)
_CARE: Final = re.compile(
    r"^(?:machine|hand|do|dry|wipe|tumble|line|spot|wash|ask|store|keep out)\b.*"
    r"\b(?:wash|washable|clean|dry|bleach|iron|low|cold|gently|doctor|separately)\b(?<!washable)",
    re.IGNORECASE,
)
_PLAIN_STARTS: Final = frozenset(
    """up about over at from each for with oven dishwasher water battery full max maximum minimum runs holds fits cuts
    weighs charges ready made weight height width length diameter capacity rated built adjustable two three four five
    one double single hand machine power heat cord cable lasts plays works reaches""".split()  # noqa: SIM905
)
_MASS: Final = frozenset(
    """coffee tea water paper fabric tape glitter powder oil cream lotion shampoo sunscreen serum soap detergent paint
    glue jewelry furniture luggage bedding footwear clothing underwear hardware software makeup food rice flour sugar
    salt honey oatmeal granola balm wax cleaner wool linen cotton leather ribbon thread yarn gel conditioner liquid
    fertilizer soil feed dressing dry-shampoo toothpaste floss magnesium protein collagen descaler sealant""".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A fact's value as it may stand in a sentence: ``text`` in sentence case, ``shape`` as what it can be."""

    fact: Fact
    text: str
    shape: Shape

    @property
    def plural(self) -> bool:
        """Whether the phrase names several things."""
        return bool(_PLURAL.search(self.text.split(" with ")[0]))

    @property
    def bare_measure(self) -> bool:
        """Whether it is a number of units of nobody knows what: "2.4 kg", "9 W"."""
        read = quantities(self.text)
        return len(read) == 1 and len(read[0].text) >= len(self.text) - 1

    @property
    def care(self) -> bool:
        """Whether it says how to wash or keep the thing, which no ad does."""
        return bool(_CARE.search(self.text))

    @property
    def mass(self) -> bool:
        """Whether the phrase names a substance, which takes no article."""
        return self.text.split()[-1].lower() in _MASS


def phrase(fact: Fact, names: frozenset[str] = frozenset()) -> Phrase:
    """The phrase of a fact; ``names`` are words in lower case that keep their spelling."""
    value = re.sub(r"\s+", " ", fact.value).strip(" .,;:")
    named = fact.relation in {"BRAND", "MODEL", "AUTHOR", "COMPATIBLE_WITH", "CERTIFICATION"} or "(" in value
    text = _spelling(value, names, named=named or (fact.relation == "SPEC" and any(map(str.isdigit, value))))
    if fact.relation in {"SUITABLE_FOR", "OCCASION"}:
        text = _several(text)
    return Phrase(fact, text, shape(text))


def proper_words(values: Sequence[str]) -> frozenset[str]:
    """The words of names, which keep their spelling wherever they stand."""
    words = (word.strip(",.;:()") for value in values for word in value.split())
    return frozenset(word.lower() for word in words if word[:1].isupper() and word.lower() not in _SMALL)


def _several(text: str) -> str:
    """One person or occasion stands for all: "student" is written "students"."""
    if not re.fullmatch(r"[a-z]+", text) or _PLURAL.search(text) or text in _UNCOUNTED or text in _ADJECTIVES:
        return text
    if re.search(r"[^aeiou]y$", text):
        return f"{text[:-1]}ies"
    return f"{text}es" if re.search(r"(?:s|x|ch|sh)$", text) else f"{text}s"


def _spelling(value: str, names: frozenset[str], *, named: bool) -> str:
    if named:
        # "Up to 7 h" keeps its 7 h and loses its capital inside a sentence.
        first, _, rest = value.partition(" ")
        return (
            f"{first.lower()} {rest}"
            if first in {"Up", "About", "Over", "At", "From", "Each", "For", "With"} and rest
            else value
        )
    shouted = value.isupper() and len(re.sub(r"[\W\d_]", "", value)) > 4  # noqa: PLR2004 - LED, UPF and USB stay
    return " ".join(_word(word, names, shouted=shouted) for word in value.split(" "))


def _word(word: str, names: frozenset[str], *, shouted: bool) -> str:
    bare = word.strip(",.;:()").lower()
    if bare in names or (len(bare) == 1 and bare != "a" and word.isupper()):
        return word
    letters = re.sub(r"[\W\d_]", "", word)
    if bare in _PROPER:
        return word.capitalize() if shouted and len(letters) > 4 else word  # noqa: PLR2004 - as above
    has_shape = any(letter.isdigit() for letter in word) or any(letter.isupper() for letter in word[1:])
    if "-" in word and word.replace("-", "").istitle() is False and word.title() == word:
        has_shape = False
    if shouted and not any(letter.isdigit() for letter in word):
        return word.lower()
    return word if has_shape and not ("-" in word and word == word.title()) else word.lower()


def shape(text: str) -> Shape:  # noqa: PLR0911 - one return for each shape
    """What part of a sentence a value can be, by its words."""
    words = text.split()
    first, last = words[0].lower(), words[-1].lower()
    if text[0].isdigit() and not _CLAUSE.search(text):
        return "number"
    if first in _DOES_VERBS and len(words) > 1 and _DOES.match(text):
        return "does"
    if _CLAUSE.search(text) or _CARE.search(text):
        return "clause"
    if first.endswith("ing") and len(first) > 5:  # noqa: PLR2004 - "ring", "king", "wing" are nouns
        return "gerund"
    if first in _BASE_VERBS and len(words) > 1:
        return "verb"
    if last in _ADJECTIVES or (last.endswith(_ADJECTIVE_ENDINGS) and len(words) <= 3):  # noqa: PLR2004 - longer ones are sentences
        return "adjective"
    return "noun"


def place(one: Phrase) -> str:
    """A place or season after "for": "the kitchen", "outdoor use", "winter", "offices"."""
    if one.shape == "adjective":
        return f"{one.text} use"
    bare = (
        one.plural or one.text.lower() in _NO_ARTICLE or one.text[:1].isupper() or one.text.split()[0] in {"the", "any"}
    )
    return one.text if bare else f"the {one.text}"


def with_article(text: str, *, plural: bool, mass: bool = False) -> str:
    """The noun phrase with "a" or "an" where it takes one."""
    if plural or mass:
        return text
    vowel = re.match(
        r"(?:[aeio]|u(?!s[eb]|ni|ti)|8|11\b|18\b|hour|(?:LED|LCD|HD|FM|MP|SP|RG|XL|X-|USB)\b(?<!USB)(?<!UPF))",
        text,
        re.IGNORECASE,
    )
    return f"{'an' if vowel else 'a'} {text}"


def listed(items: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(items) < 2:  # noqa: PLR2004
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def title_case(text: str) -> str:
    """Title case that leaves the spelling of names and units alone."""
    words = text.split(" ")
    return " ".join(
        word
        if position and (word.lower() in _SMALL or (word in _UNITS and words[position - 1][-1:].isdigit()))
        else _capital(word)
        for position, word in enumerate(words)
    )


def _capital(word: str) -> str:
    if any(letter.isupper() or letter.isdigit() for letter in word):
        return word
    return "-".join(
        part if position and part in _SMALL else part[:1].upper() + part[1:]
        for position, part in enumerate(word.split("-"))
    )


def sentence(text: str) -> str:
    """The text as a sentence: a capital at its start, a full stop at its end."""
    text = re.sub(r"\s+", " ", text).strip()
    first = text.split(" ")[0]
    # "iPhone" and "eBook" keep their first letter.
    if not any(letter.isupper() for letter in first[1:]) or first.isupper():
        text = text[:1].upper() + text[1:]
    return text if text[-1:] in ".!?" else f"{text}."
