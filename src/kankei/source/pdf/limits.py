"""The limits under which a PDF is read, most of them kept by the kernel."""

import math
import resource
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class PdfLimits:
    """What one PDF may cost: pages, characters and processor seconds a page, and memory in MiB.

    A guidebook's page has some 2,000 characters and takes a tenth of a second.
    """

    pages: int = 20_000
    characters: int = 100_000
    seconds: int = 30
    mebibytes: int = 1024

    def confine_memory(self) -> None:
        """Let this process allocate no more than allowed, and leave no core file when it is stopped."""
        _lower(resource.RLIMIT_AS, self.mebibytes << 20)
        _lower(resource.RLIMIT_CORE, 0)

    def allow_a_page(self) -> None:
        """Have the kernel stop this process (SIGXCPU) once it has computed for the seconds of one page more.

        Processor time and not the clock: a busy machine makes no page too slow.
        """
        _lower(resource.RLIMIT_CPU, math.ceil(time.process_time()) + self.seconds)


def _lower(kind: int, soft: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
