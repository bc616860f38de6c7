import errno
import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kankei.dataset.tasks import LARGE, Tasks, rare_collection, tasks_for
from kankei.errors import BuildFailed, InvalidData


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def fail() -> None:
    raise InvalidData("no such thing", "file:1")


def fill_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "dumps/kankei.nt")


def test_a_small_build_runs_a_task_when_its_group_is_finished(tmp_path: Path) -> None:
    tasks = Tasks()
    tasks.add("one", write, tmp_path / "one", "1")
    tasks.add("other", write, tmp_path / "other", "2")
    assert list(tmp_path.iterdir()) == []
    tasks.finish("one")
    assert [file.name for file in tmp_path.iterdir()] == ["one"]


def test_a_large_build_runs_tasks_in_processes_and_raises_what_they_raise(tmp_path: Path) -> None:
    with tasks_for(LARGE) as tasks:
        tasks.add("written", write, tmp_path / "one", "1")
        tasks.add("failed", fail)
        tasks.add("full", fill_disk)
        tasks.finish("written")
        assert (tmp_path / "one").read_text(encoding="utf-8") == "1"
        with pytest.raises(InvalidData) as invalid:
            tasks.finish("failed")
        assert str(invalid.value) == "file:1: no such thing"
        with pytest.raises(OSError, match="No space left") as full:
            tasks.finish("full")
        assert full.value.filename == "dumps/kankei.nt"


def double(number: int) -> int:
    return 2 * number


def chatter(number: int) -> int:
    os.write(1, b"\r 50 %")
    sys.stdout.write("half done\n")
    return number


def test_what_a_task_prints_is_not_taken_for_what_it_returns(capfd: pytest.CaptureFixture[str]) -> None:
    with tasks_for(LARGE) as tasks:
        tasks.add("numbers", chatter, 7)
        assert tasks.finish("numbers") == [7]
    assert capfd.readouterr() == ("", "\r 50 %half done\n")


def test_a_group_returns_what_its_tasks_return() -> None:
    with tasks_for(0) as inline, tasks_for(LARGE) as processes:
        for tasks in (inline, processes):
            for number in (1, 2, 3):
                tasks.add("doubled", double, number)
            assert tasks.finish("doubled") == [2, 4, 6]


def test_the_collector_of_cycles_runs_rarely_for_a_while() -> None:
    before = gc.get_threshold()
    with rare_collection():
        assert gc.get_threshold() > before
    assert gc.get_threshold() == before


def vanish() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def test_a_process_that_is_killed_fails_the_build() -> None:
    with tasks_for(LARGE) as tasks:
        tasks.add("one", vanish)
        with pytest.raises(BuildFailed, match="ended with"):
            tasks.finish("one")


def test_a_build_that_fails_does_not_wait_for_its_tasks() -> None:
    begun = time.monotonic()
    with tasks_for(LARGE) as tasks:
        for _ in range(10):
            tasks.add("one", sleep, 3600)
    assert time.monotonic() - begun < 3600


def hold(fifo: Path) -> None:
    with fifo.open("wb", buffering=0) as output:
        output.write(b"1")
        time.sleep(3600)


def test_a_process_ends_with_the_build_that_is_killed(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    program = (
        "import sys; from pathlib import Path; from kankei.dataset.tasks import TaskProcesses\n"
        "from dataset.test_tasks import hold; TaskProcesses().start(hold, (Path(sys.argv[1]),))()"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program, str(fifo)]
    with (
        subprocess.Popen(command, env=environment) as build,
        fifo.open("rb", buffering=0) as held,
    ):
        assert held.read(1) == b"1"
        build.kill()
        assert held.read() == b""
