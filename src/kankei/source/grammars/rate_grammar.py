"""The words of the column 補助率等: shares, methods, applicants and limits, read at a place."""

import re
from dataclasses import dataclass
from fractions import Fraction
from unicodedata import normalize

from kankei.source.grammars import yen
from kankei.source.grammars.normalised_text import CondensedText
from kankei.source.grammars.numerals import CHINESE, integer

DASH = re.compile("[-ーｰ]{1,3}")
OPEN = re.compile(r"(?:等|ほか|など)\Z")

_VULGAR = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅒"
_NUMBER = rf"(?:[0-9]{{1,4}}|{CHINESE})"
_RATIO = (
    rf"(?:[0-9]{{1,6}}/[0-9]{{1,6}}(?![0-9/.])|{_NUMBER}分の{_NUMBER}(?![0-9.])"
    rf"|[{_VULGAR}]|[0-9]{{1,3}}(?:\.[0-9]{{1,3}})?%)"
)
_SHARE = (
    rf"(?P<most>最大|上限)?(?P<fraction>{_RATIO})(?:(?:~|から)(?P<to>{_RATIO}))?"
    rf"(?P<within>以内|以下|\((?:以内|以下)\))?(?:補助)?"
)
_METHODS = {
    "fixed-sum": "定額(?:補助)?",
    "commission": "委託(?:費|事業)?",
    "allocation-tax": "(?:地方)?交付税措置",
    "ordinary-allocation-tax": "普通交付税(?:による)?措置",
    "special-allocation-tax": "特別交付税(?:による)?措置",
    "survey-project": "調査事業",
}
_WORD = "|".join(f"(?P<{slug.replace('-', '_')}>{word})" for slug, word in _METHODS.items())
_BRACKETS = {"【": "】", "[": "]", "(": ")"}
_INDIRECT = r"(?P<indirect>間接補助率?:?|\(間接補助\))?"
_CORE = re.compile(
    rf"{_INDIRECT}(?:補助率:?)?(?:(?:補助対象経費|対象経費|事業費|経費|費用)の)?"
    rf"(?:{_SHARE}|(?P<open>[【\[(])?(?:{_WORD})(?P<close>[】\])])?)"
)
# What an applicant may be called. 国 is none of them: 国1/2 is what the state bears, beside others.
_KIND = (
    "都道府県|市区?町村|町村|特別区|指定都市|政令市|中核市|市|県|自治体|公共団体|団体|法人|企業|者|組合|協議会|会社|公社|機構"
    "|大学|学校|地域|地区|離島|半島|山村|過疎|豪雪|沖縄|北海道|奄美|小笠原|民間|NPO|DMO|個人|その他|それ以外"
)
_APPLICANT_WORD = rf"(?:[々一-鿿ァ-ヶーA-Za-z]{{0,10}}(?:{_KIND})等?)"
_APPLICANT = re.compile(rf"(?P<name>{_APPLICANT_WORD}(?:(?:[・、,･]|及び|又は){_APPLICANT_WORD})*):?")
_COUNTED = re.compile(
    rf"(?:算入率|措置率)(?:は|:)?(?P<share>{_RATIO}|[01]\.[0-9]{{1,4}}(?![0-9.])|1(?![0-9./]))"
)
_BEFORE = re.compile(r"(?:補助)?(?:上限|限度)額?(?:は|:)?")
_BEHIND = re.compile("を?(?:上限|限度)(?:額)?|以内")
_A_RATIO = re.compile(_RATIO)
_YEN = re.compile("[0-9,.十百千万億兆]{1,40}円")
_PASSED_ON = re.compile(r"間接補助(?=[、,)]|\Z)")
_SEPARATOR = re.compile(r"[ \n]?(?:[、・,､･;]|又は|または|及び|および|並びに|/(?![0-9]))[ \n]?|[ \n]")


@dataclass(frozen=True)
class Ratio:
    """A share as printed, not reduced: 10/10 is not 1/1."""

    numerator: int
    denominator: int

    @property
    def exact(self) -> Fraction:
        """The share as a number."""
        return Fraction(self.numerator, self.denominator)

    def render(self) -> str:
        """The share with a slash, ``1/2``."""
        return f"{self.numerator}/{self.denominator}"


