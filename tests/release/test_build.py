"""Building: the same bytes every time, whole releases or none."""

import errno
import fcntl
import os
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.dataset.data_folder import Inputs, packaged
from kankei.errors import BuildFailed, InvalidData
from kankei.namespaces import DCT, Base
from kankei.release import build as build_module
from kankei.release.build import REJECTED, RejectedData, Stage, build
from kankei.release.reader import Fingerprint, Release, check_count, check_store, verify
from support import launcher
from support.building import accept, build_quickly, bytes_of, own_copy, quiet, refuse
from support.paths import TESTS

# Builds with one more triple than the packaged data has, and dies when a stage begins.
DYING = """
import os, signal, sys
from pathlib import Path
from support.building import accept, own_copy
from kankei.namespaces import Base
from kankei.release.build import Stage, build

def die(stage):
    if stage.name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

inputs = own_copy(Path(sys.argv[1]) / "changed")
with (inputs.data / "catalogue.ttl").open("a") as catalogue:
    catalogue.write('<> dcat:keyword "one more"@en .')
build(inputs, Base(), Path(sys.argv[1]) / "releases", accept, die)
"""

# Builds where no file may grow beyond a size, as on a disk that is nearly full.
CRAMPED = """
import resource, sys
from pathlib import Path
from support.building import accept, own_copy, quiet
from kankei.errors import BuildFailed
from kankei.namespaces import Base
from kankei.release.build import build

inputs = own_copy(Path(sys.argv[1]) / "changed")
with (inputs.data / "catalogue.ttl").open("a") as catalogue:
    catalogue.write('<> dcat:keyword "one more"@en .')
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    build(inputs, Base(), Path(sys.argv[1]) / "releases", accept, quiet)
except BuildFailed as error:
    sys.exit(f"refused: {error}")
"""


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return launcher.run(*map(str, arguments), cwd=TESTS, code=script)


def leftovers(releases: Path) -> list[str]:
    return [path.name for path in releases.iterdir() if path.name.startswith(".") and path.name != ".lock"]


def changed(folder: Path) -> Inputs:
    inputs = own_copy(folder)
    with (inputs.data / "catalogue.ttl").open("a", encoding="utf-8") as catalogue:
        catalogue.write('<> dcat:keyword "one more"@en .')
    return inputs


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_quickly(tmp_path_factory.mktemp("built")).parent


@pytest.fixture
def before(built: Path, tmp_path: Path) -> Path:
    """The current release of the folder `releases` that a test is about to build in."""
    shutil.copytree(built, tmp_path / "releases", symlinks=True)
    return (tmp_path / "releases" / "current").resolve()


def test_two_builds_in_two_folders_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    first = (built / "current").resolve()
    script = "import sys; from pathlib import Path; from support.building import build_quickly;"
    done = run(f"import os; os.umask(0o077); {script} build_quickly(Path(sys.argv[1]))", tmp_path / "b")
    assert done.returncode == 0, done.stderr
    second = (tmp_path / "b" / "current").resolve()
    assert first.name == second.name
    assert bytes_of(first) == bytes_of(second)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in second.rglob("*") if path.is_file()}
    assert modes == {0o644}


def test_inputs_elsewhere_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    elsewhere = build_quickly(tmp_path / "releases", own_copy(tmp_path))
    assert bytes_of(elsewhere) == bytes_of(built / elsewhere.name)


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    versions = {
        build_quickly(tmp_path / "r").name,
        build_quickly(tmp_path / "r", changed(tmp_path / "x")).name,
        build_quickly(tmp_path / "r", base=Base("https://example.org/")).name,
    }
    assert len(versions) == 3
    assert len({name[:10] for name in versions}) == 1
    assert (tmp_path / "r" / "current").resolve().name in versions


def test_an_intact_release_of_the_same_content_is_used_again(before: Path) -> None:
    inode = (before / "manifest.json").stat().st_ino
    releases = before.parent
    other = build_quickly(releases, base=Base("https://example.org/"))
    assert (releases / "current").resolve() == other
    stages: list[Stage] = []
    assert build(packaged(), Base(), releases, accept, stages.append) == before
    assert (before / "manifest.json").stat().st_ino == inode
    assert (releases / "current").resolve() == before
    assert Stage.DUMPS not in stages


@pytest.mark.parametrize("harm", ["shorten", "remove", "no store"])
def test_a_broken_release_of_the_same_content_is_replaced(before: Path, harm: str) -> None:
    release = before
    if harm == "no store":
        for file in (release / "store").iterdir():
            file.unlink()
    elif harm == "remove":
        (release / "report.ttl").unlink()
    else:
        (release / "documents.json").write_bytes(b"{}")
    assert build_quickly(release.parent) == release
    assert verify(release).version == release.name
    assert leftovers(release.parent) == []


