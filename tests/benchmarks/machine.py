"""The machine that figures were taken on, as far as they depend on it."""

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path


def machine() -> Mapping[str, str]:
    """Processor, cores, memory, kernel, Python and the time; nothing that names the machine."""
    return {
        "processor": _line("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": _line("/proc/meminfo", "MemTotal"),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _line(file: str, name: str) -> str:
    """The value of a field such as ``MemTotal: 2 kB``; empty where there is none."""
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
