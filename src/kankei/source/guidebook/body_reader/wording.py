"""The wording of headings, and of rows that go on with each other."""

import re

from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.body_reader.bullets import opens

_LONGEST_BRACKETED, _LONGEST_MARKED, _LONGEST_WORDS = 30, 25, 12
_SUBJECT = "背景|課題|目的|内容|概要|例|趣旨|効果|イメージ|ポイント|スキーム|要件|経緯|現状"
_BRACKETED = re.compile(
    r"(?!.*[:。])(?:【[^】]+】|<[^>]+>|〈[^〉]+〉|《[^》]+》|≪[^≫]+≫|\[[^\]]+\]|〔[^〕]+〕|\([^()]+例\))\s*"
)
_MARKED = re.compile(r"[■◆□◇▼▽●◎▶►](?![■◆□◇▼▽●◎▶►])[ \u3000]*[^。、]+")
_WORDS = re.compile(rf"[^。、「」()（）：:]*(?:{_SUBJECT})[:：]?")
_PURPOSE = re.compile("目的|背景|趣旨|ねらい|狙い")
_LIST = re.compile(r"(?:例|一覧)[)\]>】》〉≫〕:：]*$")
_ISSUES = re.compile(r"課題(?:等|など|の例|例|の一覧)?[)\]>】》〉≫〕:：]*$")

_ENDED = re.compile(r"[。！？][」』）)】]*\s*$")
# What is left out ends or begins words as well: もの, こと, 子ども, 後押し; にぎわい, ものづくり, はじめて.
_GOES_ON_BEHIND = re.compile("(?:[をにがはでへや、・，「『（(]|(?<!も)の|(?<!こ)と)$")
_GOES_ON_BEFORE = re.compile("[をのがるっゃゅょー、。，」』）)]")
_HALF = re.compile(r"[\x00-\xff\uff61-\uff9f]")
_OPEN, _CLOSED = re.compile("[「『（(]"), re.compile("[」』）)]")


def bracketed(text: str) -> bool:
    """Whether a text is a heading in brackets, without colon: 【背景】, ＜取組の内容例＞, （取組の例）."""
    return len(text) <= _LONGEST_BRACKETED and _BRACKETED.fullmatch(normalise(text)) is not None


def marked(text: str) -> bool:
    """Whether a text may be a heading behind a mark, such as ■事業の流れ; it may be an item as well."""
    return len(text) <= _LONGEST_MARKED and _MARKED.fullmatch(text) is not None


def worded(text: str) -> bool:
    """Whether a text without mark is short and ends in a word of headings, such as 背景 or 内容."""
    return len(text) <= _LONGEST_WORDS and not opens(text) and _WORDS.fullmatch(text) is not None


def titled(text: str) -> bool:
    """Whether a text ends in a word of headings, and is too long for one."""
    return len(text) > _LONGEST_WORDS and not opens(text) and _WORDS.fullmatch(text) is not None


def of_purpose(heading: str) -> bool:
    """Whether a heading speaks of purpose or background."""
    return _PURPOSE.search(heading) is not None


def of_issues(heading: str) -> bool:
    """Whether a heading stands over a list of issues (課題), and over nothing else."""
    return not of_purpose(heading) and _ISSUES.search(normalise(heading)) is not None


def of_list(heading: str) -> bool:
    """Whether a heading stands over a list, of issues or of examples."""
    return of_issues(heading) or _LIST.search(normalise(heading)) is not None


def width(text: str) -> float:
    """How wide a text is, in full-width characters."""
    return len(text) - len(_HALF.findall(text)) / 2


def ended(text: str) -> bool:
    """Whether a text ends with a full stop."""
    return _ENDED.search(text) is not None


def goes_on(before: str, after: str) -> bool:
    """Whether a row visibly ends in the middle of a sentence that the next one goes on with.

    Its bracket is open, or it ends with a particle or comma, or the next begins with what begins no sentence.

    >>> goes_on("来訪を創出する「第２のふるさとづく", "り」、将来に")
    True
    >>> goes_on("人と地域の関係人口化", "地域課題の解決")
    False
    """
    if ended(before) or opens(after) or bracketed(after):
        return False
    is_open = len(_OPEN.findall(before)) > len(_CLOSED.findall(before))
    return is_open or bool(_GOES_ON_BEHIND.search(before) or _GOES_ON_BEFORE.match(after))
