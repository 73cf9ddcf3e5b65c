"""Which model reads: what the settings name, the languages that it reads, and the packaged one for the others."""

from __future__ import annotations

import threading
from contextlib import contextmanager, nullcontext, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.extraction.extractor import LANGUAGES, PipelineExtractor
from kg.extraction.pipelines import blank
from kg.inference import device_of
from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.language import Language

    from kg.extraction.asking import AttributeReader, EntityReader
    from kg.extraction.extractor import Extractor
    from kg.extraction.spans import SpanReader
    from kg.extraction.spans.files import Config
    from shelfgraph.settings import Settings

PACKAGED: Final = Path(__file__).resolve().parents[2] / "models" / "relations"


def matcher_extractor() -> PipelineExtractor:
    """The baseline: matchers and word lists, weighed by a linear-chain tagger."""
    return PipelineExtractor(dict.fromkeys(LANGUAGES, "matchers-1"), _lent_matchers)


def span_extractor(folder: Path, *, threads: int = 1, device: str = "cpu") -> PipelineExtractor:
    """The fine-tuned models in ``folder``: one of its own, or one a language in ``en`` and ``zh``.

    A language without a model is read by the packaged one.

    Raises:
        SetupError: there is no whole model (``setup.relation_model_broken``), or it reads something else than our
            relations (``setup.relation_model_of_other_protocol``).
    """
    models = {language: _model_of(folder, language) for language in LANGUAGES}
    configs = {
        language: _config_of(model, ("spans",), "read the facts of a catalogue") for language, model in models.items()
    }
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
    return span_extractor(
        _folder(settings, settings.relation_model), threads=settings.model_threads, device=device_of(settings)
    )


def load_attribute_reader(
    settings: Settings, *, language: str | None = None, model: str | None = None
) -> AttributeReader:
    """What answers which value a text states for an attribute, by its name.

    Args:
        settings: ``SHELFGRAPH_RELATION_MODEL`` names the model where ``model`` does not.
        language: of the texts; a model of another is passed over for the packaged one. None: whatever the model reads,
            English where there are several.
        model: ``packaged`` or a folder.

    Raises:
        SetupError: as :func:`load_extractor`, or the matchers are named, which only read relations
            (``setup.relation_model_cannot_be_asked``).
    """
    folder = _asked_model(settings, model or settings.relation_model, language, default="en")
    return _reader(settings, folder, ("spans", "attributes"), "be asked for attributes")


def check_models(settings: Settings) -> None:
    """Raise the SetupError that reading facts, or answering attributes by name, would: before anything is started."""
    from kg.extraction.spans.files import verify  # noqa: PLC0415 - only who has a model pays

    for language in LANGUAGES:
        asked = _asked_model(settings, settings.attribute_model, language, default=language)
        _config_of(asked, ("spans", "attributes"), "be asked for attributes")
        verify(asked)
        if settings.relation_model != "matchers":
            reading = _model_of(_folder(settings, settings.relation_model), language)
            _config_of(reading, ("spans",), "read the facts of a catalogue")
            verify(reading)


def load_entity_reader(settings: Settings, *, language: str | None = None) -> EntityReader:
    """What finds the entities that a model's labels name; as :func:`load_attribute_reader`, Chinese of several."""
    model = _asked_model(settings, settings.relation_model, language, default="zh")
    return _reader(settings, model, ("spans", "entities"), "mark entities")


def _asked_model(settings: Settings, named: str, language: str | None, *, default: str) -> Path:
    if named == "matchers":
        raise SetupError(
            "setup.relation_model_cannot_be_asked",
            "The matchers read relations only: they cannot be asked for attributes or entities.",
            help="Name packaged, or a folder that `train relations` wrote.",
        )
    folder = _folder(settings, named)
    if language is None and (folder / "config.json").is_file():
        return folder
    return _model_of(folder, language or default)


def _reader(settings: Settings, model: Path, protocols: tuple[str, ...], purpose: str) -> SpanReader:
    from kg.extraction.spans import load_reader  # noqa: PLC0415 - importing kg must not load a model's libraries

    _config_of(model, protocols, purpose)
    return load_reader(model, threads=settings.model_threads, device=device_of(settings))


def _config_of(model: Path, protocols: tuple[str, ...], purpose: str) -> Config:
    from kg.extraction.spans.files import read_config  # noqa: PLC0415 - only who reads with a model pays

    config = read_config(model)
    if config.protocol not in protocols:
        raise SetupError(
            "setup.relation_model_of_other_protocol",
            f"The model in {model} was trained for {config.protocol}: it cannot {purpose}.",
            help=f"Measure it with `shelfgraph evaluate relations --protocol {config.protocol} --model {model}`.",
        )
    return config


def _folder(settings: Settings, named: str) -> Path:
    if named == "packaged":
        return PACKAGED
    for candidate in (Path(named), settings.home_path / "models" / named):
        with suppress(OSError, RuntimeError):  # a name that no file may have, or the home of nobody
            folder = candidate.expanduser()
            if folder.is_dir():
                return folder.resolve()
    raise SetupError(
        "setup.relation_model_unknown",
        f"There is no model {named!r} that reads products.",
        help="SHELFGRAPH_RELATION_MODEL may be packaged, matchers or a folder that `train relations` wrote, "
        "SHELFGRAPH_ATTRIBUTE_MODEL packaged or such a folder.",
    )


def _model_of(folder: Path, language: str) -> Path:
    if (folder / "config.json").is_file():
        from kg.extraction.spans.files import read_config  # noqa: PLC0415 - only who has a model of their own pays

        return folder if read_config(folder).language == language else PACKAGED / language
    if not any((folder / one).is_dir() for one in LANGUAGES):
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
