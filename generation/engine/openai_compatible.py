"""A generator behind a URL that speaks the chat completions protocol: vLLM, llama.cpp, a vendor."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import httpx

from shelfgraph.errors import SetupError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generation.engine.generator import Prompt

_ATTEMPTS: Final = 4
_TIMEOUT: Final = httpx.Timeout(60.0, connect=5.0)
_LONGEST_WAIT: Final = 20.0
_PASSING: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_LARGEST: Final = 8 * 2**20


class OpenAICompatibleGenerator:
    """Asks a server; failures that pass are tried again with growing pauses.

    Continuous batching on the server changes sums, so a replay is not promised: ``replays`` is False.

    Args:
        url: the base URL, with or without ``/v1``.
        model: the model's name on the server.
        api_key: sent as a bearer token, never logged nor shown.
        timeout: seconds a request may take.
        pause: seconds before the second attempt.

    Raises:
        SetupError: ``setup.generator_url_invalid``.
    """

    replays = False

    def __init__(
        self, url: str, *, model: str, api_key: str = "", timeout: float | None = None, pause: float = 0.5
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SetupError(
                "setup.generator_url_invalid",
                "SHELFGRAPH_GENERATOR_URL is no http or https URL.",
                help="For example http://127.0.0.1:8000/v1.",
            )
        base = url.rstrip("/")
        self._endpoint = f"{base if base.endswith('/v1') else f'{base}/v1'}/chat/completions"
        self._model = model
        self._pause = pause
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = httpx.Client(
            headers=headers, timeout=_TIMEOUT if timeout is None else httpx.Timeout(timeout), follow_redirects=False
        )
        # User and password of a URL are secrets too: only the host is part of the name.
        self.name = f"openai:{model}@{parts.hostname}"
        self.device = "remote"

    def __repr__(self) -> str:
        return f"OpenAICompatibleGenerator({self.name!r})"

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def generate(
        self, prompts: Sequence[Prompt], *, seed: int, max_new_tokens: int = 48, n: int = 1
    ) -> list[list[str]]:
        """``n`` texts for each prompt, in the order of the prompts.

        Raises:
            UnavailableError: ``generation.unavailable`` after the last attempt, or where the answer is no completion.
        """
        return [
            self._complete(
                {
                    "model": self._model,
                    "messages": prompt.messages(),
                    "seed": (seed + place) % 2**31,
                    "max_tokens": max_new_tokens,
                    "temperature": 0.7,
                    "top_p": 0.9,
                    "n": n,
                },
                n,
            )
            for place, prompt in enumerate(prompts)
        ]

    def _complete(self, body: dict[str, Any], n: int) -> list[str]:
        reason = ""
        for attempt in range(_ATTEMPTS):
            wait = self._pause * 2**attempt
            try:
                response = self._client.post(self._endpoint, json=body)
            except httpx.HTTPError as error:
                reason = type(error).__name__
            else:
                if response.status_code == httpx.codes.OK:
                    return _choices(response, n)
                reason = f"status {response.status_code}"
                if response.status_code not in _PASSING:
                    break
                wait = max(wait, _retry_after(response))
            if attempt + 1 < _ATTEMPTS:
                time.sleep(min(_LONGEST_WAIT, wait * random.uniform(1.0, 1.25)))
        raise _unavailable(f"The generator server gave no answer ({reason}).")


def _choices(response: httpx.Response, n: int) -> list[str]:
    if len(response.content) > _LARGEST:
        raise _unavailable("The generator server's answer is too large.")
    try:
        texts = [str(choice["message"]["content"] or "").strip() for choice in response.json()["choices"]]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise _unavailable("The generator server's answer is no chat completion.") from error
    if not texts:
        raise _unavailable("The generator server's answer holds no text.")
    # A server that ignores n gives one text; the others stay empty, which no check lets pass.
    return (texts + [""] * n)[:n]


def _retry_after(response: httpx.Response) -> float:
    try:
        return max(0.0, float(response.headers.get("Retry-After", "0")))
    except ValueError:
        return 0.0


def _unavailable(message: str) -> UnavailableError:
    return UnavailableError(
        "generation.unavailable", message, help="Check SHELFGRAPH_GENERATOR_URL and the server's log.", retry_after=30
    )
