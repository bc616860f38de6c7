"""Memory budget: how many queries may run at once, so that all stay within the memory of the machine."""

from dataclasses import replace
from pathlib import Path

from kankei.engine.limits import Limits
from kankei.errors import UsageError
from kankei.settings import Settings

_MACHINE = Path("/proc/meminfo")
_CONTAINER = (
    Path("/sys/fs/cgroup/memory.max"),  # cgroup v2
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),  # cgroup v1
)
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
    """The bytes of memory of this machine, or of its container if that has fewer."""
    memory = next(
        int(line.split()[1]) * _KIB
        for line in _MACHINE.read_text(encoding="ascii").splitlines()
        if line.startswith("MemTotal:")
    )
    limits = (file.read_text(encoding="ascii").strip() for file in _CONTAINER if file.is_file())
    return min([memory, *(int(limit) for limit in limits if limit.isdecimal())])
