"""What must hold before anything is started, each as one sentence."""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING

from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from shelfgraph.settings import Settings


def require_port(host: str, port: int) -> None:
    """Raise SetupError ``setup.port_in_use`` or ``setup.address_unusable`` unless the API can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise SetupError(
                    "setup.port_in_use",
                    f"Port {port} of {host} is in use by another program.",
                    help="Stop that program, or choose another port with --port or SHELFGRAPH_PORT.",
                    port=port,
                ) from error
            raise SetupError(
                "setup.address_unusable",
                f"Nothing can listen on {host} port {port}: {error.strerror}.",
                help="Choose another with SHELFGRAPH_HOST and SHELFGRAPH_PORT.",
            ) from error


def require_weights(settings: Settings) -> None:
    """Raise SetupError when a model that the settings name cannot be used.

    ``setup.weights_missing``: a packaged one is not installed; ``setup.relation_model_…``: what reads products.
    """
    from kg.extraction import check_models  # noqa: PLC0415 - same as below
    from shelfgraph import weights  # noqa: PLC0415 - only `up` and `doctor` look

    models = [settings.embedding_model, settings.multilingual_model]
    if not settings.generator_url:
        models.append(settings.generator_model)
    for model in models:
        weights.source(model, settings)
    weights.spacy_model_path()
    check_models(settings)
