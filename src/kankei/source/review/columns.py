"""The layouts of the official files, by the names of their columns, and headers held against them."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from itertools import pairwise

from kankei.source.review.problems import Report


class FileKind(StrEnum):
    """The files of the review that are read, by the numbers that they are published under."""

    ORGANISATIONS = "1-1"
    OUTLINE = "1-2"
    POLICIES = "1-3"
    RATES = "1-4"
    RELATED = "1-5"
    BUDGETS = "2-1"


YEAR, PROJECT, NAME = "事業年度", "予算事業ID", "事業名"
KEY = (YEAR, PROJECT, NAME)
"""The columns without which a row says nothing of any project."""
UNIT = ("府省庁", "局・庁", "部", "課", "室", "班", "係")
"""The columns of the unit in charge, from the ministry down."""
METHODS: Mapping[str, str] = {
    "実施方法ー直接実施": "direct",
    "実施方法ー補助": "subsidy",
    "実施方法ー負担": "burden-charge",
    "実施方法ー交付": "grant",
    "実施方法ー分担金・拠出金": "contribution",
    "実施方法ーその他": "other",
}
"""The columns that say how a project is carried out, with the concept of each."""

_OF_EVERY_FILE = ("シート種別", *KEY)
_POLICY_MINISTRY = ("府省庁の建制順", "政策所管府省庁")

# fmt: off
_OWN = {
    FileKind.ORGANISATIONS: (
        "建制順", "所管府省庁", *UNIT, "その他担当組織_作成責任者_no",
        *(f"{name}（その他担当組織）" for name in UNIT), "作成責任者",
    ),
    FileKind.OUTLINE: (
        *_POLICY_MINISTRY, *UNIT, "事業の目的", "現状・課題", "事業の概要", "事業概要URL", "事業区分",
        "事業開始年度", "開始年度不明", "事業終了（予定）年度", "終了予定なし", "主要経費", "備考", *METHODS,
        "旧事業番号", "整理表表示順",
    ),
    FileKind.POLICIES: (
        *_POLICY_MINISTRY, *UNIT, "番号（政策・施策）", "政策所管府省庁_P", "政策", "施策", "政策・施策URL",
        "番号（根拠法令）", "法令名", "法令番号", "法令ID", "条", "項", "号・号の細分",
        "番号（関係する計画・通知等）", "計画通知名", "計画通知等URL",
    ),
    FileKind.RATES: (
        *_POLICY_MINISTRY, *UNIT, "番号（補助率等）", "補助対象", "補助率", "補助上限等", "補助率URL",
    ),
    FileKind.RELATED: (
        *_POLICY_MINISTRY, *UNIT, "番号（関連事業）", "関連事業の事業ID", "関連事業の事業名", "関連性",
    ),
    FileKind.BUDGETS: (
        *_POLICY_MINISTRY, *UNIT, "予算年度", "当初予算（合計）", "補正予算（合計）",
        "前年度からの繰越し（合計）", "予備費等（合計）", "計（歳出予算現額合計）", "執行額（合計）",
        "執行率", "翌年度への繰越し(合計）", "翌年度要求額（合計）", "主な増減理由", "その他特記事項",
        "会計区分", "会計", "勘定",
        "当初予算", "第1次補正予算", "第2次補正予算", "第3次補正予算", "第4次補正予算",
        "第5次補正予算", "前年度から繰越し", "予備費等1", "予備費等2", "予備費等3", "予備費等4",
        "歳出予算現額", "執行額", "翌年度要求額", "要望額", "備考",
    ),
}
# fmt: on

LAYOUTS: Mapping[FileKind, tuple[str, ...]] = {kind: (*_OF_EVERY_FILE, *own) for kind, own in _OWN.items()}
"""The columns of each file in their official order."""


@dataclass(frozen=True)
class Header:
    """The header of a file: its kind, and at which position each official column stands."""

    kind: FileKind
    positions: Mapping[str, int]
    width: int

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        """The cells of a row by official name, without surrounding blanks; those that are empty left out."""
        cells = ((name, row[position].strip()) for name, position in self.positions.items())
        return {name: cell for name, cell in cells if cell}


def read_header(row: Sequence[str], report: Report) -> Header | None:
    """The header that a first row is, with its differences reported; None where it is of no known file."""
    names = [name.strip() for name in row]
    kind = max(LAYOUTS, key=lambda kind: len(_distinct(kind) & {_key(name) for name in names}))
    if not _distinct(kind) & {_key(name) for name in names}:
        report(1, "unknown-file", {})
        return None
    official = {_key(name): name for name in LAYOUTS[kind]}
    positions: dict[str, int] = {}
    for position, name in enumerate(names):
        known = official.get(_key(name))
        if known is None:
            report(1, "column-added", {"column": name or f"{position + 1}"})
        elif known in positions:
            report(1, "column-repeated", {"column": known})
        else:
            positions[known] = position
            if name != known:
                report(1, "column-changed", {"column": name, "official": known})
    _report_missing(kind, names, positions, report)
    _report_order(kind, positions, report)
    if any(name not in positions for name in KEY):
        report(1, "key-missing", {"columns": "、".join(name for name in KEY if name not in positions)})
        return None
    return Header(kind, positions, len(row))


def _report_missing(
    kind: FileKind, names: Sequence[str], positions: Mapping[str, int], report: Report
) -> None:
    unknown = [name for name in names if _key(name) not in {_key(own) for own in LAYOUTS[kind]}]
    for name in LAYOUTS[kind]:
        if name not in positions:
            near = get_close_matches(name, unknown, n=1)
            if near:
                report(1, "column-missing-near", {"column": name, "near": near[0]})
            else:
                report(1, "column-missing", {"column": name})


def _report_order(kind: FileKind, positions: Mapping[str, int], report: Report) -> None:
    order = [name for name in LAYOUTS[kind] if name in positions]
    moved = next((b for a, b in pairwise(order) if positions[b] < positions[a]), None)
    if moved is not None:
        report(1, "columns-reordered", {"column": moved})


def _distinct(kind: FileKind) -> set[str]:
    """The keys of the columns that only this file has."""
    others = {_key(name) for other, names in LAYOUTS.items() if other is not kind for name in names}
    return {_key(name) for name in LAYOUTS[kind]} - others


def _key(name: str) -> str:
    """A column's name as it is looked up: characters of one width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", name).split())
