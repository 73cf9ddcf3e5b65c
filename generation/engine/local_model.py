"""A causal language model on this machine, through transformers."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generation.engine.generator import Prompt
    from shelfgraph.settings import Settings

_BATCH: Final = {"cpu": 16, "cuda": 128}
_TEMPERATURE: Final = 0.7
_TOP_P: Final = 0.9
_REPETITION: Final = 1.05


class TransformersGenerator:
    """Generates in batches of similar length; one call at a time.

    The same prompts, seed and ``n`` give the same texts on one device: the batches are the same, and the random state
    is set for each batch.

    Args:
        source: a folder, or a hub id.
        name: the setting that named the model.
        device: ``cpu`` or ``cuda``.
        threads: CPU threads of the model; 0 leaves torch's own number.

    Raises:
        SetupError: ``setup.model_unavailable`` where the model cannot be loaded.
    """

    replays = True

    def __init__(self, source: Path | str, *, name: str, device: str, threads: int = 0) -> None:
        import torch  # noqa: PLC0415 - takes seconds
        from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: PLC0415 - as above
        from transformers.utils import logging  # noqa: PLC0415 - as above

        logging.disable_progress_bar()  # type: ignore[no-untyped-call] # untyped there
        local = isinstance(source, Path)
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(
                str(source), local_files_only=local, padding_side="left"
            )
            dtype = torch.bfloat16 if device == "cuda" else torch.float32
            model: Any = AutoModelForCausalLM.from_pretrained(str(source), local_files_only=local, dtype=dtype)
        except (OSError, ValueError, RuntimeError) as error:
            raise SetupError(
                "setup.model_unavailable",
                f"The generator model {name!r} cannot be loaded: {error}",
                help="Name a hub id, a local folder or smollm2-135m-instruct in SHELFGRAPH_GENERATOR_MODEL.",
            ) from error
        if self._tokenizer.pad_token_id is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token
        if threads and device == "cpu":
            torch.set_num_threads(threads)
        self._torch = torch
        self._model = model.to(device).eval()
        self._lock = threading.Lock()
        self.name = f"transformers:{name}"
        self.device = device

    @classmethod
    def load(cls, settings: Settings) -> TransformersGenerator:
        """The model the settings name, on the device they name.

        Raises:
            SetupError: ``setup.model_unavailable``, ``setup.weights_missing`` or ``setup.no_gpu``.
        """
        import torch  # noqa: PLC0415 - takes seconds

        has_gpu = torch.cuda.is_available()
        if settings.device == "cuda" and not has_gpu:
            raise SetupError("setup.no_gpu", "SHELFGRAPH_DEVICE is cuda, but there is no GPU.", help="Use auto or cpu.")
        device = "cuda" if settings.device != "cpu" and has_gpu else "cpu"
        return cls(_source(settings), name=settings.generator_model, device=device, threads=settings.model_threads)

    def generate(
        self, prompts: Sequence[Prompt], *, seed: int, max_new_tokens: int = 48, n: int = 1
    ) -> list[list[str]]:
        """``n`` texts for each prompt, in the order of the prompts."""
        texts = [self._text(prompt) for prompt in prompts]
        results: list[list[str]] = [[] for _ in prompts]
        with self._lock:
            for number, batch in enumerate(self._batches(texts, n)):
                written = self._run([texts[place] for place in batch], seed + number, max_new_tokens, n)
                for place, own in zip(batch, written, strict=True):
                    results[place] = own
        return results

    def _text(self, prompt: Prompt) -> str:
        messages = prompt.messages()
        if self._tokenizer.chat_template:
            return str(self._tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True))
        return "\n\n".join(message["content"] for message in messages) + "\n\n"

    def _batches(self, texts: Sequence[str], n: int) -> Iterator[list[int]]:
        """Places of prompts of similar length, the shortest first, so that little of a batch is padding."""
        size = max(1, _BATCH[self.device] // n)
        order = sorted(range(len(texts)), key=lambda place: (len(texts[place]), place))
        for start in range(0, len(order), size):
            yield order[start : start + size]

    def _run(self, texts: Sequence[str], seed: int, max_new_tokens: int, n: int) -> list[list[str]]:
        torch = self._torch
        encoded = self._tokenizer(list(texts), return_tensors="pt", padding=True, add_special_tokens=False).to(
            self.device
        )
        ids, mask = encoded["input_ids"], encoded["attention_mask"]
        cuda = [self._model.device] if self.device == "cuda" else []
        with torch.random.fork_rng(devices=cuda), torch.inference_mode():
            torch.manual_seed(seed % 2**63)
            output: Any = self._model.generate(
                input_ids=ids.repeat_interleave(n, dim=0),
                attention_mask=mask.repeat_interleave(n, dim=0),
                past_key_values=self._read(ids, mask, n),
                do_sample=True,
                temperature=_TEMPERATURE,
                top_p=_TOP_P,
                top_k=0,
                repetition_penalty=_REPETITION,
                max_new_tokens=max_new_tokens,
                pad_token_id=self._tokenizer.pad_token_id,
            )
        fresh = output[:, encoded["input_ids"].shape[1] :]
        decoded: list[str] = self._tokenizer.batch_decode(fresh, skip_special_tokens=True)
        return [[text.strip() for text in decoded[start : start + n]] for start in range(0, len(decoded), n)]

    def _read(self, ids: Any, mask: Any, n: int) -> Any:  # noqa: ANN401 - tensors, and a cache of transformers
        """The cache of all prompts but their last token, for ``n`` texts each.

        On a CPU reading a prompt takes longer than writing a short text: it is read once, not once for each text.
        """
        positions = (mask.cumsum(dim=-1) - 1).clamp(min=0)
        read = self._model(
            input_ids=ids[:, :-1],
            attention_mask=mask[:, :-1],
            position_ids=positions[:, :-1],
            use_cache=True,
            logits_to_keep=1,
        )
        cache = read.past_key_values
        cache.batch_repeat_interleave(n)
        return cache


def _source(settings: Settings) -> Path | str:
    """The folder of the packaged model, converted on first use; a local folder; else a hub id."""
    from shelfgraph import weights  # noqa: PLC0415 - beside its only use

    if settings.generator_model == weights.SMOLLM2:
        return weights.smollm2_safetensors(settings)
    return weights.source(settings.generator_model, settings)
