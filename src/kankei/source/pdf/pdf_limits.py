"""Resource limits for reading a PDF, most of them enforced by the kernel."""

import math
import resource
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class PdfLimits:
    """Limits of one PDF: pages, characters and CPU seconds per page, and memory in MiB.

    A page of a guidebook has some 2,000 characters and takes a tenth of a second.
    """

    pages: int = 20_000
    characters: int = 100_000
    seconds: int = 30
    mebibytes: int = 1024

    def limit_memory(self) -> None:
        """Limit the memory of this process, and let it write no core file."""
        _lower(resource.RLIMIT_AS, self.mebibytes << 20)
        _lower(resource.RLIMIT_CORE, 0)

    def extend_cpu_time(self) -> None:
        """Let the kernel stop this process (SIGXCPU) after the CPU seconds of one more page.

        CPU time and not wall-clock time: on a busy machine no page is too slow.
        """
        _lower(resource.RLIMIT_CPU, math.ceil(time.process_time()) + self.seconds)


def _lower(kind: int, soft: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
