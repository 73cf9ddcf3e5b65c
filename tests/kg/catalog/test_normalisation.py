from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.catalog import normalise

_PIECES = st.sampled_from([
    "plain words ", "<p>", "</p>", "<b>", "</b>", "<br/>", "&amp;", "&nbsp;", "&lt;", "&#8203;", "&eacute;", "e\u0301",
    "\u1112\u1161\u11ab", "\u200b", "\u202e", "\r\n", "\u3000", "中文", "<script>x()</script>", "<!-- c -->", "<", ">",
    '"', "'", "&", "\x00", "\u0344", "\U0001d160", "a\u0323\u0302",
    "\ufe0f", "\u3164", "✔\ufe0f", "1\ufe0f\u20e3", "\u0301\u0327" * 9, "\u0344" * 20, "\n",
])  # fmt: skip


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=12).map("".join)))
def test_every_span_lies_in_the_raw_text_and_they_stand_in_order(raw: str) -> None:
    result = normalise(raw)
    assert unicodedata.is_normalized("NFC", result.text)
    previous_start = previous_end = 0
    for at in range(len(result.text)):
        start, end = result.raw_span(at, at + 1)
        assert 0 <= start < end <= len(raw)
        assert start >= previous_start
        assert end >= previous_end
        previous_start, previous_end = start, end
    for at in range(len(result.text) + 1):
        start, end = result.raw_span(at, at)
        assert start == end <= len(raw)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="<&]")))
def test_plain_ascii_stays_as_it_is(raw: str) -> None:
    result = normalise(raw)
    assert result.text == raw
    assert result.starts is None


_MARKS = st.sampled_from([*"a✔\u0915\u0958\u0344\u0301\u0327\u0f73\ufe0f\u200b", "\u0301" * 28, "\u0344" * 15])


@given(
    st.one_of(
        st.text(st.characters(exclude_characters="<>&\r]", exclude_categories=["Cs"])),
        st.lists(_MARKS).map("".join),
    )
)
def test_text_without_markup_reads_the_same_the_second_time(raw: str) -> None:
    once = normalise(raw).text
    assert normalise(once).text == once


@given(st.lists(_PIECES, max_size=20).map("".join))
def test_a_character_that_was_only_copied_stands_at_its_raw_place(raw: str) -> None:
    result = normalise(raw)
    for at, letter in enumerate(result.text):
        start, end = result.raw_span(at, at + 1)
        if raw[start:end].isalpha() and end == start + 1:
            assert raw[start:end] == letter


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<p>One.</p><ul><li>Two</li><li>3&nbsp;kg</li></ul>", "One.\nTwo\n3 kg"),
        ("Tom &amp; Jerry &lt;b&gt;", "Tom & Jerry <b>"),
        ("5 < 6 & AT&T, 3 <4", "5 < 6 & AT&T, 3 <4"),
        ("a<script>alert('<p>')</script>b<style>p{}</style>", "a b"),
        ("never closed <script>steal()", "never closed"),
        ("with <!-- a note --> comment", "with comment"),
        ('<a title="x>y" href=z>link</a>', "link"),
        ("zero\u200bwidth \u202eabc\u202c \ufeffend\x07", "zerowidth abc end"),
        ("hidden\U000e0041\U000e0042 tag characters", "hidden tag characters"),
        ("cafe\u0301 1\u00a0kg\u3000x", "café 1 kg x"),
        ("line\r\nbreak\rtoo\u2028three", "line\nbreak\ntoo\nthree"),
        ("soft\u00adhyphen&shy;ated&#8203;!", "softhyphenated!"),
        ("st\ufe0fe\ufe0ee\u3164l m\uffa0u\u2800g", "steel mug"),
        ("Ⓐ\ufe0f✔\ufe0f\ufe0f \ufe0f☎ 1\ufe0f\u20e3 Acme™\ufe0f", "Ⓐ✔\ufe0f \ufe0f☎ 1\ufe0f\u20e3 Acme™\ufe0f"),
        ("<p>Not\n dishwasher safe.\r\nFree\tfrom&#10;gluten.</p>", "Not dishwasher safe. Free from gluten."),
        ("One\n<br>\nTwo\nthree\u2028four", "One\nTwo three\nfour"),
        ("<b>One</b>\ntwo", "One\ntwo"),
        ("<p>Parts</p><pre>one\ntwo</pre>", "Parts\none\ntwo"),
        ("&unknown; &#0; &#x110000;", "&unknown; \ufffd \ufffd"),
        ("", ""),
        ("<b></b>", ""),
    ],
)
def test_what_is_read(raw: str, text: str) -> None:
    assert normalise(raw).text == text


def test_a_value_within_tags_is_found_in_the_raw_text() -> None:
    raw = "Weighs <b>170&nbsp;g</b>/m², cafe\u0301 &amp; co"
    result = normalise(raw)
    at = result.text.index("170 g")
    start, end = result.raw_span(at, at + 5)
    assert raw[start:end] == "170&nbsp;g"
    at = result.text.index("café")
    start, end = result.raw_span(at, at + 4)
    assert raw[start:end] == "cafe\u0301"
    at = result.text.index("&")
    assert raw[slice(*result.raw_span(at, at + 1))] == "&amp;"


def test_selectors_that_are_dropped_and_kept_leave_every_character_at_its_raw_place() -> None:
    raw = "I\ufe0fg ✔\ufe0f no"
    result = normalise(raw)
    assert result.text == "Ig ✔\ufe0f no"
    assert [result.raw_span(at, at + 1)[0] for at in range(len(result.text))] == [0, 2, 3, 4, 5, 6, 7, 8]


def test_marks_beyond_the_thirtieth_of_a_run_are_not_seen() -> None:
    raw = "a" + "\u0327" * 40 + "b" + "\u0327" * 30 + "c"
    result = normalise(raw)
    assert result.text == "a" + "\u0327" * 30 + "b" + "\u0327" * 30 + "c"
    assert [result.raw_span(at, at + 1) for at in (0, 30, 31, 62)] == [(0, 1), (30, 31), (41, 42), (72, 73)]


def test_a_span_outside_the_text_is_an_error() -> None:
    with pytest.raises(IndexError):
        normalise("abc").raw_span(1, 4)


@pytest.mark.parametrize(
    "hostile",
    [
        "<a " * 30_000,
        '<a "' * 30_000,
        "<a " + '""' * 40_000,
        "<script>" * 15_000,
        "<!--" * 30_000,
        "&#" * 50_000,
        "<" * 100_000,
        "a\u0301" * 50_000,
        "a" + "\u0301\u0327" * 50_000,
        "a" + "<b>\u0301</b>&#x327;\u200b" * 20_000,
        "a" + "\u0f73" * 100_000,
    ],
)
def test_hostile_text_costs_linear_time(hostile: str) -> None:
    begin = time.process_time()
    normalise(hostile)
    assert time.process_time() - begin < 2
