"""Search over N generated programmes: p50, p95 and the longest of many queries, each with its facets.

The texts are made from words of such programmes, of which the first are the most frequent, and are indexed
directly, without a release. Seeded: the same numbers give the same index.

    python tests/benchmarks/search.py [100000] [--queries 400] [--keep FILE]
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from kankei.search.index.call_periods import CallWindow
from kankei.search.index.record import Passage, Record
from kankei.search.index.schema import Field
from kankei.search.index.writer import write_index
from kankei.search.normalisation.folding import packaged_variants
from kankei.search.query.search import SearchIndex, SearchRequest

WORDS = (Path(__file__).parent / "search_words.txt").read_text(encoding="utf-8").split()
LATIN = ("regional", "vitality", "promotion", "support", "housing", "tourism", "agriculture", "digital")
UNITS, THEMES, BODIES, MINISTRIES = 400, 40, 25, 15
YEARS = (2024, 2025)


def sentence(random_: random.Random, words: int) -> str:
    """Some words with particles between them; the first are the most frequent."""
    particles = ("の", "を", "と", "・", "に", "による", "に向けた", "")
    weights = [1 / (place + 3) for place in range(len(WORDS))]
    chosen = random_.choices(WORDS, weights, k=words)
    return "".join(word + random_.choice(particles) for word in chosen)


def programmes(number: int, seed: int) -> Iterator[Record]:
    """Generated programmes in the form of the real ones: about 450 characters each."""
    random_ = random.Random(seed)
    for place in range(number):
        title = sentence(random_, random_.randint(2, 5)) + "事業"
        ministry = random_.randrange(MINISTRIES)
        unit = ministry * (UNITS // MINISTRIES) + random_.randrange(UNITS // MINISTRIES)
        first = date(random_.choice(YEARS), 1, 1) + timedelta(random_.randrange(300))
        last = first + timedelta(random_.randrange(10, 90))
        sure = ("", "") if random_.random() < 0.5 else (first.isoformat(), last.isoformat())
        telephone = f"03-{random_.randrange(3000, 6000)}-{random_.randrange(10000):04}"
        passages = [
            Passage(Field.TITLE, title),
            Passage(Field.TITLE, " ".join(random_.choices(LATIN, k=4)), "en"),
            Passage(Field.IDENTIFIER, str(place + 1), ""),
            Passage(Field.IDENTIFIER, telephone, ""),
            Passage(Field.ORGANISATION, f"第{ministry}省"),
            Passage(Field.ORGANISATION, f"{WORDS[unit % len(WORDS)]}課"),
            Passage(Field.SUMMARY, sentence(random_, 12)),
            *(Passage(Field.TEXT, sentence(random_, 20)) for _ in range(4)),
        ]
        facets = {
            "type": ["programme"],
            "theme": [f"theme/{random_.randrange(THEMES)}"],
            "ministry": [f"org/m{ministry}"],
            "unit": [f"org/u{unit}"],
            "body": [f"body-type/{body}" for body in random_.sample(range(BODIES), 3)],
            "open": [random_.choice(("open", "closed"))],
            "support": [random_.choice(("support-kind/soft", "support-kind/hard"))],
            "funding": [f"funding/{random_.randrange(10)}"],
            "rate": [random_.choice(("1/2", "1/3", "2/3", "3/4"))],
            "budget": [random_.choice(("under-10m", "10m-100m", "100m-1b", "within"))],
            "survey": [f"2025-{random_.randrange(1, 13):02}"],
            "year": [str(first.year)],
        }
        calls = [CallWindow(first.isoformat(), *sure, last.isoformat())] if random_.random() < 0.7 else []
        yield Record(
            f"https://generated.example/id/programme/{place}",
            f"programme/{place}",
            "programme",
            {"ja": title},
            passages,
            facets,
            calls,
            [] if calls else ["not-stated"],
            (-first.year, place),
        )


def requests(number: int, seed: int) -> Iterator[SearchRequest]:
    """Queries as people type them: one character to three words, numbers, none; with and without facets."""
    random_ = random.Random(seed + 1)
    kinds = (
        lambda: random_.choice(WORDS),
        lambda: random_.choice(WORDS),
        lambda: random_.choice("人農地水空子の"),
        lambda: " ".join(random_.sample(WORDS, 2)),
        lambda: " ".join(random_.sample(WORDS, 3)),
        lambda: sentence(random_, 3),
        lambda: random_.choice(LATIN),
        lambda: str(random_.randrange(1, 2000)),
        lambda: f"03-{random_.randrange(3000, 6000)}",
        lambda: "",
    )
    for place in range(number):
        chosen = {}
        if random_.random() < 0.5:
            chosen["ministry"] = [f"org/m{random_.randrange(MINISTRIES)}"]
        if random_.random() < 0.3:
            chosen["call"] = ["open", "possible"]
        if random_.random() < 0.2:
            chosen["theme"] = [f"theme/{random_.randrange(THEMES)}"]
        page = random_.choice((0, 0, 0, 1, 4))
        on = date(2025, 4, 5) + timedelta(random_.choice((0, 0, 0, 30)))
        yield SearchRequest(kinds[place % len(kinds)](), on, chosen, offset=20 * page)


def write_line(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Index, ask, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("programmes", type=int, nargs="?", default=100_000)
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="keep the index here, or use the one that is here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file: Path = options.keep or Path(folder) / "index.sqlite"
        if not file.exists():
            start = time.perf_counter()
            write_index(file, programmes(options.programmes, options.seed), {}, packaged_variants())
            write_line(f"indexed {options.programmes} programmes in {time.perf_counter() - start:.1f} s")
        write_line(f"{file.stat().st_size / 1e6:.0f} MB")
        start = time.perf_counter()
        index = SearchIndex(file)
        index.search(SearchRequest("", date(2025, 4, 5)))
        write_line(f"opened, first search: {(time.perf_counter() - start) * 1000:.0f} ms")
        times, processor = [], []
        for request in requests(options.queries, options.seed):
            start, start_cpu = time.perf_counter(), time.process_time()
            result = index.search(request)
            processor.append((time.process_time() - start_cpu) * 1000)
            times.append(((time.perf_counter() - start) * 1000, request.query, result.total))
        milliseconds = [row[0] for row in times]
        quantiles = statistics.quantiles(milliseconds, n=20)
        write_line(f"{len(times)} queries: p50 {quantiles[9]:.1f} ms, p95 {quantiles[18]:.1f} ms")
        of_processor = statistics.quantiles(processor, n=20)
        write_line(f"of a processor: p50 {of_processor[9]:.1f} ms, p95 {of_processor[18]:.1f} ms")
        for row in sorted(times, reverse=True)[:5]:
            write_line(f"  {row[0]:.1f} ms: {row[1]!r}, {row[2]} found")


if __name__ == "__main__":
    main()
