"""A whole build of generated programmes with validation and search index: seconds of each stage.

    python tests/benchmarks/build.py 1000

Processor time is that of this process and of the processes of its tasks that have ended.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from generate import generate
from kankei.cli.further_stages import further_stages
from kankei.dataset.data_folder import packaged
from kankei.namespaces import Base
from kankei.release.build import build
from kankei.validation.validator import validate


class Stopwatch:
    """Prints the seconds of each stage when the next one begins."""

    def __init__(self) -> None:
        self.stage, self.begun, self.used = "", time.perf_counter(), processor()

    def __call__(self, stage: str) -> None:
        now, used = time.perf_counter(), processor()
        if self.stage:
            seconds = f"{now - self.begun:.1f} s, {used - self.used:.1f} on a processor"
            sys.stdout.write(f"{self.stage}: {seconds}\n")
            sys.stdout.flush()
        self.stage, self.begun, self.used = stage, now, used


def processor() -> float:
    """Seconds on a processor."""
    return sum(os.times()[:4])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("programmes", type=int, nargs="?", default=1000)
    programmes = parser.parse_args().programmes
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(programmes, folder / "data")
        inputs = packaged().with_data(folder / "data")
        stages, whole = Stopwatch(), Stopwatch()
        whole("whole build")
        build(inputs, Base(), folder / "releases", validate, stages, further=further_stages(inputs))
        stages("")
        whole("")


if __name__ == "__main__":
    main()
