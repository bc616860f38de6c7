"""The manifest, and what is refused when a release does not match it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.errors import BrokenRelease
from kankei.namespaces import Base
from kankei.release.manifest import FileEntry, Manifest, check_hashes, check_sizes, read_manifest
from kankei.release.reader import Release, verify
from support.building import build_quickly


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_quickly(tmp_path_factory.mktemp("releases"))


@pytest.fixture
def release(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / built.name))


def test_a_manifest_survives_its_file(tmp_path: Path) -> None:
    files = {"dumps/kankei.nt": FileEntry(3, "0" * 64)}
    manifest = Manifest(
        "2025-01-01-0",
        Base("https://example.org/"),
        3,
        4,
        1,
        "0.1.0",
        files,
        {"https://example.org/graph/a": 4},
    )
    (tmp_path / "manifest.json").write_bytes(manifest.json())
    assert read_manifest(tmp_path) == manifest


def test_an_intact_release_is_verified(release: Path) -> None:
    assert verify(release) == read_manifest(release)
    listed = set(read_manifest(release).files)
    assert {"description.ttl", "report.ttl", "documents.json", "sources/sheets-103-106.txt"} <= listed
    assert {"ontology/kankei.ttl", "ontology/context.jsonld", "ontology/shapes.ttl"} <= listed
    assert not [name for name in listed if name.startswith("store/")]


def shorten(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def lengthen(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\n")


def forge(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-2] ^= 1
    file.write_bytes(content)


NAMES = [
    "dumps/kankei.nt",
    "dumps/kankei.ttl.zst",
    "tables/programmes.csv",
    "documents.json",
    "description.ttl",
]


@pytest.mark.parametrize("harm", [shorten, lengthen, Path.unlink])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_another_size_is_refused_by_name(
    release: Path, name: str, harm: Callable[[Path], None]
) -> None:
    harm(release / name)
    with pytest.raises(BrokenRelease) as refusal:
        Release.open(release)
    assert refusal.value.subject == str(release / name)


@pytest.mark.parametrize("name", ["extra.txt", "dumps/kankei.hdt", "sources/new.txt"])
def test_an_unexpected_file_is_refused_by_name(release: Path, name: str) -> None:
    (release / name).write_bytes(b"")
    with pytest.raises(BrokenRelease, match="does not list") as refusal:
        check_sizes(release, read_manifest(release))
    assert refusal.value.subject == str(release / name)


@pytest.mark.parametrize("name", NAMES)
def test_other_bytes_of_the_same_size_are_found_by_verifying(release: Path, name: str) -> None:
    forge(release / name)
    with pytest.raises(BrokenRelease) as refusal:
        verify(release)
    assert refusal.value.subject == str(release / name)


def test_a_store_with_a_statement_too_many_is_refused(release: Path) -> None:
    store = ox.Store(str(release / "store"))
    node = ox.NamedNode("https://example.org/")
    store.add(ox.Quad(node, node, node))
    store.flush()
    del store
    with pytest.raises(BrokenRelease, match="statements"):
        verify(release)


def test_a_store_with_another_statement_is_refused(release: Path) -> None:
    store = ox.Store(str(release / "store"))
    title = ox.NamedNode("http://purl.org/dc/terms/title")
    quad = next(store.quads_for_pattern(None, title, None, ox.DefaultGraph()))
    store.remove(quad)
    store.add(ox.Quad(quad.subject, title, ox.Literal("forged", language="ja")))
    store.flush()
    del store
    with pytest.raises(BrokenRelease, match="differs"):
        verify(release)


def test_a_link_in_place_of_a_file_is_refused(release: Path, tmp_path: Path) -> None:
    dump = release / "dumps" / "kankei.nt"
    dump.rename(tmp_path / "elsewhere.nt")
    for target in (tmp_path / "elsewhere.nt", tmp_path / "nowhere"):
        dump.unlink(missing_ok=True)
        dump.symlink_to(target)
        with pytest.raises(BrokenRelease, match="link"):
            Release.open(release)


@pytest.mark.parametrize(
    "change",
    [
        {"triples": "x"},
        {"base": "javascript:x"},
        {"base": 5},
        {"version": "<script>"},
        {"quads": -1},
        {"graphs": {}},
        {"graphs": 5},
        {"graphs": {"a": "b"}},
    ],
)
def test_a_manifest_with_implausible_values_is_refused(release: Path, change: dict[str, object]) -> None:
    file = release / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | change), encoding="utf-8")
    with pytest.raises(BrokenRelease, match="not one"):
        Release.open(release)


def test_a_store_that_is_gone_is_refused(release: Path) -> None:
    shutil.rmtree(release / "store")
    with pytest.raises(BrokenRelease, match="store"):
        Release.open(release)
    (release / "store").mkdir()
    with pytest.raises(BrokenRelease, match="store"):
        verify(release)


def test_no_release_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenRelease, match="no release here"):
        Release.open(tmp_path / "none")


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"files": []}', '{"files": {"a": 1}}', "\x00", "[" * 100_000]
)
def test_a_manifest_that_is_none_is_refused(release: Path, content: str) -> None:
    (release / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(BrokenRelease) as refusal:
        Release.open(release)
    assert refusal.value.subject == str(release / "manifest.json")


def test_an_index_that_is_none_is_refused(release: Path) -> None:
    index = release / "documents.json"
    index.write_bytes(b"[1]")
    manifest = json.loads((release / "manifest.json").read_bytes())
    manifest["files"]["documents.json"]["size"] = 3
    (release / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(BrokenRelease) as refusal:
        Release.open(release)
    assert refusal.value.subject == str(index)


@pytest.mark.parametrize("document", [[-1, 5], [0, 0], [0, 10**9], ["0", 5], [0, None], [[], 5]], ids=str)
def test_an_index_of_slices_outside_of_the_dump_is_refused(release: Path, document: list[object]) -> None:
    content = json.dumps({"documents": [["p", "https://example.org/p", *document, {}, ""]], "labels": {}})
    rewrite_index(release, content)
    with pytest.raises(BrokenRelease) as refusal:
        Release.open(release)
    assert refusal.value.subject == str(release / "documents.json")


@pytest.mark.parametrize("content", ["[" * 100_000, '{"documents":' * 100_000])
def test_an_over_nested_index_is_refused(release: Path, content: str) -> None:
    rewrite_index(release, content)
    with pytest.raises(BrokenRelease, match="not one"):
        Release.open(release)


def rewrite_index(release: Path, content: str) -> None:
    """Replace the index, and its size in the manifest."""
    (release / "documents.json").write_text(content, encoding="utf-8")
    manifest = json.loads((release / "manifest.json").read_bytes())
    manifest["files"]["documents.json"]["size"] = len(content)
    (release / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to("current")
    with pytest.raises(BrokenRelease, match="no release here"):
        Release.open(tmp_path / "current")


def test_hashes_are_checked_up_to_a_number_of_bytes(release: Path) -> None:
    manifest = read_manifest(release)
    sizes = {name: entry.size for name, entry in manifest.files.items() if entry.size}
    by_size = sorted(sizes, key=sizes.__getitem__)
    limit = sum(manifest.files[name].size for name in by_size[:-1])
    forge(release / by_size[-1])
    check_hashes(release, manifest, limit)
    with pytest.raises(BrokenRelease, match="sha256"):
        check_hashes(release, manifest)
    forge(release / by_size[0])
    with pytest.raises(BrokenRelease, match="sha256") as refusal:
        check_hashes(release, manifest, limit)
    assert refusal.value.subject == str(release / by_size[0])


def test_every_document_is_where_the_index_says(release: Path) -> None:
    opened = Release.open(release)
    content = b"".join(opened.triples(path) for path in opened.documents)
    assert (release / "dumps/kankei.nt").read_bytes().endswith(content)


def test_only_listed_files_are_given_out(release: Path) -> None:
    opened = Release.open(release)
    assert opened.file("report.ttl") == release / "report.ttl"
    for name in ("manifest.json", "store/CURRENT", "../current", "/etc/passwd", ""):
        with pytest.raises(KeyError):
            opened.file(name)


def test_a_link_is_followed_once(release: Path, tmp_path: Path) -> None:
    link = tmp_path / "current"
    link.symlink_to(release.name)
    opened = Release.open(link)
    link.unlink()
    assert opened.triples("programme/two-region-living").startswith(b"<https://w3id.org/kankei/id/programme/")
