"""What every generator must do, run for each."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generation.engine import Generator, Prompt, load_generator
from shelfgraph.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER = Path(__file__).resolve().parents[1] / "generation" / "openai_server.py"
PROMPTS = [
    Prompt("You write short ads.", "Headline. Facts: Product: lamp; Color: white"),
    Prompt("You write short ads.", "Headline. Facts: Product: dog bed", (("Facts: Product: cup", "A Cup"),)),
    Prompt("You write short ads.", "One sentence. Facts: Product: rain jacket; Feature: water resistant; Use: hiking"),
]


@pytest.fixture(scope="module")
def local_generator(session_home: Path) -> Generator:
    return load_generator(Settings(home=session_home, device="cpu", model_threads=1))


@pytest.fixture(scope="module")
def server_url() -> Iterator[str]:
    with subprocess.Popen([sys.executable, SERVER], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


@pytest.fixture(params=[pytest.param("transformers", marks=pytest.mark.slow), "openai"])
def generator(request: pytest.FixtureRequest) -> Iterator[Generator]:
    if request.param == "transformers":
        yield request.getfixturevalue("local_generator")
        return
    url = request.getfixturevalue("server_url")
    from generation.engine.openai_compatible import OpenAICompatibleGenerator

    made = load_generator(Settings(generator_url=url, generator_model="echo"))
    assert isinstance(made, OpenAICompatibleGenerator)
    yield made
    made.close()


def test_it_keeps_the_protocol(generator: Generator) -> None:
    assert isinstance(generator, Generator)
    assert generator.name
    assert generator.device in {"cpu", "cuda", "remote"}


def test_it_answers_each_prompt_in_order_with_n_texts(generator: Generator) -> None:
    written = generator.generate(PROMPTS, seed=1, max_new_tokens=8, n=2)
    assert [len(texts) for texts in written] == [2, 2, 2]
    assert all(isinstance(text, str) and text == text.strip() for texts in written for text in texts)
    assert any(text for texts in written for text in texts)


def test_the_same_seed_gives_the_same_texts_and_another_seed_others(generator: Generator) -> None:
    first = generator.generate(PROMPTS, seed=7, max_new_tokens=12, n=2)
    assert generator.generate(PROMPTS, seed=7, max_new_tokens=12, n=2) == first
    assert generator.generate(PROMPTS, seed=8, max_new_tokens=12, n=2) != first


def test_n_texts_of_one_prompt_differ(generator: Generator) -> None:
    (texts,) = generator.generate(PROMPTS[2:], seed=3, max_new_tokens=16, n=4)
    assert len(set(texts)) > 1


def test_no_prompts_give_no_texts(generator: Generator) -> None:
    assert generator.generate([], seed=1) == []
