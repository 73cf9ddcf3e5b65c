from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from kg.embedding import load_embedder, product_text
from kg.model import Product
from shelfgraph.errors import SetupError
from shelfgraph.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from kg.embedding import Embedders

PRODUCT = Product(
    product_id="A", title="Orso 2 Espresso Machine", brand="Pellimar", product_type=("Home", "Coffee", "Machines"),
    color="Black", description="Heats in 35 s.", bullets=("15 bar",),
)  # fmt: skip


def test_text_of_a_product_leads_with_what_it_is_and_leaves_the_offer_out() -> None:
    text = product_text(PRODUCT)
    assert text.startswith("Orso 2 Espresso Machine. Pellimar. Coffee. Machines. Black")
    assert product_text(replace(PRODUCT, availability="out_of_stock", condition="new")) == text
    assert len(product_text(replace(PRODUCT, description="x" * 5_000_000))) <= 2000


def test_brand_in_the_title_is_not_said_twice() -> None:
    assert product_text(replace(PRODUCT, title="PELLIMAR Orso 2")).lower().count("pellimar") == 1


@pytest.mark.slow
def test_near_texts_are_near(embedders: Embedders) -> None:
    vectors = embedders.for_language("en").embed(["red leather belt", "crimson strap of leather", "rice cooker"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


@pytest.mark.slow
def test_batches_give_what_single_texts_give_in_their_order(embedders: Embedders) -> None:
    texts = ["a", "a much longer text about a kettle " * 30, "", "steel bottle", "\ud800 lone surrogate", "\x00"]
    embedder = embedders.for_language("en")
    together = embedder.embed(texts)
    alone = np.concatenate([embedder.embed([text]) for text in texts])
    assert together.shape == (6, embedder.dimensions)
    assert np.array_equal(together, alone)
    assert embedder.embed([]).shape == (0, embedder.dimensions)


@pytest.mark.slow
def test_other_languages_meet_english_in_the_multilingual_model(embedders: Embedders) -> None:
    chinese, english, other = embedders.for_language("zh").embed(["双人帐篷", "tent for two people", "coffee grinder"])
    assert chinese @ english > chinese @ other + 0.2


@pytest.mark.slow
def test_products_are_embedded_by_the_model_of_their_language(embedders: Embedders) -> None:
    chinese = replace(PRODUCT, title="不粘炒锅", language="zh")
    (first, first_model), (second, second_model), (third, _) = embedders.embed_products([PRODUCT, chinese, PRODUCT])
    assert (len(first), len(second)) == (384, 512)
    assert (first_model, second_model) == (embedders.name_for("en"), embedders.name_for("zh"))
    assert np.array_equal(first, third)


@pytest.mark.slow
def test_threads_may_share_an_embedder(embedders: Embedders) -> None:
    embedder = embedders.for_language("en")
    expected = embedder.embed(["wool duvet"])
    results: list[bool] = []

    def work() -> None:
        results.extend(np.allclose(embedder.embed(["wool duvet"]), expected) for _ in range(5))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 20


def test_a_folder_that_is_absent_is_a_setup_error(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        load_embedder(Settings(home=tmp_path, embedding_model=str(tmp_path / "absent")))
    assert caught.value.code == "setup.weights_missing"
