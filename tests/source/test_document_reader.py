"""The lines of text files with their pages, and the files that are refused."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kankei.errors import UsageError
from kankei.source.document_reader import read_lines
from kankei.source.grammars.normalised_text import normalise
from kankei.source.lines.document import read_document
from support.pdf import SEED
from support.reading import refusal, refused, texts, written


def test_the_seed_begins_its_pages_where_a_line_begins_with_one_space() -> None:
    source = read_lines(SEED)
    lines = list(source.lines)
    assert tuple(line.text for line in lines) == read_document(SEED).lines
    assert [line.number for line in lines if line.begins_page] == [1, 22, 36, 94, 163]
    assert [line.number for line in lines] == list(range(1, 164))
    assert (source.slug, source.media_type, source.encoding) == ("sheets-103-106", "text/plain", "UTF-8")
    assert (source.sha256, source.pages, source.notes) == (read_document(SEED).sha256, None, [])


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8-sig", "UTF-8"),
        ("cp932", "Shift_JIS"),
        ("euc_jp", "EUC-JP"),
        ("euc_jis_2004", "EUC-JP"),
        ("iso2022_jp", "ISO-2022-JP"),
        ("iso2022_jp_ext", "ISO-2022-JP"),
    ],
)
def test_the_encodings_of_japanese_text_are_detected(tmp_path: Path, codec: str, name: str) -> None:
    text = SEED.read_text(encoding="utf-8").replace("\uf0d8", "●")
    narrow = {"iso2022_jp_ext": "ｶﾝｹｲ"}.get(codec, "")
    if codec in {"euc_jp", "iso2022_jp", "iso2022_jp_ext"}:
        text = text.translate(str.maketrans("①②～－", "12〜−"))
    file = written(tmp_path, (text + narrow).encode(codec))
    source = read_lines(file)
    assert [normalise(line.text) for line in source.lines] == [
        normalise(line) for line in (text + narrow).split("\n")
    ]
    assert source.encoding == name
    assert source.notes == ([] if name == "UTF-8" else [f"read as {name}, which was detected"])


def test_the_encoding_of_the_caller_is_used(tmp_path: Path) -> None:
    file = written(tmp_path, "関係".encode("cp932"))
    source = read_lines(file, "CP932")
    assert ([line.text for line in source.lines], source.notes) == (["関係"], ["read as Shift_JIS"])
    assert "not UTF-8" in refusal(file, "utf_8").message
    assert refusal(written(tmp_path, b"a\nb\n\xe9\x96\xa2\xe4"), "utf-8").subject.endswith("sheet.txt:3:1")


def test_an_unknown_encoding_is_a_usage_error(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, b"a"), "base64")
    assert isinstance(error, UsageError)
    assert "UTF-8, Shift_JIS, EUC-JP, ISO-2022-JP" in error.message


@pytest.mark.parametrize(
    "content", ["ｴﾘｷｸ".encode("cp932"), "関係".encode("euc_jp"), ("ｶﾝｹｲ" * 9).encode("cp932")]
)
def test_an_ambiguous_encoding_is_refused(tmp_path: Path, content: bytes) -> None:
    error = refusal(written(tmp_path, content))
    assert error.message == "the text may be Shift_JIS or EUC-JP, or neither: say which with --encoding"


def test_text_in_no_known_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, b"a\n\x80\x81\n"))
    assert "in none of UTF-8" in error.message
    assert error.subject.endswith("sheet.txt:2:1")


def test_an_implausible_encoding_is_refused(tmp_path: Path) -> None:
    # Python's CP932 gives these bytes, which are none of its characters, a private use.
    assert "may be Shift_JIS, or" in refusal(written(tmp_path, b"\xff\xfe\xfd")).message


def test_binary_is_refused(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, "a\nb".encode("utf-16")))
    assert "null bytes" in error.message


def test_lines_end_as_in_a_source_document(tmp_path: Path) -> None:
    file = written(tmp_path, "a\r\nb\rc\x0bd\u2028e\n\n\rf".encode())
    assert tuple(texts(file)) == read_document(file).lines == ("a", "b", "c\x0bd\u2028e", "", "", "f")


def test_form_feeds_begin_pages_and_then_spaces_do_not(tmp_path: Path) -> None:
    source = read_lines(written(tmp_path, b"a\n b\n\fc\nd\f\ne\nf\fg\nh\n\f"))
    lines = list(source.lines)
    assert [line.text for line in lines if line.begins_page] == ["a", "\fc", "e", "h", "\f"]
    assert source.notes == ["line 6 has a page's end inside: the whole line is taken for the earlier page"]


def test_two_spaces_are_an_indent(tmp_path: Path) -> None:
    lines = read_lines(written(tmp_path, b"a\n  b\n c\n")).lines
    assert [line.begins_page for line in lines] == [True, False, True]


def test_a_line_that_is_too_long_is_refused(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, b"a\n" + b"x" * 1_000_001)).subject.endswith(":2:1")


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    assert texts(written(tmp_path, b"")) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    file = written(tmp_path, content)
    with refused(file):
        assert tuple(texts(file, "utf-8")) == read_document(file).lines or content.startswith(b"\xef\xbb\xbf")


def test_a_text_may_mention_the_pdf_signature(tmp_path: Path) -> None:
    assert texts(written(tmp_path, b"a\n%PDF-1.7\n")) == ["a", "%PDF-1.7"]


def test_a_missing_file_or_a_folder_is_a_usage_error(tmp_path: Path) -> None:
    assert isinstance(refusal(tmp_path / "absent.txt"), UsageError)
    assert "regular" in refusal(tmp_path).message
