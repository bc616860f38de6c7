"""Runs commands of kankei as forks of one process that has imported it: a start takes milliseconds.

Importing what builds and what serves takes a new interpreter half a second, and the tests start hundreds. A
command started here prints, exits and takes signals like ``python -W error -m kankei``. Tests of how a
program starts, and of what it imports, start a new one: `exec_command` is theirs.

The launcher is this module, run as a program with the names of the modules that it imports. For each request
it forks a process that waits, which forks the one that becomes the command and sends the test its id, and its
status when it has ended.
"""

import atexit
import gc
import importlib
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, NamedTuple, Self

import kankei
from support.paths import TESTS

_REQUEST_BYTES = 1 << 17
_STREAMS = 2
_COMMAND = "from kankei.cli.main import main; main()"
_MODULES = (
    "kankei.cli.main",
    "kankei.release.build",
    "kankei.release.incremental_validation",
    "kankei.server.serve",
    "kankei.validation.file_validation",
    "support.building",
)
"""What commands import."""


def exec_command(*arguments: str | Path) -> list[str]:
    """What a new interpreter is started with to run a command of kankei."""
    return [sys.executable, "-W", "error", "-m", "kankei", *map(str, arguments)]


@dataclass
class Process:
    """A command that runs; what `subprocess.Popen` has by the same names."""

    pid: int
    _status: socket.socket
    returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while the command runs."""
        if self.returncode is None and select.select([self._status], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code once there is one; raises `TimeoutError`."""
        if self.returncode is None:
            self._status.settimeout(timeout)
            self.returncode = os.waitstatus_to_exitcode(int(self._status.recv(_REQUEST_BYTES)))
            self._status.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to a process that has not ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End the process at once, and wait until it has ended."""
        self.send_signal(signal.SIGKILL)
        self.wait()


def start(
    *arguments: str | Path,
    stdout: int,
    stderr: int,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    code: str = "",
    modules: tuple[str, ...] = _MODULES,
) -> Process:
    """Start `kankei` with these arguments, or a script; it writes to two descriptors of ours.

    It is a fork of a process that has imported some modules.
    """
    request = {
        "arguments": [str(argument) for argument in arguments],
        "folder": str(cwd or Path.cwd()),
        "environment": dict(os.environ if env is None else env),
        "code": code,
    }
    control = _launcher(modules)
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        socket.send_fds(control, [json.dumps(request).encode()], [stdout, stderr, its.fileno()])
    number = ours.recv(_REQUEST_BYTES)
    assert number, "the launcher has ended"
    return Process(int(number), ours)


def run(
    *arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None, code: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `kankei` with these arguments, or a script, to its end."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = start(*arguments, stdout=out.fileno(), stderr=err.fileno(), cwd=cwd, env=env, code=code)
        status = process.wait()
        return subprocess.CompletedProcess(arguments, status, _written(out), _written(err))


def _written(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


class ExtractionProcess:
    """What `subprocess.Popen` is to the reader of PDFs: the process that it starts, as a fork."""

    def __init__(self, command: Sequence[str], **_streams: int) -> None:
        *_, module, path, limits = command
        readable, writable = os.pipe()
        with os.fdopen(writable, "wb") as out, Path(os.devnull).open("wb") as nothing:
            code = f"import sys; from {module} import main; main(*sys.argv[1:])"
            self._process = start(
                path, limits, stdout=out.fileno(), stderr=nothing.fileno(), code=code, modules=(module,)
            )
        self.stdout = os.fdopen(readable, "rb")
        self.wait, self.kill = self._process.wait, self._process.kill

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stdout.close()
        self.wait()


@cache
def _launcher(modules: tuple[str, ...]) -> socket.socket:
    """The connection to this test process's launcher of what some modules do."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        command = [sys.executable, "-W", "error", "-m", "support.launcher", str(its.fileno()), *modules]
        process = subprocess.Popen(command, cwd=TESTS, pass_fds=[its.fileno()], stdin=subprocess.DEVNULL)

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


class _Request(NamedTuple):
    arguments: list[str]
    folder: str
    environment: dict[str, str]
    code: str
    descriptors: list[int]


def _next_command(control: socket.socket) -> _Request:
    """Fork for each request until the tests are over; returns in each process that is to be a command."""
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, _REQUEST_BYTES, _STREAMS + 1)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not data:
            os._exit(0)
        if os.fork() == 0:
            status = socket.socket(fileno=descriptors.pop())
            child = os.fork()
            if child == 0:
                control.close()
                status.close()
                return _Request(**json.loads(data), descriptors=descriptors)
            _wait(child, status, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _wait(child: int, status: socket.socket, descriptors: list[int]) -> None:
    """Tell the test of a command's id and, once it has ended, of its status; then end."""
    for descriptor in (*descriptors, 1, 2):
        os.close(descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command's to handle
    status.sendall(str(child).encode())
    _, code = os.waitpid(child, 0)
    with suppress(OSError):
        status.sendall(str(code).encode())
    os._exit(0)


def _become(request: _Request) -> None:
    """Take over the streams, folder, environment and arguments of a command."""
    for stream, descriptor in enumerate(request.descriptors, start=1):
        os.dup2(descriptor, stream)
        os.close(descriptor)
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update(request.environment)
    # As `python -m` has them: usage names the program by both.
    sys.argv = [str(Path(kankei.__file__).with_name("__main__.py")), *request.arguments]
    main: Any = sys.modules["__main__"]
    main.__package__ = "kankei"
    random.seed()


if __name__ == "__main__":
    for name in sys.argv[2:]:
        importlib.import_module(name)
    gc.freeze()
    wanted = _next_command(socket.socket(fileno=int(sys.argv[1])))
    _become(wanted)
    exec(compile(wanted.code or _COMMAND, "<command>", "exec"), {"__name__": "__main__"})
