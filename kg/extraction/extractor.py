"""From products to mentions, with offsets into the raw fields, by the pipeline that a setting names."""

from __future__ import annotations

import threading
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

from kg.extraction.pages import Page
from kg.extraction.pipelines import blank
from kg.inference import device_of
from kg.model import Mention
from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from spacy.language import Language
    from spacy.tokens import Doc

    from kg.extraction.asking import AttributeReader, EntityReader
    from kg.extraction.spans import SpanReader
    from kg.extraction.spans.files import Config
    from kg.model import Product
    from kg.ontology import Relation
    from shelfgraph.settings import Settings

_BATCH: Final = 64
_LANGUAGES: Final = ("en", "zh")
# A number and its unit read alike in every language. The rest a model must not guess in one that it was not made for:
# it takes "sin" for a brand, and what a text denies for what it says.
_READ_IN_EVERY_LANGUAGE: Final = frozenset({"MEASURE", "QUANTITY"})
PACKAGED: Final = Path(__file__).resolve().parents[2] / "models" / "relations"


@dataclass(frozen=True, slots=True)
class RatedMention:
    """A mention that may be right; ``kept`` where it is sure enough to become a fact."""

    mention: Mention
    kept: bool


class Extractor(Protocol):
    """What reads relations from the text fields of products."""

    version: str

    def version_for(self, language: str) -> str:
        """The version of what reads texts in ``language`` (ISO 639-1)."""

    def mentions(self, products: Sequence[Product]) -> list[list[Mention]]:
        """The mentions in each product's title, bullets and description, with offsets into the raw fields."""

    def rated(self, products: Sequence[Product]) -> list[list[RatedMention]]:
        """Like :meth:`mentions`, with those from a confidence of 0.05 up that are not sure enough."""


class PipelineExtractor:
    """Reads with one spaCy pipeline a language, whose component writes ``doc.spans["relations"]``.

    Of a product in a language other than these, only measures and quantities are read.

    Args:
        versions: of what reads ``en``, and of what reads ``zh``; evidence names them all as its extractor.
        pipeline: lends the pipeline of one of these languages; what it made is not used after it is given back.
    """

    def __init__(
        self, versions: Mapping[str, str], pipeline: Callable[[str], AbstractContextManager[Language]]
    ) -> None:
        self.version = "+".join(dict.fromkeys(versions[language] for language in _LANGUAGES))
        self._versions = versions
        self._pipeline = pipeline

    def version_for(self, language: str) -> str:
        """The version of what reads texts in ``language`` (ISO 639-1)."""
        return self._versions[_read_as(language)]

    def mentions(self, products: Sequence[Product]) -> list[list[Mention]]:
        """The mentions in each product's title, bullets and description, with offsets into the raw fields."""
        return [[one.mention for one in rated if one.kept] for rated in self.rated(products)]

    def rated(self, products: Sequence[Product]) -> list[list[RatedMention]]:
        """Like :meth:`mentions`, with those from a confidence of 0.05 up that are not sure enough."""
        found: list[list[RatedMention]] = [[] for _ in products]
        for language in _LANGUAGES:
            chosen = [index for index, product in enumerate(products) if _read_as(product.language) == language]
            if not chosen:
                continue
            with self._pipeline(language) as nlp:
                read = self._read(nlp, [products[index] for index in chosen])
            for index, rated in zip(chosen, read, strict=True):
                found[index] = rated
        return found

    def _read(self, nlp: Language, products: Sequence[Product]) -> list[list[RatedMention]]:
        pages = [Page.of(product) for product in products]
        docs = nlp.pipe((page.text for page in pages), batch_size=_BATCH)
        return [
            [
                one
                for one in _rated(page, doc, self.version)
                if product.language[:2] in _LANGUAGES or one.mention.relation in _READ_IN_EVERY_LANGUAGE
            ]
            for product, page, doc in zip(products, pages, docs, strict=True)
        ]


def _read_as(language: str) -> str:
    """The language whose pipeline reads texts in ``language``."""
    return "zh" if language[:2] == "zh" else "en"


def matcher_extractor() -> PipelineExtractor:
    """The baseline: matchers and word lists, weighed by a linear-chain tagger."""
    return PipelineExtractor(dict.fromkeys(_LANGUAGES, "matchers-1"), _lent_matchers)


def span_extractor(folder: Path, *, threads: int = 1, device: str = "cpu") -> PipelineExtractor:
    """The fine-tuned models in ``folder``: one of its own, or one a language in ``en`` and ``zh``.

    A language without a model is read by the packaged one.

    Raises:
        SetupError: there is no whole model (``setup.relation_model_broken``), or it reads something else than our
            relations (``setup.relation_model_of_other_protocol``).
    """
    from kg.extraction.spans.files import read_config  # noqa: PLC0415 - only who reads with a model pays

    models = {language: _model_of(folder, language) for language in _LANGUAGES}
    configs = {language: read_config(model) for language, model in models.items()}
    for config in configs.values():
        _require_protocol(folder, config, ("spans",), "read the facts of a catalogue")
    return PipelineExtractor(
        {language: config.version for language, config in configs.items()},
        lambda language: nullcontext(_spans(models[language], threads=threads, device=device)),
    )


def load_extractor(settings: Settings) -> Extractor:
    """The extractor that ``SHELFGRAPH_RELATION_MODEL`` names: ``packaged``, ``matchers`` or a folder.

    Raises:
        SetupError: there is no such extractor (``setup.relation_model_unknown``), or its model is not whole or reads
            something else (``setup.relation_model_broken``, ``setup.relation_model_of_other_protocol``).
    """
    if settings.relation_model == "matchers":
        return matcher_extractor()
    return span_extractor(_folder(settings), threads=settings.model_threads, device=device_of(settings))


