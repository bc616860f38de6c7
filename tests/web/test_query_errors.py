"""Where a query is wrong: the cases are the messages of the engine's own parser."""

import pytest

from kankei.errors import KankeiError, MalformedQuery, TooSlow
from kankei.namespaces import PREFIXES
from kankei.web.sparql import query_errors
from kankei.web.sparql.query_errors import Place, QueryError


def error(query: str, message: str) -> QueryError:
    return QueryError(query, MalformedQuery(message), PREFIXES)


@pytest.mark.parametrize(
    ("query", "message", "place"),
    [
        ("ASK { ?s ?p }", "error at line 1, column 13: expected x", Place(1, 13, 13)),
        ("ASK {\n?s ?p }", "error at line 2, columns 2 to 400: x", Place(2, 2, 7)),
        ("ASK", "error at line 1, before column 4: x", Place(1, 1, 3)),
        ("ASK", "error at line 9, columns 3 to 4: x", Place(9, 3, 3)),
        ("ASK {\n ?s kk:x 1 }", "error at line 2, column 9: a prefix", Place(2, 5, 8)),
        ("ASK {}", "the function <http://f> here", None),
    ],
)
def test_the_place_is_that_of_the_message_or_of_the_token(
    query: str, message: str, place: Place | None
) -> None:
    found = error(query, message)
    assert found.place == place
    assert bool(found.excerpt) == (place is not None and place.line < 9)


@pytest.mark.parametrize("failure", [TooSlow("error at line 1, column 1: x"), KankeiError("x")])
def test_an_error_of_another_kind_is_not_about_the_text(failure: KankeiError) -> None:
    found = QueryError("SELECT { kk:x 'a", failure, PREFIXES)
    assert (found.place, found.excerpt, found.undeclared, found.brackets, found.unclosed) == (
        None,
        [],
        [],
        None,
        0,
    )
    assert found.keyword is None
    assert found.corrected == ""


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("PREFIX a: <http://a/> ASK { a:x kk:y 'b:z' } # c:d", ["kk"]),
        ("PREFIX kk: <http://a/> ASK { kk:y kk:z _:b <d:e> }", []),
        ("ASK { :x kk:y foo:z }", ["", "kk", "foo"]),
    ],
)
def test_undeclared_prefixes_are_found_by_the_tokens(query: str, names: list[str]) -> None:
    found = error(query, "error at line 1, column 1: x")
    assert [prefix.name for prefix in found.undeclared] == names


def test_suggestions_are_known_prefixes() -> None:
    names = {"kk": "kk", "dcterms": "dct", "skoss": "skos", "bodytype": "body-type", "zzzz": None}
    for name, suggestion in names.items():
        (prefix,) = error(f"ASK {{ {name}:x 1 2 }}", "error at line 1, column 1: x").undeclared
        assert next((known for known, _ in prefix.suggestions), None) == suggestion
        assert prefix.known == (name == "kk")
        assert all(PREFIXES[known] == space for known, space in prefix.suggestions)


def test_a_long_line_is_cut_around_the_place() -> None:
    query = "a" * 5000 + " b " + "c" * 5000
    (line,) = error(query, "error at line 1, column 5002: x").excerpt
    assert (line.marked, line.wrong) == ("b", True)
    assert len(line.before) + len(line.after) < 1000


def test_braces_in_strings_and_comments_do_not_count() -> None:
    assert error("ASK { '{' } # {", "error at line 1, column 1: x").brackets is None
    assert error("ASK { { }", "error at line 1, column 1: x").brackets == (2, 1)
    assert error("ASK {\n 'x }", "error at line 1, column 1: x").unclosed == 2


def test_similar_names_are_searched_for_few(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []

    def noted(word: str, *_: object) -> list[str]:
        searched.append(word)
        return []

    monkeypatch.setattr(query_errors, "get_close_matches", noted)
    found = error("ASK { " + " ".join(f"x{number}:y" for number in range(50)), "error at line 1, column 7: x")
    assert len(found.undeclared) == len(searched) == 10
    assert found.corrected == ""
    searched.clear()
    assert error("x " * 50, "error at line 1, columns 1 to 100: x").keyword is None
    assert len(searched) == 10


def test_a_misspelt_keyword_is_found_by_the_offsets_of_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    positions: list[int] = []
    monkeypatch.setattr(QueryError, "_position", lambda _, offset: positions.append(offset))
    found = error("ASK {\n ?s ?p 1 }\nLIMTI 3", "error at line 3, column 2: x")
    assert found.keyword == ("LIMTI", "LIMIT")
    assert error("LIMTI {\n ?s ?p 1 }\n LIMIT 3", "error at line 3, column 2: x").keyword is None
    assert positions == []


def test_all_known_prefixes_are_declared_at_once() -> None:
    names = [name for name in PREFIXES if name][:12]
    query = "ASK { " + " ".join(f"{name}:y" for name in names)
    found = error(query, "error at line 1, column 7: x")
    assert len(found.undeclared) == 10
    assert found.corrected.count("PREFIX ") == 12
