from __future__ import annotations

import pytest
import torch

from kg.inference import device_of
from shelfgraph.errors import SetupError
from shelfgraph.settings import Settings


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU, so it can be insisted on")
def test_a_gpu_that_is_insisted_on_must_be_there() -> None:
    assert device_of(Settings(device="auto")) == device_of(Settings(device="cpu")) == "cpu"
    with pytest.raises(SetupError) as missing:
        device_of(Settings(device="cuda"))
    assert missing.value.code == "setup.device_missing"
