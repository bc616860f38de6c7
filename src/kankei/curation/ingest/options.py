"""What a curator orders to be ingested, and how."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from kankei.dataset.data_folder import Inputs
from kankei.errors import UsageError
from kankei.namespaces import Base
from kankei.source.grammars.normalised_text import normalise
from kankei.source.grammars.numerals import CIRCLED_NUMBERS

Key = TypeVar("Key")


@dataclass(frozen=True)
class Order:
    """The documents, where candidates go, the dataset that they may continue, and what the curator decided.

    `name` is the slug of the one document, `encoding` that of texts, `year` a fiscal year for sheets that
    print none; `slugs` are the slugs of programmes by the numbers of their sheets, and `measures` the
    fragments of measures by the numbers of sheet and measure. `language` is ja or en, that of the reports;
    `data` is the data folder as the curator wrote it, None where it is the packaged one.
    """

    documents: Sequence[Path]
    out: Path
    inputs: Inputs
    base: Base
    name: str | None = None
    encoding: str | None = None
    year: int | None = None
    slugs: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[tuple[str, str], str] = field(default_factory=dict)
    language: str = "en"
    data: Path | None = None


def named(options: Sequence[str]) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """The slugs that options such as ``103=related-population`` and ``106②=measure-pilot`` give.

    The second kind names a measure by the number of its sheet, followed by its own.
    """
    slugs: dict[str, str] = {}
    measures: dict[tuple[str, str], str] = {}
    for option in options:
        number, sign, slug = (part.strip() for part in option.partition("="))
        if not (sign and number and slug):
            raise UsageError("write --slug NUMBER=SLUG, as in 103=related-population", option)
        sheet, measure = _divided(normalise(number))
        if measure:
            _give(measures, (sheet, measure), slug, option)
        else:
            _give(slugs, sheet, slug, option)
    return slugs, measures


_MEASURE = re.compile(rf"(?P<sheet>.+?)(?P<measure>[{CIRCLED_NUMBERS}]|\([0-9]{{1,2}}\))")


def _divided(number: str) -> tuple[str, str]:
    match = _MEASURE.fullmatch(number)
    return (match["sheet"], match["measure"]) if match else (number, "")


def _give(slugs: dict[Key, str], key: Key, slug: str, option: str) -> None:
    if slugs.setdefault(key, slug) != slug:
        raise UsageError("two slugs for one number", option)
