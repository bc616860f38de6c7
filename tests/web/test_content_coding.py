"""Content codings: which a client accepts (RFC 9110, section 12.5.3), and that they lose nothing."""

import gzip

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from kankei.web.http.negotiation import CODINGS, IDENTITY, acceptable_codings, encode


@pytest.mark.parametrize(
    ("header", "codings"),
    [
        (None, (IDENTITY,)),
        ("", (IDENTITY,)),
        ("*", ("zstd", "gzip", IDENTITY)),
        ("gzip", ("gzip", IDENTITY)),
        ("GZIP", ("gzip", IDENTITY)),
        ("x-gzip", ("gzip", IDENTITY)),
        ("gzip, deflate, br, zstd", ("zstd", "gzip", IDENTITY)),
        ("gzip;q=1, zstd;q=0.5", ("gzip", "zstd", IDENTITY)),
        ("gzip;q=0.5, identity", (IDENTITY, "gzip")),
        ("gzip;q=0", (IDENTITY,)),
        ("gzip;q=0, *", ("zstd", IDENTITY)),
        ("br", (IDENTITY,)),
        ("identity;q=0, gzip", ("gzip",)),
        ("*;q=0, zstd", ("zstd",)),
        ("*;q=0", ()),
        ("identity;q=0", ()),
        ("identity;q=0, br", ()),
        ("*;q=0, identity", (IDENTITY,)),
        ("gzip ; q=0.2 , zstd ; q=0.1", ("gzip", "zstd", IDENTITY)),
        ("gzip;q=nonsense", (IDENTITY,)),
        (",,;;q=1,é", (IDENTITY,)),
    ],
)
def test_acceptable_codings(header: str | None, codings: tuple[str, ...]) -> None:
    assert acceptable_codings(header) == codings


@given(
    st.text() | st.lists(st.sampled_from(["gzip", "*", "identity", "zstd;q=0", "br;q=1", " "])).map(",".join)
)
def test_whatever_the_header_only_what_is_offered_is_chosen(header: str) -> None:
    found = acceptable_codings(header)
    assert len(set(found)) == len(found)
    assert set(found) <= {*CODINGS, IDENTITY}


@given(
    st.dictionaries(st.sampled_from([*CODINGS, IDENTITY]), st.integers(0, 1000), min_size=1),
    st.integers(0, 1000) | st.none(),
)
def test_weights_decide_and_zero_excludes(weights: dict[str, int], star: int | None) -> None:
    members = [f"{name};q={weight / 1000:.3f}" for name, weight in weights.items()]
    found = acceptable_codings(", ".join([*members, *([] if star is None else [f"*;q={star / 1000:.3f}"])]))
    for name in (*CODINGS, IDENTITY):
        unnamed = star if star is not None else (1 if name == IDENTITY else 0)
        assert (name in found) == (weights.get(name, unnamed) > 0)
    told = [weights.get(name, star or 0) for name in found]
    assert told == sorted(told, reverse=True)


@given(st.binary(max_size=5000))
def test_a_coding_loses_nothing_and_gives_the_same_bytes_each_time(body: bytes) -> None:
    assert gzip.decompress(encode(body, "gzip")) == body
    assert zstandard.decompress(encode(body, "zstd")) == body
    assert encode(body, IDENTITY) == body
    for coding in CODINGS:
        assert encode(body, coding) == encode(body, coding)
