"""What a server's processes take, read from /proc."""

import os
import signal
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

PROC = Path("/proc")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Weight:
    """A process tree at one moment: `resident` counts shared pages for each process, `proportional` once."""

    processes: int
    descriptors: int
    resident: int
    proportional: int


def tree(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (parent := _parent(entry)) is not None:
            children[parent].append(int(entry.name))
    found = [pid]
    for process in found:
        found.extend(children[process])
    return found


def _parent(process: Path) -> int | None:
    """The fourth field of stat; the second, the name in parentheses, may hold anything."""
    try:
        return int((process / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
    except OSError:
        return None


def weigh(pid: int) -> Weight:
    """What a process tree takes now; who ends meanwhile counts nothing."""
    processes = [PROC / str(number) for number in tree(pid)]
    alive = [process for process in processes if process.exists()]
    return Weight(
        len(alive),
        sum(_descriptors(process) for process in alive),
        sum(_resident(process) for process in alive),
        sum(_proportional(process) for process in alive),
    )


def http_processes(pid: int, port: int) -> dict[int, int]:
    """The processes of a tree that have sockets on a port, each with its resident bytes."""
    rows = [
        line.split() for name in ("tcp", "tcp6") for line in (PROC / "net" / name).read_text().splitlines()
    ]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(f":{port:04X}")}
    return {
        number: _resident(PROC / str(number))
        for number in tree(pid)
        if sockets & _targets(PROC / str(number))
    }


def _targets(process: Path) -> set[str]:
    found = set[str]()
    with suppress(OSError):
        for descriptor in (process / "fd").iterdir():
            with suppress(OSError):
                found.add(str(descriptor.readlink()))
    return found


def _descriptors(process: Path) -> int:
    try:
        return len(list((process / "fd").iterdir()))
    except OSError:
        return 0


def _resident(process: Path) -> int:
    try:
        return int((process / "statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0


def _proportional(process: Path) -> int:
    """Bytes of the proportional set size; the resident set where it may not be read."""
    try:
        rollup = (process / "smaps_rollup").read_text()
    except OSError:
        return _resident(process)
    lines = (line.split() for line in rollup.splitlines())
    return next((int(fields[1]) * 1024 for fields in lines if fields[0] == "Pss:"), 0)


@dataclass
class Guard:
    """Ends a process tree that takes more memory than it may, before the kernel ends others for it."""

    pid: int
    limit: float
    most: int = 0
    ended: bool = False
    over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def watching(self) -> Iterator[Self]:
        """Look twice a second until the block is left."""
        watch = threading.Thread(target=self._watch)
        watch.start()
        try:
            yield self
        finally:
            self.over.set()
            watch.join()

    def _watch(self) -> None:
        while not self.over.wait(0.5):
            self.most = max(self.most, weigh(self.pid).proportional)
            if self.most > self.limit and not self.ended:
                self.ended = True
                for process in reversed(tree(self.pid)):
                    with suppress(ProcessLookupError):
                        os.kill(process, signal.SIGKILL)
