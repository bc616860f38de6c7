"""Files of a release that change while it is served: an error, never other bytes under the same tag."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kankei.release.reader import OpenFile, Release
from kankei.web.app import create_app
from support.client import Client, Raw
from support.stub import StubEngine

DUMP = "dumps/kankei.nt"
DOCUMENT = "/doc/programme/two-region-living.nt"


@pytest.fixture
def release(seed_release: Release, tmp_path: Path) -> Release:
    return Release.open(Path(shutil.copytree(seed_release.path, tmp_path / seed_release.path.name)))


@pytest.fixture
def web(release: Release) -> Client:
    return Client(create_app(release, StubEngine(), {}))


def empty(file: Path) -> None:
    file.write_bytes(b"")


def lengthen(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\n")


def shift(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[7:] + content[:7])


def replace(file: Path) -> None:
    copy = file.with_name("copy")
    shutil.copy2(file, copy)
    copy.replace(file)


CHANGES = (empty, lengthen, shift, replace, Path.unlink)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    ("name", "path"),
    [
        (DUMP, DOCUMENT),
        (DUMP, "/doc/programme/two-region-living.ttl"),
        (DUMP, "/doc/programme/two-region-living"),
        (DUMP, f"/{DUMP}"),
        ("sources/sheets-103-106.txt", "/doc/source/sheets-103-106.txt"),
        ("description.ttl", "/catalog.ttl"),
        ("ontology/context.jsonld", "/context.jsonld"),
    ],
)
def test_a_changed_file_is_an_error(
    web: Client,
    release: Release,
    change: Callable[[Path], None],
    name: str,
    path: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    change(release.file(name))
    answer = web.get(path)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "etag" not in answer.headers
    assert str(release.path) not in answer.text
    assert str(release.file(name)) in caplog.text
    # What a client has is still what it asks for.
    tag = f'"{release.manifest.files[name].sha256}"'
    if path == f"/{name}":
        assert web.get(path, if_none_match=tag).status_code == 304


def test_what_was_read_before_a_change_is_still_answered(web: Client, release: Release) -> None:
    before = web.get(DOCUMENT)
    empty(release.file(DUMP))
    after = web.get(DOCUMENT)
    assert (after.status_code, after.headers["etag"], after.content) == (
        200,
        before.headers["etag"],
        before.content,
    )


def test_a_shifted_dump_of_the_same_size_and_time_is_noticed_by_its_lines(
    web: Client, release: Release
) -> None:
    file, status = release.file(DUMP), release.file(DUMP).stat()
    shift(file)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert {web.get(f"/doc/{path}.nt").status_code for path in release.documents} == {500}


def test_a_file_that_changes_while_it_is_sent_breaks_off(
    web: Client, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, parts = OpenFile.read, list[bytes]()

    def read_and_cut(file: OpenFile, start: int, length: int) -> bytes:
        parts.append(read(file, start, length))
        empty(release.file(DUMP))
        return parts[-1]

    monkeypatch.setattr(OpenFile, "read", read_and_cut)
    with pytest.raises(Exception, match="has changed"):
        web.raw(f"/{DUMP}")
    assert len(parts) == 1


RANGED = "/dumps/kankei.nt"


def ranged(web: Client, field: str) -> Raw:
    return web.raw(RANGED, [(b"range", field.encode())])


def test_ranges_are_sent_as_asked(web: Client, release: Release) -> None:
    content = release.file(DUMP).read_bytes()
    size = len(content)
    one = ranged(web, f"bytes=100000-100009,{size}-")
    assert (one.status, one.body) == (206, content[100000:100010])
    assert one.headers["content-range"] == f"bytes 100000-100009/{size}"
    two = ranged(web, "bytes=-3,0-70000")
    assert two.status == 206
    assert int(two.headers["content-length"]) == len(two.body)
    boundary = two.headers["content-type"].removeprefix("multipart/byteranges; boundary=")
    _, first, second, end = two.body.split(f"\r\n--{boundary}".encode())
    assert end == b"--\r\n"
    assert first.endswith(b"\r\n\r\n" + content[:70001])
    assert second.endswith(b"\r\n\r\n" + content[-3:])
    assert f"Content-Range: bytes {size - 3}-{size - 1}/{size}".encode() in second


def test_an_invalid_range_is_ignored_and_an_unsatisfiable_one_refused(web: Client, release: Release) -> None:
    size = release.manifest.files[DUMP].size
    ignored = ranged(web, "bytes=0-1,5-3")
    assert (ignored.status, len(ignored.body)) == (200, size)
    refused = ranged(web, f"bytes={size}-,-0")
    assert (refused.status, refused.headers["content-range"]) == (416, f"bytes */{size}")
    assert refused.headers["content-type"] == "application/problem+json"


def test_a_range_of_a_head_is_ignored(web: Client) -> None:
    head = web.request("HEAD", RANGED, headers={"Range": "bytes=0-1"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == web.get(RANGED).headers["content-length"]
