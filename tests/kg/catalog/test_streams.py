from __future__ import annotations

import gzip

from kg.catalog import FeedLimits

from .feeds import lines_of, product, read


def test_nulls_and_utf16_are_coped_with() -> None:
    assert read(b'{"product_id":"1","title":"N\x00ul"}\n')[0][0].title == "Nul"
    assert read(b'{"product_id":"1","title":"N\\u0000ul"}\n')[0][0].title == "Nul"
    text = 'product_id\ttitle\n1\tCafé 壶\n2\t"Quoted"\n'
    for encoding in ("utf-16", "utf-8-sig"):
        assert [one.title for one in read(text.encode(encoding))[0]] == ["Café 壶", "Quoted"]
    assert read(text.encode("utf-16-be"))[2].code == "catalog.feed_not_text"  # type: ignore[union-attr]


def test_a_cut_gzip_gives_the_rows_before_the_cut() -> None:
    rows = lines_of(*(product(n, description=str(n) * 50) for n in range(20_000)))
    whole = gzip.compress(rows)
    products, refused, fault = read(whole[: len(whole) // 2])
    assert fault is not None
    assert fault.code == "catalog.feed_truncated"
    assert 5_000 < len(products) < 15_000
    assert refused == []
    assert products == read(rows)[0][: len(products)]
    short = gzip.compress(lines_of(product(1), product(2)))
    assert read(short[:-4])[2].code == "catalog.feed_truncated"  # type: ignore[union-attr]
    assert len(read(short[:-4])[0]) == 2


def test_a_damaged_gzip_is_a_fault() -> None:
    whole = bytearray(gzip.compress(lines_of(*(product(n, description=str(n) * 50) for n in range(5_000)))))
    whole[-6] ^= 0xFF
    assert read(bytes(whole))[2].code == "catalog.feed_corrupt"  # type: ignore[union-attr]


def test_bombs_are_stopped() -> None:
    bomb = gzip.compress(b'{"product_id":"1","title":"a"}\n' + b" " * 80_000_000)
    products, _, fault = read(bomb)
    assert [one.product_id for one in products] == ["1"]
    assert fault is not None
    assert fault.code == "catalog.feed_bomb"
    rows = lines_of(*(product(n) for n in range(1000)))
    products, _, fault = read(rows, limits=FeedLimits(max_bytes=1000))
    assert fault is not None
    assert fault.code == "catalog.feed_too_large"
