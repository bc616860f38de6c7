"""What it costs to sort by the engine's own comparison, and by one that orders every kind of term."""

import argparse
import random
import sys
import time

import pyoxigraph as ox

from kankei.engine.query.ordering import totally_ordered

XSD = "http://www.w3.org/2001/XMLSchema#"
SCAN = "SELECT ?s ?p ?o { ?s ?p ?o }"


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"http://example.org/{name}")


def term(number: int, draw: random.Random) -> ox.NamedNode | ox.Literal:
    """IRIs, and literals of kinds of which no two meet in one comparison that fails."""
    match number % 6:
        case 3:
            return ox.Literal(f"値{draw.randrange(99_999)}", language="ja")
        case 4:
            return ox.Literal(draw.randrange(9_999))
        case 5:
            return ox.Literal(f"2020-01-{draw.randrange(1, 28):02}", datatype=ox.NamedNode(f"{XSD}date"))
        case _:
            return node(f"o{draw.randrange(50_000)}")


def seconds(store: ox.Store, query: str) -> float:
    begun = time.process_time()
    results = store.query(query)
    assert isinstance(results, ox.QuerySolutions)
    assert sum(1 for _ in results) == len(store)
    return time.process_time() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=300_000)
    count, draw, store = parser.parse_args().rows, random.Random(1), ox.Store()
    store.bulk_extend(
        ox.Quad(node(f"s{number // 10}"), node(f"p{number % 10}"), term(number, draw))
        for number in range(count)
    )
    sys.stdout.write(f"{SCAN}: {seconds(store, SCAN):.2f} s\n")
    for condition in ("?o", "?s"):
        query = f"{SCAN} ORDER BY {condition}"
        by_engine, in_total = seconds(store, query), seconds(store, totally_ordered(query))
        figures = f"ORDER BY {condition}: {by_engine:.2f} s as written, {in_total:.2f} s ordered totally"
        sys.stdout.write(f"{figures}\n")


if __name__ == "__main__":
    main()
