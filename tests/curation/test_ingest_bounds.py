"""Sheets that are too large: each part of one is read in bounded time, or said to be too large."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.candidate import Candidate
from kankei.curation.candidate.identity import provisional_identity
from kankei.curation.candidate.known_terms import read_known_terms
from kankei.curation.candidate.sheet_context import parse_budget_heading
from kankei.curation.candidate.sheet_values import interpret_sheet
from kankei.curation.ingest.input_file import input_file
from kankei.dataset.data_folder import packaged
from kankei.namespaces import Base
from kankei.source.document_reader import read_lines
from kankei.source.guidebook.layouts import layouts
from kankei.source.lines.printed_text import PrintedText
from kankei.source.sheets import read_sheets

KNOWN = read_known_terms(packaged(), Base())
HEADINGS = "事業実施主体（対象者） 支援対象・内容 補助率等 公募時期 事業要望調査時期 R7年度当初予算 問合せ先"
TITLE = "103 関係人口事業 URL https://example.go.jp/a"
ROW = "都道府県・市町村 ソフト 特別交付税\n措置 30\n総務省地域力創造グループ\n地域自立応援課\n03-5253-5392\n"
THEME = "６．関係人口・定住人口の創出・拡大に関する施策（関係人口の創出・拡大）"

Build = Callable[[int], str]


def sheet(row: str = ROW, body: str = "", head: str = HEADINGS, title: str = TITLE, between: str = "") -> str:
    return f"{title}\n{between}\n{head}\n\n{row}\n{THEME}\n\n（百万円）\n{body}\n"


BUILDS: dict[str, Build] = {
    "rows": lambda n: sheet(ROW * n),
    "rows without telephone": lambda n: sheet("都道府県・市町村 ソフト 特別交付税\n措置 30\n" * n),
    "rows that any column reads": lambda n: sheet("月\n" * n + "総務省\n03-5253-5392\n"),
    "headings on one line": lambda n: sheet(head=f"{HEADINGS} " * n),
    "headings on lines": lambda n: sheet(head=f"{HEADINGS}\n" * n),
    "unknown headings": lambda n: sheet(head=f"{HEADINGS} " + "謎 謎 公募時期 " * n),
    "headings in the body": lambda n: sheet(body="公募時期 補助率\n" * n),
    "tables without titles": lambda n: (f"{HEADINGS}\n\n{ROW}") * (n // 10),
    "titles": lambda n: "103 あ\n" * n + sheet(),
    "a title with spaces": lambda n: sheet(title="103 あ" + " " * n + "い"),
    "links on the title's line": lambda n: sheet(title="103 あ " + "URL https://example.go.jp/ " * n),
    "a long line": lambda n: sheet(body="あ" * (n * 100)),
    "a line of spaces": lambda n: sheet(body="あ" + " " * n + "い"),
    "short lines": lambda n: sheet(body="あ\n" * n),
    "bullets": lambda n: sheet(body="・あい\n" * n),
    "boxes": lambda n: sheet(body="課題\n\n" + "・あい\n・うえ\n\n" * n),
    "budgets": lambda n: sheet(body="（令和7年度予算案：10百万円）\n" * n),
    "open brackets": lambda n: sheet(body="（予算" * n),
    "pages": lambda n: sheet() + " あい\n う\n" * n,
}


def candidates(path: Path, text: str) -> list[Candidate]:
    path.write_text(text, encoding="utf-8")
    found = read_sheets(read_lines(path).lines, layouts())
    return [
        build_candidate(interpret_sheet(one, KNOWN), "hostile", provisional_identity(one, "hostile"), KNOWN)
        for one in found
    ]


def seconds(path: Path, text: str) -> float:
    start = time.process_time()
    candidates(path, text)
    return time.process_time() - start


def in_bounds(path: Path, build: Build) -> bool:
    """Eight times as much takes less than 24 times as long, or too little time to tell.

    Linear work takes eight times as long and quadratic work 64 times: that leaves a factor of three to either
    side for the noise of a machine.
    """
    large = seconds(path, build(4_000))
    return large < 0.25 or large < 24 * seconds(path, build(500))


@pytest.mark.parametrize("name", BUILDS)
def test_time_is_linear(name: str, tmp_path: Path) -> None:
    # A neighbour on the machine may spoil one round; quadratic work spoils each.
    assert any(in_bounds(tmp_path / "sheet.txt", BUILDS[name]) for _ in range(3))


@pytest.mark.parametrize("comment", [b"<!---->", b"<!-- --> \n", b"<!--" + b" " * 30])
def test_the_first_look_at_a_file_is_a_quick_one(comment: bytes, tmp_path: Path) -> None:
    path = tmp_path / "guide.txt"
    path.write_bytes(comment * 100 + b"x")
    begun = time.process_time()
    assert input_file(path, None, None).slug == "guide"
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("heading", [" " * 20_000 + "x", "R7予算（" + " " * 20_000 + "x"])
def test_a_unit_is_searched_for_in_linear_time(heading: str) -> None:
    begun = time.process_time()
    assert parse_budget_heading(PrintedText(heading, 1, 1)) is None
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("name", "about", "said"),
    [
        ("rows", "cells", "The table is too large to be read"),
        ("rows that any column reads", "cells", "cannot be told which part"),
        ("headings on one line", "cells", "The table is too large to be read"),
        ("short lines", "body", "too long to be read"),
        ("a long line", "body", "too long to be read"),
    ],
)
def test_what_is_too_large_is_said_with_its_lines(name: str, about: str, said: str, tmp_path: Path) -> None:
    (found,) = candidates(tmp_path / "sheet.txt", BUILDS[name](2_500))
    (doubt,) = [doubt for doubt in found.doubts if doubt.about == about and said in doubt.en]
    assert doubt.place
    assert found.place.first <= doubt.place.first <= doubt.place.last <= found.place.last


def test_a_body_that_is_too_long_leaves_the_header(tmp_path: Path) -> None:
    (whole,) = candidates(tmp_path / "whole.txt", sheet())
    (long,) = candidates(tmp_path / "long.txt", sheet(body="あ\n" * 5_000))
    assert [field.raw for field in long.fields] == [field.raw for field in whole.fields]
