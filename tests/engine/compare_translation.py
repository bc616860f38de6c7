"""Compares random queries on columns with Oxigraph's answers.

    PYTHONPATH=src:tests python tests/engine/compare_translation.py 900

The number is that of random pairs of graphs: 40 queries of one, answered by SQL, and 20 with groups of the
other, by SQL and by arrays. A second number is the first seed. Prints each difference, how many queries the
columns took, and why they refused the others.
"""

import sys
from collections import Counter
from collections.abc import Callable
from threading import Timer

import duckdb

from kankei.engine.columnar.evaluation import refused
from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.errors import KankeiError
from support.random_groups import GroupWriter, quads_of_groups
from support.random_queries import PROLOGUE, Seeded, Writer, random_quads
from support.two_engines import Answer, TwoEngines, same

QUERIES, GROUPS = 40, 20
SECONDS = 3


def compare(seed: int, outcomes: Counter[str]) -> None:
    """Compares the queries of one graph."""
    choices = Seeded(seed)
    quads = random_quads(choices)
    engines = TwoEngines(quads)
    for _ in range(QUERIES):
        query = Writer(choices).query().whole
        _compared(seed, query, engines, engines.of_columns, outcomes)
    engines = TwoEngines(quads_of_groups(choices))
    for _ in range(GROUPS):
        query = GroupWriter(choices).query()
        _compared(seed, query, engines, engines.of_columns, outcomes)
        _compared(seed, query, engines, engines.of_arrays, outcomes, "arrays: ")


def _compared(
    seed: int,
    query: str,
    engines: TwoEngines,
    ask: Callable[[str], Answer],
    outcomes: Counter[str],
    way: str = "",
) -> None:
    outcome = outcome_of(engines, query, ask)
    outcomes[way + outcome] += 1
    if outcome.startswith(("DIFFERENT", "FAILED")):
        _say(f"{way}seed {seed}: {outcome}: {query.removeprefix(PROLOGUE)}")


def outcome_of(engines: TwoEngines, query: str, ask: Callable[[str], Answer]) -> str:
    """What came of a query: same, different, or the reason for which it was not compared."""
    timer = Timer(SECONDS, engines.columns.connection.interrupt)
    timer.start()
    try:
        ours = ask(query)
    except NotTranslatable as reason:
        return f"refused: {reason}"
    except duckdb.Error as error:
        ending = "ended" if refused(error) or isinstance(error, duckdb.InterruptException) else "FAILED"
        return f"{ending}: {str(error).splitlines()[0][:80]}"
    except KankeiError as error:
        return f"not read: {type(error).__name__}"
    finally:
        timer.cancel()
    try:
        return "same" if same(ours, engines.of_store(query)) else "DIFFERENT"
    except SyntaxError as error:
        return f"not read by Oxigraph: {error}"


def main() -> None:
    graphs, first = (*map(int, sys.argv[1:]), *(100, 0)[len(sys.argv) - 1 :])
    outcomes: Counter[str] = Counter()
    for number in range(graphs):
        compare(first + number, outcomes)
        if number % 50 == 49:
            alike, different = (
                outcomes[kind] + outcomes[f"arrays: {kind}"] for kind in ("same", "DIFFERENT")
            )
            _say(f"{number + 1} graphs: {alike} same, {different} different")
    for outcome, count in outcomes.most_common():
        _say(f"{count:7} {outcome}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
