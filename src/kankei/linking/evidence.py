"""Evidence that two items are linked: each piece with a weight and a sentence, joined to a confidence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import prod

from kankei.linking.items import Item
from kankei.localisation import Text, catalogue

MESSAGES = catalogue("kankei.linking")
SIMILAR = 0.8
"""The least share of common characters of names that are similar."""
_MIN_CONTAINED = 6
_MIN_TEXT, _MIN_GRAMS = 0.15, 12
_SAME_TEXT = 0.6


@dataclass(frozen=True)
class Piece:
    """One piece of evidence: its kind, its weight from -1 (against) to 1 (for), and its sentence."""

    kind: str
    weight: float
    text: Text


@dataclass(frozen=True)
class Comparison:
    """A pair with its evidence."""

    left: Item
    right: Item
    pieces: tuple[Piece, ...]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of the evidence."""
        return frozenset(piece.kind for piece in self.pieces)

    @property
    def confidence(self) -> float:
        """From 0 to 1: the evidence for a link joined as independent, less what speaks against it."""
        against = prod(1 + piece.weight for piece in self.pieces if piece.weight < 0)
        return round((1 - prod(1 - piece.weight for piece in self.pieces if piece.weight > 0)) * against, 3)

    @property
    def words(self) -> str:
        """The evidence in words, Japanese and English."""
        japanese = "。".join(piece.text.ja for piece in self.pieces)
        english = "; ".join(piece.text.en for piece in self.pieces)
        return f"{japanese}。 / {english}."


@dataclass(frozen=True)
class Commonness:
    """How many items have a name or a page: evidence that many share is worth less."""

    names: Mapping[str, int]
    pages: Mapping[str, int]


def compare(left: Item, right: Item, commonness: Commonness) -> Comparison:
    """The evidence about a pair."""
    pieces = (
        *_names(left, right, commonness), *_units(left, right), *_pages(left, right, commonness),
        *_texts(left, right), *_years(left, right), *_amounts(left, right),
    )  # fmt: skip
    return Comparison(left, right, pieces)


def _piece(kind: str, weight: float, **values: object) -> Piece:
    return Piece(kind, weight, MESSAGES.text(kind, **values))


def _names(left: Item, right: Item, commonness: Commonness) -> Iterator[Piece]:
    one, other = left.name, right.name
    if one == other:
        yield _piece("name-same", 0.8 / max(1, commonness.names.get(one, 1)) ** 0.5)
        return
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= _MIN_CONTAINED and shorter in longer:
        yield _piece(
            "name-longer" if longer == other else "name-shorter", 0.35 + 0.3 * len(shorter) / len(longer)
        )
        return
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.quick_ratio() >= SIMILAR and (ratio := matcher.ratio()) >= SIMILAR:
        yield _piece("name-similar", 0.6 * ratio, percent=round(100 * ratio))


def _units(left: Item, right: Item) -> Iterator[Piece]:
    if not left.unit or not right.unit:
        return
    common = 0
    while common < min(len(left.unit), len(right.unit)) and left.unit[common] == right.unit[common]:
        common += 1
    if left.unit == right.unit:
        yield _piece("unit-same", 0.35)
    elif common == min(len(left.unit), len(right.unit)) and common > 1:
        yield _piece("unit-above", 0.25)
    elif common:
        yield _piece("ministry-same", 0.1)
    else:
        yield _piece("ministry-other", -0.4)


def _pages(left: Item, right: Item, commonness: Commonness) -> Iterator[Piece]:
    same = left.links & right.links
    if same:
        count = min(commonness.pages.get(page, 1) for page in same)
        yield _piece("page-same", 0.4 / max(1, count) ** 0.5)
        return
    folders = {page.rpartition("/")[0] for page in left.links if page.count("/") > 1}
    if folders & {page.rpartition("/")[0] for page in right.links}:
        yield _piece("page-related", 0.1)


def _texts(left: Item, right: Item) -> Iterator[Piece]:
    """The share of the shorter text's runs of characters that the other text has."""
    shorter, longer = sorted((left.text_grams, right.text_grams), key=len)
    if len(shorter) < _MIN_GRAMS:
        return
    share = len(shorter & longer) / len(shorter)
    if share >= _MIN_TEXT:
        kind = "text-same" if share >= _SAME_TEXT else "text-overlaps"
        yield _piece(kind, min(0.9, share), percent=round(100 * share))


def _years(left: Item, right: Item) -> Iterator[Piece]:
    if left.first_year is not None and right.first_year is not None:
        if left.first_year == right.first_year:
            yield _piece("year-same", 0.15, year=left.first_year)
        else:
            yield _piece("year-other", -0.15, left=left.first_year, right=right.first_year)
    elif right.first_year is not None and left.amounts and right.first_year > max(left.amounts):
        yield _piece("year-later", -0.3, left=max(left.amounts), right=right.first_year)


def _amounts(left: Item, right: Item) -> Iterator[Piece]:
    """Amounts of a year that both name: equal ones speak for a link; others may be of another stage."""
    for year in sorted(left.amounts.keys() & right.amounts.keys()):
        if same := left.amounts[year] & right.amounts[year]:
            yield _piece("amount-same", 0.3, year=year, amount=f"{max(same):,}")
            return
