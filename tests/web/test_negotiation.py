"""Content negotiation: a table of cases, and properties that hold for any header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.localisation import LANGUAGES
from kankei.web.http.negotiation import (
    choose_language,
    choose_media_type,
    language_ranges,
    media_ranges,
    parse_content_type,
)
from support.paths import TESTS

TYPES = {
    "html": "text/html",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "atom": "application/atom+xml",
    "axml": "application/xml",
}
LINES = (TESTS / "negotiation" / "cases.tsv").read_text(encoding="utf-8").splitlines()
CASES = [line.split("\t") for line in LINES if not line.startswith("#")]

headers = st.text() | st.text(alphabet=st.sampled_from('texhmlurq/*;,="\\ 01.\t-'), max_size=80)
offered = st.lists(st.sampled_from(sorted(TYPES.values())), min_size=1, unique=True)


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize(
    ("offers", "accept", "chosen"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_case(offers: str, accept: str, chosen: str) -> None:
    header = None if accept == "-" else ", ".join(accept.split("|"))
    found = choose_media_type([TYPES[name] for name in offers.split()], header)
    assert found == (None if chosen == "406" else chosen)


def test_a_tab_is_white_space() -> None:
    assert (
        choose_media_type(["text/html", "text/turtle"], "text/html\t;\tq=0.1,\ttext/turtle") == "text/turtle"
    )


@given(offered, headers)
def test_any_header_gives_an_offer_or_nothing(offers: list[str], header: str) -> None:
    assert choose_media_type(offers, header) in {*offers, None}


@given(offered, st.sampled_from(sorted(TYPES.values())))
def test_an_exact_type_gives_it_or_nothing(offers: list[str], media_type: str) -> None:
    assert choose_media_type(offers, media_type) == (media_type if media_type in offers else None)


@given(headers)
def test_every_weight_is_between_zero_and_one(header: str) -> None:
    assert all(0 <= found.quality <= 1 for found in media_ranges(header))
    assert all(0 <= quality <= 1 for _, quality in language_ranges(header))


@given(headers | st.none(), st.text() | st.none())
def test_any_header_gives_a_language(header: str | None, asked: str | None) -> None:
    assert choose_language(header, asked) in LANGUAGES


@pytest.mark.parametrize(
    ("header", "asked", "language"),
    [
        (None, None, "ja"),
        ("", None, "ja"),
        ("en", None, "en"),
        ("en-GB,en;q=0.9", None, "en"),
        ("ja-JP", None, "ja"),
        ("fr, en;q=0.5, ja;q=0.4", None, "en"),
        ("fr", None, "ja"),
        ("*", None, "ja"),
        ("ja;q=0, *", None, "en"),
        ("en;q=0.5, ja;q=0.5", None, "ja"),
        ("ja", "en", "en"),
        ("en", "xx", "en"),
        ("en;q=bad", None, "ja"),
    ],
)
def test_language(header: str | None, asked: str | None, language: str) -> None:
    assert choose_language(header, asked) == language


def test_a_content_type_is_read_with_its_parameters() -> None:
    assert parse_content_type('Application/SPARQL-Query; Charset="UTF-8"') == (
        "application/sparql-query",
        {"charset": "utf-8"},
    )
    assert parse_content_type(None) == ("", {})


@given(headers)
def test_any_content_type_is_read(header: str) -> None:
    parse_content_type(header)
