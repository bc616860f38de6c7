"""Patterns of printed text: bullets, headings, budgets in brackets, and rows that continue each other."""

import re
from functools import lru_cache

from kankei.source.grammars import money
from kankei.source.grammars.money import Money
from kankei.source.grammars.normalised_text import CIRCLED_NUMBERS, ParseError, normalise

# Symbol fonts extract as private-use characters, or as the Latin letters of their codes: U+F0D8 is Ø in
# Wingdings, and its filled circles and squares are l, n, u and §.
_MARK = r"[○◯●◎〇・･•‣◦∙▪▫■□◆◇▶►▷▸➢➤⮚✓✔☑★☆*→⇒\uff65\ue000-\uf8ff]"
_DASH = r"[-–—−－](?=[ \u3000]*[^\x00-\x7f０-９])"
_LETTER = r"[lnuüØ§][ \u3000]+(?=[^\x00-\x7f])"
_BULLET = re.compile(rf"(?:(?:{_MARK}|{_DASH})\s*|{_LETTER})")
_NUMBER = re.compile(
    rf"[{CIRCLED_NUMBERS}]|[※【]|[（(](?:出典|注|備考|参考)|(?:出典|資料|注)[:：]|[(（][0-9０-９]{{1,2}}[)）]|[0-9０-９]{{1,2}}[.．)）](?![0-9０-９])"
)

_MAX_BRACKETED, _MAX_MARKED, _MAX_HEADING_WORD = 30, 25, 12
_SUBJECT = "背景|課題|目的|内容|概要|例|趣旨|効果|イメージ|ポイント|スキーム|要件|経緯|現状"
_BRACKETED = re.compile(
    r"(?!.*[:。])(?:【[^】]+】|<[^>]+>|〈[^〉]+〉|《[^》]+》|≪[^≫]+≫|\[[^\]]+\]|〔[^〕]+〕|\([^()]+例\))\s*"
)
_MARKED = re.compile(r"[■◆□◇▼▽●◎▶►](?![■◆□◇▼▽●◎▶►])[ \u3000]*[^。、]+")
_HEADING_WORD = re.compile(rf"[^。、「」()（）：:]*(?:{_SUBJECT})[:：]?")
_PURPOSE = re.compile("目的|背景|趣旨|ねらい|狙い")
_LIST = re.compile(r"(?:例|一覧)[)\]>】》〉≫〕:：]*$")
_ISSUES = re.compile(r"課題(?:等|など|の例|例|の一覧)?[)\]>】》〉≫〕:：]*$")

_SENTENCE_END = re.compile(r"[。！？][」』）)】]*\s*$")
# Omitted particles end or begin words as well: もの, こと, 子ども, 後押し; にぎわい, ものづくり, はじめて.
_OPEN_END = re.compile("(?:[をにがはでへや、，・「『（(]|(?<!も)の|(?<!こ)と)$")
_CONTINUING_START = re.compile("[をのがるっゃゅょー、。，」』）)]")
_OPENING, _CLOSING = re.compile("[「『（(]"), re.compile("[」』）)]")

_IN_BRACKET = "[^（()）]{0,40}"
BRACKETED_BUDGET = re.compile(
    rf"[（(]{_IN_BRACKET}予算{_IN_BRACKET}(?:[（(]{_IN_BRACKET}[)）])?円{_IN_BRACKET}[)）]"
)
"""A budget in a bracket of its own: ``（令和7年度予算案：10百万円）``."""


def bullet_length(text: str) -> int:
    """The length of the bullet that a text begins with; 0 if there is none.

    >>> bullet_length("○ また"), bullet_length("・住まい"), bullet_length("住まい")
    (2, 1, 0)
    """
    bullet = _BULLET.match(text)
    return bullet.end() if bullet else 0


def without_bullet(text: str) -> str:
    """The text behind its bullet."""
    return text[bullet_length(text) :]


def starts_item(text: str) -> bool:
    """Whether a text begins with a bullet, number, note mark, 出典 or 【, and so continues no row."""
    return bullet_length(text) > 0 or _NUMBER.match(text) is not None


def is_bracketed_heading(text: str) -> bool:
    """Whether a text is a heading in brackets, without colon: 【背景】, ＜取組の内容例＞, （取組の例）."""
    return len(text) <= _MAX_BRACKETED and _BRACKETED.fullmatch(normalise(text)) is not None


def may_be_marked_heading(text: str) -> bool:
    """Whether a text may be a heading behind a mark, such as ■事業の流れ; it may be an item as well."""
    return len(text) <= _MAX_MARKED and _MARKED.fullmatch(text) is not None


def is_heading_word(text: str) -> bool:
    """Whether a text without mark is short and ends in a word of headings, such as 背景 or 内容."""
    return len(text) <= _MAX_HEADING_WORD and ends_in_heading_word(text)


def ends_in_heading_word(text: str) -> bool:
    """Whether a text without mark ends in a word of headings, whatever its length."""
    return not starts_item(text) and _HEADING_WORD.fullmatch(text) is not None


def is_purpose_heading(heading: str) -> bool:
    """Whether a heading names purpose or background."""
    return _PURPOSE.search(heading) is not None


def is_issues_heading(heading: str) -> bool:
    """Whether a heading stands over a list of issues (課題), and over nothing else."""
    return not is_purpose_heading(heading) and _ISSUES.search(normalise(heading)) is not None


def is_list_heading(heading: str) -> bool:
    """Whether a heading stands over a list, of issues or of examples."""
    return is_issues_heading(heading) or _LIST.search(normalise(heading)) is not None


def ends_sentence(text: str) -> bool:
    """Whether a text ends with a full stop."""
    return _SENTENCE_END.search(text) is not None


def continues(before: str, after: str) -> bool:
    """Whether a row visibly ends in the middle of a sentence that the next one continues.

    Its bracket is open, or it ends with a particle or comma, or the next begins with what begins no sentence.

    >>> continues("来訪を創出する「第２のふるさとづく", "り」、将来に")
    True
    >>> continues("人と地域の関係人口化", "地域課題の解決")
    False
    """
    if ends_sentence(before) or starts_item(after) or is_bracketed_heading(after):
        return False
    is_open = len(_OPENING.findall(before)) > len(_CLOSING.findall(before))
    return is_open or bool(_OPEN_END.search(before) or _CONTINUING_START.match(after))


def is_budgets(text: str) -> bool:
    """Whether a text consists of budgets in brackets and nothing else."""
    return text[:1] in "（(" and bool(text) and not BRACKETED_BUDGET.sub("", text).strip()


@lru_cache(maxsize=64)  # a sheet's budgets are parsed to take them, and again to compare them
def parse_budget(text: str) -> Money | None:
    """The budget of one bracket; None if it cannot be read."""
    try:
        budget = money.parse(normalise(text))
    except ParseError:
        return None
    return budget if isinstance(budget, Money) else None
