"""Memory budget: how many queries may run at once, so that all stay within the memory of the machine."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kankei.engine.limits import Limits
from kankei.errors import UsageError
from kankei.settings import Settings

_MACHINE = Path("/proc/meminfo")
_CGROUP = Path("/proc/self/cgroup")
_CGROUPS = Path("/sys/fs/cgroup")
_LIMIT = "memory.max"  # cgroup v2
_LIMIT_OF_V1 = Path("memory/memory.limit_in_bytes")  # that of a container, which is there the root
_OWN_CGROUP = "0::/"
_KIB = 1024


def engine_limits(settings: Settings) -> Limits:
    """The engine's limits, with so few workers that what they may claim is within the budget.

    Of each pool the slow lane shrinks first, to one worker, then the spares, to none, then the fast lane, to
    one. Raises `UsageError` if that is too much for a budget that was set; a small machine is used as it is.
    """
    limits = Limits.of(settings)
    share = limits.divided(settings.workers)
    smallest = 2 * settings.workers * claim(limits)
    budget = settings.total_memory_bytes or max(machine_memory(), smallest)
    if budget < smallest:
        message = f"two workers for each of {settings.workers} HTTP processes may claim {smallest} bytes"
        raise UsageError(f"{message}, more than {budget}; lower --memory or --result-bytes", "--total-memory")
    workers = budget // (settings.workers * claim(limits))
    fast = max(1, min(share.workers, workers - 1))
    spares = max(0, min(share.spares, workers - 1 - fast))
    slow = max(1, min(share.slow_workers, workers - fast - spares))
    return replace(
        limits, workers=fast * settings.workers, spares=spares, slow_workers=slow * settings.workers
    )


def claim(limits: Limits) -> int:
    """The bytes that one worker may claim: for its query, and for its result."""
    return limits.worker_memory_bytes + limits.result_bytes


def total_claim(limits: Limits, pools: int) -> int:
    """The bytes that all workers of so many pools may claim together."""
    return claim(limits) * (limits.workers + limits.slow_workers + limits.spares * pools)


def machine_memory() -> int:
    """The bytes of memory of this machine, or of its container or service if that has fewer."""
    memory = next(
        int(line.split()[1]) * _KIB
        for line in _MACHINE.read_text(encoding="ascii").splitlines()
        if line.startswith("MemTotal:")
    )
    limits = (file.read_text(encoding="ascii").strip() for file in _limit_files() if file.is_file())
    return min([memory, *(int(limit) for limit in limits if limit.isdecimal())])


def _limit_files() -> Iterator[Path]:
    """The files that may limit the memory of this process: of its cgroup, and of those around it."""
    yield _CGROUPS / _LIMIT_OF_V1
    yield _CGROUPS / _LIMIT
    lines = _CGROUP.read_text(encoding="utf-8").splitlines() if _CGROUP.is_file() else []
    for line in lines:
        if line.startswith(_OWN_CGROUP):
            own = _CGROUPS / line.removeprefix(_OWN_CGROUP)
            yield own / _LIMIT
            yield from (group / _LIMIT for group in own.parents if group.is_relative_to(_CGROUPS))
