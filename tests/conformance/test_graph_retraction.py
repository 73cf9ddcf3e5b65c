from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kg.model import Claim, Part
from shelfgraph.errors import ConflictError, NotFoundError


def test_a_closed_fact_makes_its_texts_stale_with_the_write(shop: Any) -> None:
    steel, red = shop.fact("A"), shop.fact("A", "COLOR", "red")
    shop.put("A", steel, red, title="1")
    about_steel, about_red = shop.publish("A", steel.fact_id), shop.publish("A", red.fact_id)
    approved = shop.publish("A", steel.fact_id, red.fact_id)
    rejected = shop.publish("A", steel.fact_id)
    shop.graph.texts.set_state(approved, "approved")
    shop.graph.texts.set_state(rejected, "rejected")
    receipt = shop.put("A", red, title="2")
    assert set(receipt.stale_text_ids) == {about_steel, approved}
    states = [shop.state_of(one) for one in (about_steel, about_red, approved, rejected)]
    assert states == ["stale", "draft", "stale", "rejected"]
    assert shop.graph.texts.get(about_steel).stale_reason
    assert {text.text_id for text in shop.graph.texts.page(state="stale").results} == {about_steel, approved}


def test_a_fact_that_becomes_contested_retracts_and_one_that_was_does_not_again(shop: Any) -> None:
    steel = shop.fact("A")
    shop.put("A", steel, title="1")
    text_id = shop.publish("A", steel.fact_id)
    receipt = shop.put("A", replace(steel, state="contested"), title="2")
    assert receipt.stale_text_ids == (text_id,)
    assert shop.put("A", title="3").stale_text_ids == ()


def test_new_evidence_for_a_fact_retracts_nothing(shop: Any) -> None:
    shop.put("A", shop.fact("A"), title="1")
    text_id = shop.publish("A", shop.fact("A").fact_id)
    assert shop.put("A", shop.fact("A", text="another place"), title="2").stale_text_ids == ()
    assert shop.state_of(text_id) == "draft"


def test_deleting_a_product_retracts_all_its_texts(shop: Any) -> None:
    shop.put("A", shop.fact("A"))
    text_id = shop.publish("A")
    assert shop.graph.products.delete(["A"], sequence=shop.next()).stale_text_ids == (text_id,)


def test_a_text_stored_after_its_fact_closed_is_stale_at_once(shop: Any) -> None:
    graph = shop.graph
    steel = shop.fact("A")
    shop.put("A", steel, title="1")
    job = graph.jobs.accept("ad_copy", {})
    graph.jobs.claim(job.job_id, "w", 60)
    text = shop.text("A", steel.fact_id)
    shop.put("A", title="2")
    assert graph.jobs.succeed(job.job_id, [text], "w")
    assert graph.texts.get(text.text_id).state == "stale"
    assert graph.jobs.get(job.job_id).result_text_ids == (text.text_id,)


def test_a_text_stored_after_its_review_changed_or_its_product_went_is_stale(shop: Any) -> None:
    graph = shop.graph
    for name in ("A", "B"):
        shop.put(name)
    graph.reviews.write([shop.review("R1", "A")])
    job = graph.jobs.accept("review_summary", {})
    graph.jobs.claim(job.job_id, "w", 60)
    graph.reviews.write([shop.review("R1", "A", "Now I say otherwise.")])
    graph.products.delete(["B"], sequence=shop.next())
    texts = [shop.text("A", reviews=("R1",)), shop.text("B"), shop.text("never there"), shop.text("A")]
    assert graph.jobs.succeed(job.job_id, texts, "w")
    assert [shop.state_of(text.text_id) for text in texts] == ["stale", "stale", "stale", "draft"]


def test_a_stale_text_is_not_approved_but_may_be_edited(shop: Any) -> None:
    graph = shop.graph
    steel, red = shop.fact("A"), shop.fact("A", "COLOR", "red")
    shop.put("A", steel, red, title="1")
    text_id = shop.publish("A", steel.fact_id)
    shop.put("A", red, title="2")
    with pytest.raises(ConflictError) as refusal:
        graph.texts.set_state(text_id, "approved")
    assert refusal.value.code == "text.stale"
    part = Part(kind="headline", text="Red", origin="editor", claims=(Claim(0, 3, "supported", (red.fact_id,)),))
    edited = graph.texts.replace_parts(text_id, [part])
    assert (edited.state, edited.parts, edited.fact_ids) == ("draft", (part,), (red.fact_id,))
    assert graph.texts.set_state(text_id, "approved").state == "approved"
    stale = graph.texts.replace_parts(text_id, [replace(part, claims=(Claim(0, 3, "supported", (steel.fact_id,)),))])
    assert stale.state == "stale"
    with pytest.raises(NotFoundError):
        graph.texts.set_state("txt_none", "approved")


def test_texts_filter_and_page_the_latest_first(shop: Any) -> None:
    graph = shop.graph
    for name in ("A", "B"):
        shop.put(name)
    ids = [shop.publish(name) for name in ("A", "B", "A", "A")]
    assert [text.text_id for text in graph.texts.page().results] == ids[::-1]
    first = graph.texts.page(product_id="A", limit=2)
    rest = graph.texts.page(product_id="A", limit=2, cursor=first.next_cursor)
    assert [text.text_id for text in (*first.results, *rest.results)] == [ids[3], ids[2], ids[0]]
    assert graph.texts.page(kind="answer").results == ()
    assert graph.texts.get("txt_none") is None


def test_a_text_comes_back_as_it_was(shop: Any) -> None:
    shop.put("A", shop.fact("A"))
    job = shop.graph.jobs.accept("answer", {"question": "'?"})
    shop.graph.jobs.claim(job.job_id, "w", 60)
    part = Part(kind="answer", text="“Yes” 是", origin="realiser", data={"width": 3, "more": [None, True]},
                claims=(Claim(0, 5, "implied", (shop.fact("A").fact_id,), "it follows"),), review_ids=())  # fmt: skip
    text = shop.text("A", kind="answer", parts=(part,), request={"seed": 1}, details={"status": "answered"},
                     created_at="2026-01-01T00:00:00.000Z")  # fmt: skip
    shop.graph.jobs.succeed(job.job_id, [text], "w")
    stored = shop.graph.texts.get(text.text_id)
    assert stored == replace(text, job_id=job.job_id, updated_at=stored.updated_at)
