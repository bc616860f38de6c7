"""The command line as a person meets it: what it prints, and its exit codes."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import httpx
import pytest

from kankei.dataset.data_folder import packaged
from kankei.release.reader import Release
from kankei.settings import Settings
from support import launcher
from support.serving import PATIENCE_S

PROGRAMME = "two-region-living"


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {"XDG_CACHE_HOME": str(folder / "cache"), "COLUMNS": "200", "NO_COLOR": "1"}


def kankei(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return launcher.run(*arguments, cwd=cwd, env=environment(cwd))


def program(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The same by an interpreter of its own."""
    call = launcher.exec_command(*arguments)
    return subprocess.run(call, cwd=cwd, env=environment(cwd), capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "arguments", [["--version"], ["nonsense"], ["verify", "nowhere"], ["build", "--data", "nowhere"]]
)
def test_what_the_tests_launch_is_like_a_program(arguments: list[str], tmp_path: Path) -> None:
    launched, started = (run(*arguments, cwd=tmp_path) for run in (kankei, program))
    assert (launched.returncode, launched.stdout, launched.stderr) == (
        started.returncode,
        started.stdout,
        started.stderr,
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the packaged data that a test may break."""
    return Path(shutil.copytree(packaged().data, tmp_path / "data"))


@pytest.fixture
def broken_file(data: Path) -> Path:
    return data / "programmes" / f"{PROGRAMME}.ttl"


def replace(file: Path, old: str, new: str) -> int:
    """Replace a text that must be there, and give the line it begins on."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_build_prints_the_release_and_points_current_at_it(tmp_path: Path) -> None:
    done = program("build", "--out", "releases", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / done.stdout.strip()).resolve() == (tmp_path / "releases" / "current").resolve()
    verified = kankei("verify", "releases", cwd=tmp_path)
    assert verified.returncode == 0
    assert "match" in verified.stdout


def test_build_takes_a_date_and_tells_what_it_cannot_follow(
    data: Path, broken_file: Path, tmp_path: Path
) -> None:
    for date in ("2026-13-01", "30 November", ""):
        refused = kankei("build", "--date", date, "--out", "releases", cwd=tmp_path)
        assert refused.returncode == 2
        assert "a date is a day of the calendar such as 2026-11-30" in refused.stderr
        assert not (tmp_path / "releases").exists()
    options = ("--data", data, "--out", "releases")
    done = kankei("build", "--date", "2026-12-01", *options, cwd=tmp_path)
    assert done.stdout.startswith("releases/2026-12-01-")
    replace(broken_file, '"Promotion of two-region living"@en', '"Living in two regions"@en')
    replace(broken_file, '"Promotion of two-region living"@en', '"Living in two regions"@en')
    early = kankei("build", "--date", "2026-11-30", *options, cwd=tmp_path)
    assert (early.returncode, "before 2026-12-01" in early.stderr) == (2, True)
    done = kankei("build", "--date", "2026-12-02", "--incremental", *options, cwd=tmp_path)
    assert done.stdout.startswith("releases/2026-12-02-"), done.stderr
    changes = (tmp_path / "releases" / "current" / "changes.jsonl").read_text(encoding="utf-8")
    assert "Living in two regions" in changes
    (tmp_path / "releases" / "current" / "history.json").write_bytes(b"{}")
    warned = kankei("build", *options, cwd=tmp_path)
    assert (warned.returncode, "dates and changes begin anew" in warned.stderr) == (0, True)


def test_a_file_that_does_not_parse_names_file_line_and_column(
    data: Path, broken_file: Path, tmp_path: Path
) -> None:
    line = replace(broken_file, "<#2025> a kk:CatalogueEntry", "<#2025> a a kk:CatalogueEntry")
    done = kankei("build", "--data", data, "--out", "releases", cwd=tmp_path)
    assert done.returncode == 1
    assert f"{PROGRAMME}.ttl:{line}:" in done.stderr
    assert not (tmp_path / "releases" / "current").exists()
    assert "Traceback" not in done.stderr


def test_invalid_data_is_told_with_file_line_message_and_value(
    data: Path, broken_file: Path, tmp_path: Path
) -> None:
    replace(broken_file, "kk:amount 20000000", "kk:amount 200")
    before_entry, _, _ = broken_file.read_text(encoding="utf-8").partition("<#2025> a kk:CatalogueEntry")
    line = before_entry.count("\n") + 1  # the focus node is the entry, whose measures' budgets exceed its own
    done = kankei("validate", "--data", data, cwd=tmp_path)
    assert done.returncode == 1
    assert f"data/programmes/{PROGRAMME}.ttl:{line}: " in done.stdout
    assert "violation" in done.stdout
    assert "10000000" in done.stdout, "the offending value is told"
    single = kankei("validate", "--data", data, broken_file, cwd=tmp_path)
    assert single.returncode == 1
    assert single.stdout == done.stdout


def test_invalid_data_fails_the_build_readably_and_as_turtle(
    data: Path, broken_file: Path, tmp_path: Path
) -> None:
    assert kankei("build", "--data", data, "--out", "releases", cwd=tmp_path).returncode == 0
    before = (tmp_path / "releases" / "current").resolve()
    replace(broken_file, "kk:amount 20000000", "kk:amount 200")
    done = kankei("build", "--data", data, "--out", "releases", cwd=tmp_path)
    assert done.returncode == 1
    assert (tmp_path / "releases" / "current").resolve() == before
    assert f"data/programmes/{PROGRAMME}.ttl:" in done.stdout
    report = tmp_path / "releases" / "rejected-report.ttl"
    assert "ValidationReport" in report.read_text(encoding="utf-8")
    assert "rejected-report.ttl" in done.stderr


def test_build_by_the_reference_makes_the_same_release_and_refuses_the_same(
    data: Path, broken_file: Path, tmp_path: Path
) -> None:
    """`--reference` runs pySHACL; a release does not tell who validated it, but for its store's files.

    Of one programme: pySHACL takes its time.
    """
    for file in (data / "programmes").iterdir():
        if file != broken_file:
            file.unlink()
    for option, folder in ((["--reference"], "slow"), ([], "fast")):
        done = kankei("build", *option, "--data", data, "--out", folder, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    slow, fast = ((tmp_path / folder / "current").resolve() for folder in ("slow", "fast"))
    assert slow.name == fast.name
    assert (slow / "report.ttl").read_bytes() == (fast / "report.ttl").read_bytes()
    replace(broken_file, "kk:amount 20000000", "kk:amount 200")
    refused = [kankei("build", *o, "--data", data, "--out", "x", cwd=tmp_path) for o in (["--reference"], [])]
    assert [done.returncode for done in refused] == [1, 1]
    assert refused[0].stdout == refused[1].stdout


def test_a_valid_file_and_the_dataset_conform(tmp_path: Path) -> None:
    file = packaged().data / "programmes" / f"{PROGRAMME}.ttl"
    done = kankei("validate", file, cwd=tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, "conforms")


def test_validate_prints_the_report_as_turtle(tmp_path: Path) -> None:
    done = kankei("validate", "--turtle", cwd=tmp_path)
    assert done.returncode == 0
    assert "ValidationReport" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"],
        ["nonsense"],
        ["build", "--nonsense"],
        ["build", "--base", "not an iri"],
        ["build", "--base", "https://example.org/no-slash"],
        ["build", "--data", "nowhere"],
        ["validate", "nowhere.ttl"],
        ["verify", "nowhere"],
        ["serve", "nowhere"],
        ["serve", "--port", "eighty"],
        ["serve", "--port", "70000"],
        ["serve", "--workers", "0"],
        ["serve", "--timeout", "0"],
        ["serve", "--timeout", "nan"],
        ["serve", "--drain", "inf"],
        ["serve", "--log-clients", "some"],
        ["serve", "--public-url", "ftp://example.org/"],
        ["serve", "--public-url", "not an iri"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2_and_says_why(arguments: list[str], tmp_path: Path) -> None:
    done = kankei(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


@pytest.fixture
def release(seed_release: Release, tmp_path: Path) -> Path:
    """A copy of the seed release that a test may break."""
    return Path(shutil.copytree(seed_release.path, tmp_path / "release"))


@pytest.mark.parametrize("command", ["verify", "serve"])
def test_a_shortened_file_is_refused_by_name(command: str, release: Path, tmp_path: Path) -> None:
    dump = release / "dumps" / "kankei.ttl"
    dump.write_bytes(dump.read_bytes()[:-1])
    done = kankei(command, release, cwd=tmp_path)
    assert done.returncode == 1
    assert "dumps/kankei.ttl" in done.stderr


def test_verify_refuses_changed_bytes_of_the_same_size(release: Path, tmp_path: Path) -> None:
    dump = release / "dumps" / "kankei.nt"
    dump.write_bytes(dump.read_bytes()[:-2] + b"!\n")
    done = kankei("verify", release, cwd=tmp_path)
    assert done.returncode == 1
    assert "dumps/kankei.nt" in done.stderr


@contextmanager
def serving(*arguments: str | Path, cwd: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running `kankei serve` and its address, ended as an operator would end it."""
    call = [sys.executable, "-m", "kankei", "serve", "--port", "0", *map(str, arguments)]
    with subprocess.Popen(call, cwd=cwd, env=environment(cwd), stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield (
                server,
                next(word for word in server.stdout.readline().split() if word.startswith("http://")),
            )
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(PATIENCE_S) == 0


def test_serve_answers_from_a_release_and_stops_when_told(seed_release: Release, tmp_path: Path) -> None:
    with serving(seed_release.path.parent, cwd=tmp_path) as (_, address):
        health = httpx.get(f"{address.rstrip('/')}/health", timeout=PATIENCE_S)
        assert health.status_code == 200
        assert seed_release.manifest.version in health.text


def test_serve_builds_a_release_for_the_base_it_is_given_and_keeps_it(tmp_path: Path) -> None:
    base = "https://data.example.org/support/"
    for _ in range(2):
        with serving("--base", base, cwd=tmp_path) as (_, address):
            page = httpx.get(f"{address.rstrip('/')}/doc/programme/{PROGRAMME}.nt", timeout=PATIENCE_S)
            assert f"<{base}id/programme/{PROGRAMME}>" in page.text
    assert len(list((tmp_path / "cache" / "kankei").glob("*/releases/current"))) == 1


def test_a_base_that_is_not_the_releases_own_is_refused(seed_release: Release, tmp_path: Path) -> None:
    done = kankei("serve", seed_release.path, "--base", "https://data.example.org/", cwd=tmp_path)
    assert done.returncode == 2
    assert "https://data.example.org/" in done.stderr


def test_a_taken_port_is_a_sentence(seed_release: Release, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = kankei("serve", seed_release.path, "--port", str(port), cwd=tmp_path)
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_proxy_that_is_none_is_refused_before_anything_starts(
    seed_release: Release, tmp_path: Path
) -> None:
    done = kankei("serve", seed_release.path, "--trusted-proxy", "nonsense", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--trusted-proxy" in done.stderr


def test_help_names_every_setting(tmp_path: Path) -> None:
    done = kankei("serve", "--help", cwd=tmp_path)
    options = [field.metadata["option"] for field in fields(Settings) if field.name != "base"]
    assert len(options) > 10
    for option in options:
        for name in option.name.split("/"):
            assert name in done.stdout
        assert option.help.split()[0] in done.stdout


def test_help_names_every_command_and_needs_no_build_side(tmp_path: Path) -> None:
    done = program("--help", cwd=tmp_path)
    assert done.returncode == 0
    for command in ("build", "validate", "verify", "diff", "serve"):
        assert command in done.stdout
    call = [sys.executable, "-X", "importtime", "-m", "kankei", "--help"]
    loaded = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=True).stderr
    assert "rdflib" not in loaded
    assert "pyshacl" not in loaded


def test_a_build_under_a_base_of_ones_own_asks_for_an_email_address(data: Path, tmp_path: Path) -> None:
    base = ("--base", "https://data.example.org/")
    done = kankei("build", "--data", data, *base, "--out", tmp_path / "without", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "vcard:hasEmail" in done.stderr
    catalogue = data / "catalogue.ttl"
    with catalogue.open("a", encoding="utf-8") as file:
        file.write("<#contact> vcard:hasEmail <mailto:data@example.org> .\n")
    done = kankei("build", "--data", data, *base, "--out", tmp_path / "with", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr
