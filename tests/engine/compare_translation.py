"""Compares random queries on columns with Oxigraph's answers.

    PYTHONPATH=src:tests python tests/engine/compare_translation.py 900

The number is that of random graphs, of 40 queries each; a second number is the first seed. Prints each
difference, how many queries the columns took, and why they refused the others.
"""

import sys
from collections import Counter
from threading import Timer

import duckdb

from kankei.engine.columnar.evaluation import refused
from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.errors import KankeiError
from support.random_queries import PROLOGUE, Seeded, Writer, random_quads
from support.two_engines import TwoEngines, same

QUERIES = 40
SECONDS = 3


def compare(seed: int, outcomes: Counter[str]) -> None:
    """Compares the queries of one graph."""
    choices = Seeded(seed)
    quads = random_quads(choices)
    engines = TwoEngines(quads)
    for _ in range(QUERIES):
        query = Writer(choices).query().whole
        outcome = outcome_of(engines, query)
        outcomes[outcome] += 1
        if outcome == "DIFFERENT":
            _say(f"seed {seed}: {query.removeprefix(PROLOGUE)}")


def outcome_of(engines: TwoEngines, query: str) -> str:
    """What came of a query: same, different, or the reason for which it was not compared."""
    timer = Timer(SECONDS, engines.columns.connection.interrupt)
    timer.start()
    try:
        ours = engines.of_columns(query)
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
            _say(f"{number + 1} graphs: {outcomes['same']} same, {outcomes['DIFFERENT']} different")
    for outcome, count in outcomes.most_common():
        _say(f"{count:7} {outcome}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
