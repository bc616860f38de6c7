"""A search for damages of the seed after which a line is neither cited nor doubted.

``python tests/benchmarks/damage.py [FIRST [COUNT]]`` tries so many seeds from the first on, by default 0 and
10,000, in one process. Prints each seed with the lines that it loses, and after each thousand the seconds of
processor time. Exit status 1 if there is any.
"""

import sys
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from support.sheets.damage import mutated, silent_lines


def main(first: int = 0, count: int = 10_000) -> int:
    """Try so many damages."""
    losses = 0
    for seed in range(first, first + count):
        lost = silent_lines(mutated(Random(seed)))
        losses += bool(lost)
        if lost:
            sys.stdout.write(f"{seed}: {lost}\n")
        if (seed + 1 - first) % 1_000 == 0:
            sys.stdout.write(
                f"{seed + 1 - first} damages, {losses} lose a line, {time.process_time():.0f} s\n"
            )
            sys.stdout.flush()
    return 1 if losses else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
