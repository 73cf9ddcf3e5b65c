"""Texts that are hard to keep offsets in."""

from __future__ import annotations

from hypothesis import strategies as st

HARD_TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from([
            "steel ", "not included ", "5 kg ", "👩‍🔬", "\u202e", "&amp;", "<b>", "</b>", "不含酒精", "é", "\n",
            "free ", "\ud800", "\x00", "\u200b", "שלום ", "x" * 300,
        ]),
        max_size=15,
    ).map("".join),
)  # fmt: skip
