"""How long sheets take from text to Turtle, and how much memory, for ever more sheets in one document.

Each size is read in a process of its own, and each step contains those before it: lines to sheets, which is
layout and body; the grammars, with concepts and units looked up; candidates, with all their nodes; and all of
`kankei ingest`, which matches them, and writes files and reports. Time is processor time. With --pdf the same
sheets are laid out as a PDF and read, which is mostly extraction.

    python tests/benchmarks/ingest.py [250 1000 4000] [--pdf]
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.identity import provisional_identity
from kankei.curation.candidate.known_terms import read_known_terms
from kankei.curation.candidate.sheet_values import interpret_sheet
from kankei.curation.ingest.command_line import IngestOptions
from kankei.curation.ingest.ingest import ingest
from kankei.dataset.data_folder import packaged
from kankei.namespaces import Base
from kankei.source.document_reader import read_lines
from kankei.source.guidebook.layouts import layouts
from kankei.source.sheets import read_sheets
from support.catalogues import catalogue
from support.pdf import fonts, lay_out


def main() -> None:
    """Measure the sizes, each step in a process of its own."""
    options = _options()
    if options.step:
        _say(json.dumps(STEPS[options.step](options.file)))
        return
    _say(f"{'sheets':>7} {'step':12} {'ms a sheet':>11} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for count in options.sheets:
            file = Path(folder) / f"sheets-{count}.txt"
            file.write_text(catalogue(count), encoding="utf-8")
            if options.pdf:
                file = file.with_suffix(".pdf")
                lay_out(file, fonts()[0], copies=count // 4)
            for step in STEPS:
                found = _in_a_process(step, file)
                _say(f"{count:>7} {step:12} {found['seconds'] / count * 1e3:>11.2f} {found['memory']:>8.0f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("sheets", nargs="*", type=int, default=[250, 1000, 4000])
    parser.add_argument("--pdf", action="store_true", help="lay the seed's sheets out as a PDF")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _in_a_process(step: str, file: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--step", step, "--file", str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _measured(work: Callable[[], Iterable[object]]) -> dict[str, float]:
    """The processor time of going through something, children included, and the most memory."""
    start = _processor_time()
    for _ in work():
        pass
    return {"seconds": _processor_time() - start, "memory": _most_memory()}


def _most_memory() -> float:
    """The megabytes that this program has held at most; the kernel's usage would count its parent, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _processor_time() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _layout(file: Path) -> dict[str, float]:
    found = layouts()
    return _measured(lambda: read_sheets(read_lines(file).lines, found))


def _grammars(file: Path) -> dict[str, float]:
    names, found = read_known_terms(packaged(), Base()), layouts()
    return _measured(
        lambda: (interpret_sheet(sheet, names) for sheet in read_sheets(read_lines(file).lines, found))
    )


def _candidates(file: Path) -> dict[str, float]:
    names, found = read_known_terms(packaged(), Base()), layouts()
    return _measured(
        lambda: (
            build_candidate(
                interpret_sheet(sheet, names), file.stem, provisional_identity(sheet, file.stem), names
            )
            for sheet in read_sheets(read_lines(file).lines, found)
        )
    )


def _whole(file: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as out:
        options = IngestOptions([file], Path(out), packaged(), Base())
        return _measured(lambda: ingest(options, lambda *_: None).written)


STEPS: dict[str, Callable[[Path], dict[str, float]]] = {
    "layout": _layout,
    "grammars": _grammars,
    "candidates": _candidates,
    "ingest": _whole,
}


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
