"""Whole numbers of an address: one form, and a bound."""

import pytest

from kankei.web.http.parameters import whole_number
from support.client import Client


@pytest.mark.parametrize(
    ("written", "number"),
    [
        *(("1", 1), ("20", 20), ("100000", 100_000)),
        *(
            (text, None)
            for text in ("", "0", "01", "+1", " 1", "1.0", "１", "100001", "00000011", "1" * 5000)
        ),
    ],
)
def test_a_number_has_one_form(written: str, number: int | None) -> None:
    assert whole_number(written, 100_000) == number


@pytest.mark.parametrize("path", ["/doc/theme/related-population", "/programmes"])
@pytest.mark.parametrize("page", ["00000011", "1234567890"])
def test_a_page_of_another_form_is_none(web: Client, path: str, page: str) -> None:
    assert web.get(f"{path}?page={page}", "text/turtle").status_code == 404
