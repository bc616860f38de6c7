"""Whether the rule that chooses an engine chooses the faster one: the time of each way for many questions."""

import argparse
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Store

from kankei.engine.algebra.not_understood import NotUnderstood
from kankei.engine.algebra.parser import parsed
from kankei.engine.choice import choose
from kankei.engine.columnar.arrays.evaluation import answered
from kankei.engine.columnar.arrays.shape import check_shape
from kankei.engine.columnar.evaluation import ColumnarEvaluation, left_aside
from kankei.engine.columnar.planned_query import PlannedQuery
from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.engine.columnar.translation.translation import translate
from kankei.engine.embedded.evaluation import evaluate
from kankei.engine.embedded.result_spool import Spool
from kankei.engine.embedded.store_access import StoreAccess, StoreFiles
from kankei.engine.operation import COLUMNS, SPARQL_JSON, Form, Operation
from kankei.errors import OutOfMemory
from kankei.release.reader import Release

HERE = Path(__file__).parent
QUESTIONS = (HERE / "questions", HERE.parent / "competency")
RUNS, BYTES = 5, 1 << 30
WAYS = ("oxigraph", "sql", "arrays")
MEDIA_TYPES = dict.fromkeys((Form.SOLUTIONS, Form.BOOLEAN), SPARQL_JSON)


class Choices(NamedTuple):
    """The way that is chosen for a question, and what it was expected to cost in each."""

    way: str
    expected: str


@dataclass(frozen=True)
class Engines:
    """Both engines over one release, in this process."""

    stores: StoreAccess
    columns: ColumnarEvaluation

    @classmethod
    def of(cls, folder: Path) -> "Engines":
        files = StoreFiles.of(Release.open(folder))
        columns = ColumnarEvaluation.of_release(folder, BYTES)
        return cls(StoreAccess(files.load(), files.store), columns)

    def run(self, way: str, operation: Operation) -> None:
        """Answer by one way; raises `NotTranslatable` where that does not answer it."""
        spool = Spool(os.memfd_create("result"), BYTES)
        if way == "oxigraph":
            store: Store = self.stores.store(operation)
            evaluate(store, operation, spool)
            return
        query = parsed(operation.query)
        form = Form.BOOLEAN if query.form == "ASK" else Form.SOLUTIONS
        if way == "sql":
            planned = PlannedQuery(
                translate(query, self.columns.columns, self.columns.types), form, SPARQL_JSON
            )
        else:
            check_shape(query)
            planned = PlannedQuery(answered(query, self.columns.arrays), form, SPARQL_JSON, 60.0)
        if not self.columns.write(planned, spool, 60.0):
            raise NotTranslatable("a value")

    def choices(self, operation: Operation, *, without_arrays: bool) -> Choices:
        """The way that is chosen, and what was expected."""
        if left_aside(operation):
            return Choices("oxigraph", "")
        try:
            query = parsed(operation.query)
            counts = self.columns.columns.statistics
            sql, arrays = choose(query, counts), choose(query, counts, arrays=True)
            expected = f"{sql.oxigraph:.0f} {sql.columns:.0f} {arrays.columns:.0f}"
            if arrays.engine == COLUMNS and not without_arrays:
                return Choices("arrays", expected)
            translate(query, self.columns.columns, self.columns.types)
            return Choices("sql" if sql.engine == COLUMNS else "oxigraph", expected)
        except NotUnderstood:
            return Choices("oxigraph", "")
        except NotTranslatable:
            return Choices("oxigraph", expected)


def milliseconds(run: Callable[[], None], limit: float) -> float | None:
    """The least time of runs in a process of their own; infinite beyond the limit, nothing if refused."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        signal.setitimer(signal.ITIMER_PROF, limit)
        os.write(writer, pickle.dumps(_least(run)))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        outcome = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(outcome) if outcome else float("inf")


def _least(run: Callable[[], None]) -> float | None:
    times = list[float]()
    try:
        for _ in range(RUNS):
            begun = time.perf_counter()
            run()
            times.append(1000 * (time.perf_counter() - begun))
    except NotTranslatable:
        return None
    except OutOfMemory:
        return float("inf")
    return min(times)


def files_of(places: Iterable[Path]) -> list[Path]:
    """The files of queries that are named, or lie in the folders that are named."""
    return sorted(file for place in places for file in (place.glob("*.rq") if place.is_dir() else [place]))


def line_of(engines: Engines, file: Path, limit: float) -> tuple[str, float, float]:
    """What is printed of one question, the time that the chosen way takes and the least, in milliseconds."""
    operation = Operation(file.read_text(encoding="utf-8"), MEDIA_TYPES)
    times = {way: milliseconds(partial(engines.run, way, operation), limit) for way in WAYS}
    choices = engines.choices(operation, without_arrays=times["arrays"] is None)
    taken, least = times[choices.way] or 0.0, min(time for time in times.values() if time is not None)
    cells = "".join(f"{'-' if figure is None else f'{figure:.1f}':>10}" for figure in times.values())
    mark = "" if taken <= 1.5 * least + 1 else " *"
    return f"{file.stem:34}{choices.way:>9}{cells}   {choices.expected}{mark}", taken, least


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", type=Path)
    parser.add_argument("questions", type=Path, nargs="*", help="files or folders of .rq")
    parser.add_argument(
        "--limit", type=float, default=5.0, help="seconds that the runs of a question may take"
    )
    arguments = parser.parse_args()
    engines = Engines.of(arguments.release.resolve())
    heads = "".join(f"{way:>10}" for way in WAYS)
    _say(f"{'':34}{'chosen':>9}{heads}   ms; expected in Oxigraph, SQL, arrays")
    taken_in_all = least_in_all = 0.0
    for file in files_of(arguments.questions or QUESTIONS):
        line, taken, least = line_of(engines, file, arguments.limit)
        taken_in_all += min(taken, 1000 * arguments.limit)
        least_in_all += least
        _say(line)
    _say(f"as chosen {taken_in_all:.0f} ms, at best {least_in_all:.0f} ms; * more than half as long again")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
