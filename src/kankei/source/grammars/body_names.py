"""Names of bodies printed over several lines or with blanks: where one ends and the next begins."""

import re

from kankei.source.grammars.normalised_text import ParseError

# Not what may be printed, only what is certain enough to tell a broken word from two words.
_WELL_KNOWN = """
国 都道府県 市町村 市区町村 特別区 指定都市 政令市 政令指定都市 中核市 地方公共団体 地方自治体 自治体
一部事務組合 広域連合 民間事業者 事業者 民間企業 企業 民間団体 中小企業 中小企業者 交通事業者 農業者 林業者
漁業者 農林漁業者 農業協同組合 森林組合 漁業協同組合 商工会 商工会議所 商店街 協議会 地域協議会 NPO NPO法人
特定非営利活動法人 DMO 観光協会 社会福祉法人 社会福祉協議会 医療法人 学校法人 公益法人 一般社団法人
一般財団法人 第三セクター 独立行政法人 地方独立行政法人 大学 研究機関 金融機関 自治会 町内会 地域運営組織
住民団体 個人 都市再生推進法人 特定居住支援法人
"""
_CERTAIN = frozenset(_WELL_KNOWN.split())
# Particles and the like, which a name does not have and a sentence does.
_PHRASE = re.compile(
    r"[をが※。:①-⑳]|する|した|される|による|において|のうち|以外|ただし|場合|その他|[一-龠々]と[一-龠]"
)
# 等 that is part of a word: 高等学校, 初等中等教育, 平等.
OTHERS = "(?:(?<![高初中同平均対])等|など|ほか)"
_OTHERS = re.compile(OTHERS)


def split(printed: str, text: str, position: int) -> list[tuple[str, int, int]]:
    """Names with start and end in the text, of what stands there between two separators, folded.

    A blank or line break inside is certain only where the well-known names on its sides say so.
    """
    pieces = [(match.group(), match.start(), match.end()) for match in re.finditer(r"\S+", printed)]
    if not pieces:
        raise ParseError("a name is missing", text, position)
    names = [pieces[0]]
    for piece in pieces[1:]:
        left, start, _ = names[-1]
        if _is_one_word(left, piece[0], text, position + piece[1]):
            names[-1] = (left + piece[0], start, piece[2])
        else:
            names.append(piece)
    return [_checked(name, text, position + start, position + end) for name, start, end in names]


def _is_one_word(left: str, right: str, text: str, position: int) -> bool:
    joined = left + right in _CERTAIN
    apart = left in _CERTAIN and right in _CERTAIN
    if joined == apart:
        raise ParseError(f"whether {left} and {right} are one name is not clear", text, position)
    return joined


def _checked(name: str, text: str, start: int, end: int) -> tuple[str, int, int]:
    if _PHRASE.search(name) or _OTHERS.search(name):
        raise ParseError(f"{name} is a phrase, not a name", text, start)
    if not name[0].isalpha() or not all(character.isalnum() or character in "-&ー" for character in name):
        raise ParseError(f"{name} is no name", text, start)
    return name, start, end
