"""The release to serve: verified before it takes over."""

import shutil
from pathlib import Path

import pytest

from kankei.errors import BrokenRelease
from kankei.release.reader import Release
from kankei.server import supervisor
from kankei.server.supervisor import ReleaseWatcher


@pytest.fixture
def release(seed_release: Release, tmp_path: Path) -> Path:
    return Path(shutil.copytree(seed_release.path, tmp_path / seed_release.path.name))


def test_a_small_release_is_hashed_before_it_is_served(release: Path) -> None:
    assert ReleaseWatcher(release).open().path == release
    forge_largest(release)
    with pytest.raises(BrokenRelease, match="sha256"):
        ReleaseWatcher(release).open()


def test_a_large_release_is_hashed_in_part_unless_all_of_it_is_asked_for(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    largest = forge_largest(release)
    monkeypatch.setattr(supervisor, "_HASHED_BYTES", largest - 1)
    assert ReleaseWatcher(release).open().path == release
    with pytest.raises(BrokenRelease, match="sha256"):
        ReleaseWatcher(release, verify=True).open()


def forge_largest(release: Path) -> int:
    """Change a byte of the largest file; its size."""
    files = Release.open(release).manifest.files
    name = max(files, key=lambda name: files[name].size)
    content = bytearray((release / name).read_bytes())
    content[0] ^= 1
    (release / name).write_bytes(content)
    return files[name].size
