"""Terms that no vocabulary has: a few, with the names of similar ones."""

import pytest

from kankei.web.sparql import unknown_terms

KK = "https://w3id.org/kankei/ns#"


def test_similar_names_are_searched_for_the_terms_that_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []

    def noted(word: str, *_: object) -> list[str]:
        searched.append(word)
        return ["Programme"]

    monkeypatch.setattr(unknown_terms, "get_close_matches", noted)
    names = " ".join(f"kk:a{number}" for number in range(50))
    query = f"PREFIX kk: <{KK}> SELECT * {{ VALUES ?x {{ kk:Programme {names} }} }}"
    unknown = unknown_terms.unknown_terms(query, KK, {f"{KK}Programme"})
    assert searched == ["a0", "a1", "a2", "a3", "a4"]
    assert (unknown[0].name, unknown[0].similar) == ("kk:a0", ["kk:Programme"])