@pytest.mark.parametrize("stage", Stage, ids=lambda stage: stage.name)
def test_a_killed_build_leaves_the_release_before_it(tmp_path: Path, before: Path, stage: Stage) -> None:
    done = run(DYING, tmp_path, stage.name)
    assert done.returncode == -signal.SIGKILL, done.stderr
    current = (tmp_path / "releases" / "current").resolve()
    assert (current == before) == (stage is not Stage.CLEAN)
    assert verify(current).version == current.name
    after = build_quickly(tmp_path / "releases")
    assert Release.open(tmp_path / "releases" / "current").path == after
    assert leftovers(tmp_path / "releases") == []


@pytest.mark.parametrize("size", [1_000, 40_000, 150_000, 450_000])
def test_a_full_disk_leaves_the_release_before_it(tmp_path: Path, before: Path, size: int) -> None:
    done = run(CRAMPED, tmp_path, size)
    assert done.returncode == 1, done.stderr
    assert "refused: " in done.stderr
    assert "could not be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert verify(tmp_path / "releases" / "current").version == before.name
    assert leftovers(tmp_path / "releases") == []


@pytest.mark.parametrize(
    "step", ["add_dumps", "write_tables", "write_store", "describe", "seal", "install", "point"]
)
def test_any_write_may_be_the_one_too_many(
    tmp_path: Path, before: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "dumps/kankei.nt")

    with monkeypatch.context() as patch:
        patch.setattr(build_module, step, full)
        with pytest.raises(BuildFailed, match="No space left on device") as failure:
            build_quickly(tmp_path / "releases", changed(tmp_path / "x"))
    assert failure.value.subject == "dumps/kankei.nt"
    assert (tmp_path / "releases" / "current").resolve() == before
    assert leftovers(tmp_path / "releases") == []


def test_one_build_at_a_time(before: Path) -> None:
    with (before.parent / ".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BuildFailed, match="another build"):
            build_quickly(before.parent)
    build_quickly(before.parent)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BuildFailed, match="could not be written"):
        build_quickly(tmp_path / "file" / "releases")


def test_refused_data_leaves_a_report_and_the_release_before_it(tmp_path: Path, before: Path) -> None:
    with pytest.raises(RejectedData, match="conform") as refusal:
        build(changed(tmp_path / "x"), Base(), tmp_path / "releases", refuse, quiet)
    assert not refusal.value.located.report.conforms
    assert refusal.value.subject == str(tmp_path / "releases" / REJECTED)
    assert b"ValidationReport" in (tmp_path / "releases" / REJECTED).read_bytes()
    assert (tmp_path / "releases" / "current").resolve() == before
    assert leftovers(tmp_path / "releases") == []
    build_quickly(tmp_path / "releases", changed(tmp_path / "y"))
    assert not (tmp_path / "releases" / REJECTED).exists()


def test_malformed_data_makes_no_release(tmp_path: Path) -> None:
    inputs = own_copy(tmp_path)
    (inputs.data / "programmes" / "bad.ttl").write_text("<> a", encoding="utf-8")
    with pytest.raises(Exception, match=r"bad\.ttl:1:"):
        build_quickly(tmp_path / "releases", inputs)
    assert not (tmp_path / "releases" / "current").exists()
    assert [path.name for path in (tmp_path / "releases").iterdir()] == [".lock"]


@pytest.mark.parametrize(
    "date", ["", '<> dct:modified "2025"^^xsd:gYear', '<> dct:modified "2031-01-01"^^xsd:date']
)
def test_the_catalogue_dates_the_release_once(tmp_path: Path, date: str) -> None:
    inputs = own_copy(tmp_path)
    catalogue = inputs.data / "catalogue.ttl"
    lines = catalogue.read_text(encoding="utf-8").splitlines()
    kept = lines if date.endswith("date") else [line for line in lines if "dct:modified" not in line]
    catalogue.write_text("\n".join([*kept, f"{date} ." if date else ""]), encoding="utf-8")
    with pytest.raises(InvalidData, match="dct:modified once"):
        build_quickly(tmp_path / "releases", inputs)


def test_the_store_holds_what_is_published(built: Path) -> None:
    release = Release.open(built / "current")
    store = ox.Store.read_only(str(release.store_path))
    assert len(store) == release.manifest.triples + release.manifest.quads
    dumps = (release.file("dumps/kankei.nt"), release.file("dumps/kankei.nq"))
    assert check_count(store, dumps, release.view_files) == (release.manifest.triples, release.manifest.quads)
    check_store(store, dumps, release.view_files)
    for check in (check_store, check_count):
        with pytest.raises(BuildFailed, match="differs"):
            check(store, dumps[:1])


def test_a_fingerprint_knows_lines_not_their_order() -> None:
    one, other, third = Fingerprint(), Fingerprint(), Fingerprint()
    one.write(b"a\nb\n")
    other.write(b"b")
    other.write(b"\na\n")
    third.write(b"a\nc\n")
    assert one == other != third


def test_the_ontology_version_and_counts_are_in_the_manifest(built: Path) -> None:
    release = Release.open(built / "current")
    assert release.manifest.programmes == 4
    assert release.manifest.ontology_version
    assert release.manifest.base == Base()
    assert f"<{Base().dataset}> <{DCT}modified>".encode() in release.triples("dataset")