def load_attribute_reader(settings: Settings, *, language: str = "en") -> AttributeReader:
    """What answers which value a text states for an attribute, by its name; errors as :func:`load_extractor`."""
    return _reader(settings, language, ("spans", "attributes"), "be asked for attributes")


def load_entity_reader(settings: Settings, *, language: str = "zh") -> EntityReader:
    """What finds the entities that the model's labels name; errors as :func:`load_extractor`."""
    return _reader(settings, language, ("spans", "entities"), "mark entities")


def _reader(settings: Settings, language: str, protocols: tuple[str, ...], purpose: str) -> SpanReader:
    from kg.extraction.spans import load_reader  # noqa: PLC0415 - importing kg must not load a model's libraries

    if settings.relation_model == "matchers":
        raise SetupError(
            "setup.relation_model_cannot_be_asked",
            "The matchers read relations only: they cannot be asked for attributes or entities.",
            help="Set SHELFGRAPH_RELATION_MODEL to packaged, or to a folder that `train relations` wrote.",
        )
    folder = _folder(settings)
    own = folder if (folder / "config.json").is_file() else _model_of(folder, language)
    reader = load_reader(own, threads=settings.model_threads, device=device_of(settings))
    _require_protocol(own, reader.config, protocols, purpose)
    return reader


def _require_protocol(folder: Path, config: Config, protocols: tuple[str, ...], purpose: str) -> None:
    if config.protocol not in protocols:
        raise SetupError(
            "setup.relation_model_of_other_protocol",
            f"The model in {folder} was trained for {config.protocol}: it cannot {purpose}.",
            help=f"Measure it with `shelfgraph evaluate relations --protocol {config.protocol} --model {folder}`.",
        )


def _folder(settings: Settings) -> Path:
    if settings.relation_model == "packaged":
        return PACKAGED
    for candidate in (Path(settings.relation_model), settings.home_path / "models" / settings.relation_model):
        with suppress(OSError, RuntimeError):  # a name that no file may have, or the home of nobody
            folder = candidate.expanduser()
            if folder.is_dir():
                return folder.resolve()
    raise SetupError(
        "setup.relation_model_unknown",
        f"There is no relation extractor {settings.relation_model!r}.",
        help="Set SHELFGRAPH_RELATION_MODEL to packaged, to matchers, or to a folder that `train relations` wrote.",
    )


def _model_of(folder: Path, language: str) -> Path:
    if (folder / "config.json").is_file():
        from kg.extraction.spans.files import read_config  # noqa: PLC0415 - only who has a model of their own pays

        return folder if read_config(folder).language == language else PACKAGED / language
    if not any((folder / one).is_dir() for one in _LANGUAGES):
        raise SetupError(
            "setup.relation_model_broken",
            f"{folder} holds no relation model.",
            help="Name a folder that `train relations` wrote, or one with such folders named en and zh.",
        )
    inside = folder / language
    return inside if inside.is_dir() else PACKAGED / language


_MATCHERS: Final = threading.Lock()


@contextmanager
def _lent_matchers(language: str) -> Iterator[Language]:
    """The matchers' pipeline, to one thread at a time.

    A vocabulary never forgets a word, so that it would grow as long as the process lives: what it learns here goes with
    the memory zone. It can be in one zone only. Waiting costs little: matchers are Python, which runs in one thread at
    a time.
    """
    with _MATCHERS:
        nlp = _matchers(language)
        with nlp.memory_zone():
            yield nlp


@lru_cache(maxsize=2)
def _matchers(language: str) -> Language:
    import kg.extraction.tagger  # noqa: F401, PLC0415 - registers the component; spaCy takes a second to import

    nlp = blank(language)
    if "relation_extractor" not in nlp.pipe_names:
        nlp.add_pipe("relation_extractor", config={"language": language})
    return _unlimited(nlp)


@lru_cache(maxsize=4)
def _spans(folder: Path, *, threads: int, device: str) -> Language:
    import spacy  # noqa: PLC0415 - a second that importing kg must not cost

    from kg.extraction.spans.component import WordTokenizer  # noqa: PLC0415 - registers the component

    nlp = spacy.blank("en")  # the tokenizer below is all that a language would bring
    nlp.tokenizer = WordTokenizer()
    nlp.add_pipe(
        "span_model", "relation_extractor", config={"folder": str(folder), "threads": threads, "device": device}
    )
    return _unlimited(nlp)


def _unlimited(nlp: Language) -> Language:
    # The limit guards a parser's memory; a tagger needs little, and rows are limited where they are read.
    nlp.max_length = 1 << 30
    return nlp


def _rated(page: Page, doc: Doc, version: str) -> Iterator[RatedMention]:
    group = doc.spans["relations"]
    kept = group.attrs.get("kept") or [True] * len(group)
    for span, polarity, score, keep in zip(group, group.attrs["polarities"], group.attrs["scores"], kept, strict=True):
        place = page.place(span.start_char, span.end_char)
        if place is not None and place.text.strip():
            mention = Mention(
                relation=cast("Relation", span.label_),
                polarity=polarity,
                source="text",
                field=place.field,
                start=place.start,
                end=place.end,
                text=place.text,
                confidence=score,
                extractor=version,
            )
            yield RatedMention(mention, keep)
