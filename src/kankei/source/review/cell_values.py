"""The values of cells: amounts, years, flags, links. Each function returns None for what it cannot read."""

import re
import unicodedata
from decimal import Decimal

from kankei.source.grammars.links import is_address

_AMOUNT = re.compile(r"[-△▲]?(\d{1,3}(,\d{3})+|\d{1,18})(\.0+)?")
_RATE = re.compile(r"(\d{1,9})(\.\d{1,18})?(%?)")
_YEAR = re.compile(r"(\d{4})(\.0+)?")
_NUMBER = re.compile(r"(\d{1,12})(\.0+)?")
_LINK = re.compile(r"https?://[^\s\x00-\x20<>\"{}|\\^`、。（）]+")
_TRUE, _FALSE = {"1", "1.0", "true", "○"}, {"0", "0.0", "false", "×"}
_FIRST_YEAR, _LAST_YEAR = 1868, 2200


def parse_amount(text: str) -> int | None:
    """An amount in whole yen, which a supplementary budget may take away from.

    >>> parse_amount("△1,200")
    -1200
    """
    text = _normalised(text)
    if not _AMOUNT.fullmatch(text):
        return None
    figure = int(text.lstrip("-△▲").partition(".")[0].replace(",", ""))
    return -figure if text[0] in "-△▲" else figure


def parse_rate(text: str) -> Decimal | None:
    """A rate of execution as a decimal; one in per cent is divided by a hundred.

    >>> parse_rate("85.50%")
    Decimal('0.855')
    """
    match = _RATE.fullmatch(_normalised(text))
    if match is None:
        return None
    rate = Decimal(match[1] + (match[2] or "")) / (100 if match[3] else 1)
    return rate.normalize()


def parse_year(text: str) -> int | None:
    """A fiscal year by the calendar year in which it begins."""
    match = _YEAR.fullmatch(_normalised(text))
    year = int(match[1]) if match else 0
    return year if _FIRST_YEAR <= year <= _LAST_YEAR else None


def parse_number(text: str) -> int | None:
    """A number of a project or a row, of up to twelve digits."""
    match = _NUMBER.fullmatch(_normalised(text))
    return int(match[1]) if match else None


def parse_flag(text: str) -> bool | None:
    """Whether a box is ticked; an empty one is not."""
    text = _normalised(text).lower()
    if text in _TRUE:
        return True
    return False if not text or text in _FALSE else None


def parse_links(text: str) -> tuple[str, ...] | None:
    """The web addresses in a cell, which may be several; None where there is none, or one is no address."""
    links = tuple(dict.fromkeys(_LINK.findall(text)))
    return links if links and all(map(is_address, links)) else None


def _normalised(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
