"""Sending a load from a process of its own: wrk where it is installed and fits, else `load.py`."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from load import Outcome, Spec, Tally

LOAD = Path(__file__).with_name("load.py")
TICK = 1.0
SCRIPT = """
local requests, at, main = {}, 0, nil
function setup(thread) main = thread end
function init(_)
  for line in io.lines("TARGETS") do requests[#requests + 1] = wrk.format("GET", line) end
  sent, supply = 0, #requests
end
function request()
  at, sent = at % #requests + 1, sent + 1
  return requests[at]
end
function done(summary, latency, _)
  local e = summary.errors
  io.stderr:write(string.format(
    '{"requests": %d, "elapsed": %f, "bytes": %d, "status": %d, "connect": %d, "read": %d, "write": %d, ' ..
    '"timeout": %d, "p50": %f, "p99": %f, "most": %f, "repeated": %s}',
    summary.requests, summary.duration / 1e6, summary.bytes, e.status, e.connect, e.read, e.write, e.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
    tostring(main:get("sent") > main:get("supply"))))
end
"""


def nothing() -> None:
    """Nothing to do while a load runs."""


def send(
    spec: Spec, targets: Sequence[str], client: str = "python", tick: Callable[[], None] = nothing
) -> Outcome:
    """Send a load to its end; `tick` is called about every second meanwhile."""
    with TemporaryDirectory(prefix="kankei-load-") as folder:
        file = Path(folder) / "targets"
        file.write_text("\n".join(targets) + "\n")
        whole = Spec(**{**asdict(spec), "targets": str(file)})
        return _wrk(whole, Path(folder), tick) if client == "wrk" else _python(whole, tick)


def chosen(wanted: str, seconds: float, *, long: bool) -> str:
    """The client for a workload.

    wrk drops what is under way at the end, which spoils long requests, and knows whole seconds only.
    """
    if wanted == "auto":
        return "wrk" if shutil.which("wrk") and not long and seconds >= 1 else "python"
    return wanted


def _python(spec: Spec, tick: Callable[[], None]) -> Outcome:
    return read(json.loads(_run((sys.executable, str(LOAD)), json.dumps(asdict(spec)), tick)[0]))


def read(found: dict[str, Any]) -> Outcome:
    """An outcome as the load process wrote it."""
    polite, hostile = (Tally(**found.pop(name)) for name in ("polite", "hostile"))
    return Outcome(polite=polite, hostile=hostile, **found)


def _wrk(spec: Spec, folder: Path, tick: Callable[[], None]) -> Outcome:
    script = folder / "script.lua"
    script.write_text(SCRIPT.replace("TARGETS", spec.targets))
    shape = (
        "-t1",
        f"-c{spec.connections}",
        f"-d{max(1, round(spec.seconds))}",
        f"--timeout={spec.timeout:.0f}",
    )
    header = f"Accept: {spec.accept}"
    url = f"http://{spec.address}:{spec.port}/"
    return counted(json.loads(_run(("wrk", *shape, "-H", header, "-s", str(script), url), "", tick)[1]))


def counted(found: Mapping[str, Any]) -> Outcome:
    """An outcome by what wrk counted: it knows statuses only as good or bad."""
    lost = {name: int(found[name]) for name in ("connect", "read", "write", "timeout")}
    bad, total = int(found["status"]), int(found["requests"])
    broken = sum(lost.values())
    statuses = {"2xx": total - bad, "not 2xx": bad, **lost}
    times = (found["p50"], found["p99"], found["most"])
    polite = Tally(total + broken, bad + broken, {k: v for k, v in statuses.items() if v}, *times)
    nothing = Tally(0, 0, {}, 0, 0, 0)
    return Outcome(found["elapsed"], found["bytes"], polite, nothing, found["repeated"], "wrk")


def _run(command: Sequence[str], given: str, tick: Callable[[], None]) -> tuple[str, str]:
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        feed: str | None = given
        while True:
            try:
                out, err = process.communicate(feed, timeout=TICK)
            except subprocess.TimeoutExpired:
                feed = None
                tick()
            except BaseException:
                process.kill()
                raise
            else:
                break
    if process.returncode:
        raise RuntimeError(f"{Path(command[0]).name} ended with {process.returncode}: {err.strip()}")
    return out, err
