"""What every generator does, and which one the settings name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shelfgraph.settings import Settings


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked of a model: fixed words of ours, and values of typed facts in ``user``.

    ``examples`` are pairs of a request and its answer, shown before the request.
    """

    system: str
    user: str
    examples: tuple[tuple[str, str], ...] = ()

    def messages(self) -> list[dict[str, str]]:
        """The prompt as chat messages."""
        shown = [
            {"role": role, "content": content}
            for asked, answered in self.examples
            for role, content in (("user", asked), ("assistant", answered))
        ]
        return [{"role": "system", "content": self.system}, *shown, {"role": "user", "content": self.user}]


@runtime_checkable
class Generator(Protocol):
    """Writes continuations of prompts.

    ``name`` names model and engine, ``device`` where it runs; the same prompts, seed, name and device give the same
    texts, unless ``replays`` is False: then only stored candidates replay.
    """

    name: str
    device: str
    replays: bool

    def generate(
        self, prompts: Sequence[Prompt], *, seed: int, max_new_tokens: int = 48, n: int = 1
    ) -> list[list[str]]:
        """``n`` texts for each prompt, in the order of the prompts.

        Raises:
            UnavailableError: ``generation.unavailable``: the generator does not answer now.
        """


def load_generator(settings: Settings) -> Generator:
    """The generator the settings name: a server by URL, else a model on this machine.

    Raises:
        SetupError: ``setup.model_unavailable`` or ``setup.weights_missing``.
    """
    if settings.generator_url:
        from generation.engine.openai_compatible import OpenAICompatibleGenerator  # noqa: PLC0415 - an HTTP client

        return OpenAICompatibleGenerator(
            settings.generator_url,
            model=settings.generator_model,
            api_key=settings.generator_api_key.get_secret_value(),
        )
    from generation.engine.local_model import TransformersGenerator  # noqa: PLC0415 - imports torch and a model

    return TransformersGenerator.load(settings)