@dataclass(frozen=True)
class Core:
    """A term without its limits; `method` is a slug of the scheme ``funding``, `end` the index behind."""

    method: str
    fraction: Ratio | None
    to: Ratio | None
    at_most: bool
    applicant: str | None
    indirect: bool
    end: int


@dataclass(frozen=True)
class Limit:
    """What limits a term: a ceiling in yen, the share that the allocation tax counts, or 間接補助."""

    start: int
    end: int
    ceiling_yen: int | None = None
    counted_share: Fraction | None = None
    indirect: bool = False


def core(cell: CondensedText, index: int) -> Core | None:
    """The term at `index`, with the applicant before it; None where none begins."""
    applicant = None
    match = _CORE.match(cell.text, index)
    if match is None:
        named = _APPLICANT.match(cell.text, index)
        match = _CORE.match(cell.text, named.end()) if named else None
        applicant = named["name"] if named else None
    if match is None or _BRACKETS.get(match["open"]) != match["close"]:
        return None
    method = next((slug for slug in _METHODS if match[slug.replace("-", "_")]), "fraction")
    fraction, to = (_share(cell, match[name], index) if match[name] else None for name in ("fraction", "to"))
    at_most, indirect = bool(match["most"] or match["within"]), bool(match["indirect"])
    return Core(method, fraction, to, at_most, applicant, indirect, match.end())


def limit(cell: CondensedText, index: int) -> Limit | None:
    """The limit at `index`, None where none begins."""
    if passed_on := _PASSED_ON.match(cell.text, index):
        return Limit(index, passed_on.end(), indirect=True)
    if counted := _COUNTED.match(cell.text, index):
        return Limit(index, counted.end(), counted_share=_counted(cell, counted["share"], index))
    before = _BEFORE.match(cell.text, index)
    start = before.end() if before else index
    if (not before and not _YEN.match(cell.text, index)) or _A_RATIO.match(cell.text, start):
        return None
    ceiling = yen.read(cell, start)
    if ceiling is None:
        raise cell.unreadable("A ceiling without its amount", index)
    behind = None if before else _BEHIND.match(cell.text, ceiling.end)
    if not (before or behind):
        raise cell.unreadable("An amount that is not said to be a ceiling", index)
    return Limit(index, behind.end() if behind else ceiling.end, ceiling_yen=ceiling.yen)


def behind_separator(cell: CondensedText, index: int) -> int:
    """The index where the next term begins: behind a separator, or behind white space."""
    separator = _SEPARATOR.match(cell.text, index)
    if separator is None and not cell.gap(index):
        raise cell.unreadable("Something follows that belongs to no term", index)
    return separator.end() if separator else index


def render(share: Fraction) -> str:
    """A counted share with a slash, ``4/5``."""
    return f"{share.numerator}/{share.denominator}"


def _share(cell: CondensedText, printed: str, index: int) -> Ratio:
    if printed.endswith("%"):
        whole, _, places = printed[:-1].partition(".")
        ratio = Ratio(int(whole + places), 100 * 10 ** len(places))
    elif "分の" in printed:
        denominator, _, numerator = printed.partition("分の")
        ratio = Ratio(integer(numerator), integer(denominator))
    else:
        # NFKC writes ½ as 1⁄2, with the fraction slash.
        numerator, _, denominator = normalize("NFKC", printed).replace("⁄", "/").partition("/")
        ratio = Ratio(int(numerator), int(denominator))
    if not 0 < ratio.numerator <= ratio.denominator:
        raise cell.unreadable("A share is more than nothing and at most the whole", index)
    return ratio


def _counted(cell: CondensedText, printed: str, index: int) -> Fraction:
    decimal = printed.replace(".", "").isdecimal() and not printed.endswith("%")
    share = Fraction(printed) if decimal else _share(cell, printed, index).exact
    if not 0 < share <= 1:
        raise cell.unreadable("A share is more than nothing and at most the whole", index)
    return share
