from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from generation.engine import Prompt
from generation.engine.openai_compatible import OpenAICompatibleGenerator
from shelfgraph.errors import SetupError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SERVER = Path(__file__).with_name("openai_server.py")
PROMPT = Prompt("system", "user")
KEY = "sk-test-not-a-secret"


@pytest.fixture
def url() -> Iterator[str]:
    with subprocess.Popen([sys.executable, SERVER], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


@pytest.fixture
def connect(url: str) -> Iterator[Callable[[str], OpenAICompatibleGenerator]]:
    made: list[OpenAICompatibleGenerator] = []

    def to(model: str) -> OpenAICompatibleGenerator:
        made.append(OpenAICompatibleGenerator(url, model=model, api_key=KEY, pause=0.01))
        return made[-1]

    yield to
    for generator in made:
        generator.close()


def _calls(url: str) -> dict[str, int]:
    answer: dict[str, int] = httpx.get(f"{url}/calls").json()
    return answer


def test_failures_that_pass_are_tried_again(connect: Callable[[str], OpenAICompatibleGenerator], url: str) -> None:
    ((text,),) = connect("flaky").generate([PROMPT], seed=1)
    assert text.startswith("words")
    assert _calls(url)["flaky"] == 3


@pytest.mark.parametrize(("model", "calls"), [("busy", 4), ("denied", 1), ("garbage", 1), ("huge", 1)])
def test_failures_that_stay_are_said_once(
    model: str, calls: int, connect: Callable[[str], OpenAICompatibleGenerator], url: str
) -> None:
    with pytest.raises(UnavailableError) as caught:
        connect(model).generate([PROMPT], seed=1)
    assert caught.value.code == "generation.unavailable"
    assert KEY not in str(caught.value)
    assert _calls(url)[model] == calls


def test_a_server_that_ignores_n_leaves_the_others_empty(connect: Callable[[str], OpenAICompatibleGenerator]) -> None:
    ((text, *others),) = connect("one").generate([PROMPT], seed=1, n=3)
    assert text
    assert others == ["", ""]


def test_the_key_is_sent_and_never_logged(
    connect: Callable[[str], OpenAICompatibleGenerator], caplog: pytest.LogCaptureFixture
) -> None:
    generator = connect("log")
    with caplog.at_level(logging.DEBUG):
        assert generator.generate([PROMPT], seed=1) == [[f"Bearer {KEY}"]]
    assert KEY not in caplog.text
    assert KEY not in repr(generator) + generator.name


def test_a_server_that_is_not_there_is_unavailable() -> None:
    generator = OpenAICompatibleGenerator("http://127.0.0.1:1", model="m", pause=0.001)
    with pytest.raises(UnavailableError):
        generator.generate([PROMPT], seed=1)
    generator.close()


@pytest.mark.parametrize("url", ["ftp://host", "nonsense", "http://", "file:///etc/passwd"])
def test_only_http_urls_are_servers(url: str) -> None:
    with pytest.raises(SetupError) as caught:
        OpenAICompatibleGenerator(url, model="m")
    assert caught.value.code == "setup.generator_url_invalid"
