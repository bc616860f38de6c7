"""The folder of candidates: nothing is overwritten or half written there, and no printed text is markup."""

import errno
import html
import os
import resource
from html.parser import HTMLParser
from pathlib import Path

import pytest

from curation.test_ingest import SHEET, error, ingest
from kankei.curation.ingest.output_folder import write_beside, write_over
from kankei.errors import UsageError

HOSTILE = (
    "</textarea></pre><script>alert(1)</script><img src=x onerror=alert(1)>]]>--><!-- \"'&amp;&lt; `${1}`"
)


class Markup(HTMLParser):
    """The tags of a page, and what runs or loads something."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]


def markup(page: str) -> Markup:
    found = Markup()
    found.feed(page)
    return found


@pytest.mark.parametrize("place", ["body", "name", "theme", "label", "cell", "heading", "unit in charge"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_printed_text_is_no_markup(place: str, language: str, tmp_path: Path) -> None:
    text = {
        "body": f"{SHEET}事業内容\n○{HOSTILE}である。\n",
        "name": SHEET.replace("空き家の活用", HOSTILE),
        "theme": SHEET.replace("関係人口・定住", HOSTILE),
        "label": SHEET.replace("URL ", f"URL {HOSTILE}"),
        "cell": SHEET.replace("市町村 ", f"市町村{HOSTILE.replace(' ', '')} "),
        "heading": SHEET.replace("補助率等", f"補助率等（{HOSTILE.replace(' ', '')}）"),
        "unit in charge": SHEET.replace("総務省 ", f"総務省{HOSTILE.replace(' ', '')} "),
    }[place]
    file = tmp_path / "sheet.txt"
    file.write_text(text, encoding="utf-8")
    plain = tmp_path / "plain.txt"
    plain.write_text(SHEET, encoding="utf-8")
    out, usual = tmp_path / "out", tmp_path / "usual"
    for source, folder in ((file, out), (plain, usual)):
        done = ingest(source, "--out", folder, "--language", language)
        assert done.exit_code == 0, done.output
    (report,) = (out / "reports").glob("*.html")
    (clean,) = (usual / "reports").glob("*.html")
    for page in (report, out / "index.html"):
        found = markup(page.read_text(encoding="utf-8"))
        assert not found.handlers
        assert not {"script", "img"} & found.tags - markup(clean.read_text(encoding="utf-8")).tags
        assert not any(address.lower().startswith("javascript") for address in found.addresses)
    assert html.escape("<script>", quote=False) in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["a b.txt", "<i7>&'.txt", "日本語.txt", "x\ny.txt", "-n.txt", "%2e%2e.txt"])
def test_a_file_may_have_an_odd_name(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(SHEET, encoding="utf-8")
    done = ingest(str(file), "--out", tmp_path / "out", "--name", "odd")
    assert done.exit_code == 0, done.output
    for page in (tmp_path / "out").rglob("*.html"):
        assert "i7" not in markup(page.read_text(encoding="utf-8")).tags


def test_an_out_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file, out = tmp_path / "sheet.txt", tmp_path / "out"
    file.write_text(SHEET, encoding="utf-8")
    out.write_text("mine", encoding="utf-8")
    assert isinstance(error(ingest(file, "--out", out)), UsageError)
    assert out.read_text(encoding="utf-8") == "mine"


def test_what_a_link_leads_to_is_left_alone(tmp_path: Path) -> None:
    curated = tmp_path / "curated.ttl"
    curated.write_text("mine", encoding="utf-8")
    for name in ("over.html", "beside.ttl", "nowhere.ttl"):
        target = tmp_path / "absent.ttl" if name == "nowhere.ttl" else curated
        (tmp_path / name).symlink_to(target)
    write_over(tmp_path / "over.html", b"ours")
    beside = write_beside(tmp_path / "beside.ttl", b"ours")
    nowhere = write_beside(tmp_path / "nowhere.ttl", b"ours")
    assert curated.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "absent.ttl").exists()
    assert (tmp_path / "over.html").read_bytes() == b"ours"
    assert {beside.name, nowhere.name} == {"beside.candidate.ttl", "nowhere.candidate.ttl"}


@pytest.mark.parametrize("write", [write_beside, write_over])
def test_a_full_disk_leaves_no_half_a_file(write: type, tmp_path: Path) -> None:
    path = tmp_path / "file.ttl"
    if write is write_over:
        path.write_bytes(b"before")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(UsageError, match=os.strerror(errno.EFBIG)):
            write(path, b"x" * 50_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [file.name for file in tmp_path.iterdir()] == (["file.ttl"] if write is write_over else [])
    assert write is write_beside or path.read_bytes() == b"before"


def test_two_sources_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "sheet.txt").write_text(SHEET, encoding="utf-8")
    refused = error(ingest(tmp_path / "a/sheet.txt", tmp_path / "b/sheet.txt", "--out", tmp_path / "out"))
    assert isinstance(refused, UsageError)
    assert not (tmp_path / "out").exists()
