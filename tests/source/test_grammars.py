"""Every grammar, case by case from the files in `values`."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, time
from enum import Enum
from fractions import Fraction
from importlib import import_module
from typing import Any

import pytest

from kankei.source.grammars import fiscal_year, organisation_path, telephone
from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.grammars.normalised_text import ParseError, condense
from support.paths import TESTS
from support.rendering import render

CASES = TESTS / "values"


@dataclass(frozen=True)
class Case:
    """A line of ``values/<module>.tsv``: text, expectation (JSON or ``! words of the error``), options."""

    module: str
    line: int
    text: str
    expected: str
    options: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line}"


def cases() -> Iterator[Case]:
    for path in sorted(CASES.glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                text, expected, *options = line.split("\t")
                yield Case(path.stem, number, text.replace("\\n", "\n"), expected, "".join(options))


def plain(value: Any) -> Any:
    """A value as JSON would hold it, without fields that say nothing (None, False, empty)."""
    if is_dataclass(value) and not isinstance(value, type):
        fields = {name: getattr(value, name) for name in asdict(value)}
        return {
            name: plain(field)
            for name, field in fields.items()
            if field not in (None, ()) and field is not False
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, date | time):
        return value.isoformat()
    return [plain(item) for item in value] if isinstance(value, tuple | list | frozenset) else value


def fiscal_years(text: str) -> list[FiscalYear]:
    """The fiscal years in a text, by the two functions that other grammars use."""
    cell = condense(text)
    return [fiscal_year.read(cell, span) for span in fiscal_year.find(cell)]


FINDERS: dict[str, Callable[..., Any]] = {
    "fiscal_year": fiscal_years,
    "organisation_path": organisation_path.segment,
    "telephone": telephone.find,
}
"""The functions of grammars that find values in a text, instead of reading all of it as one."""


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_case(case: Case) -> None:
    parse = FINDERS.get(case.module)
    if parse is None:
        parse = import_module(f"kankei.source.grammars.{case.module}").parse
    options = json.loads(case.options) if case.options else {}
    if case.expected.startswith("!"):
        with pytest.raises(ParseError) as caught:
            parse(case.text, **options)
        assert case.expected[1:].strip() in caught.value.message
        assert 0 <= caught.value.position <= len(case.text)
        return
    value = parse(case.text, **options)
    assert plain(value) == json.loads(case.expected)
    if case.module not in {"fiscal_year", "organisation_path"}:
        assert parse(render(value), **options) == value


def test_there_are_enough_cases() -> None:
    assert len(list(cases())) >= 300
