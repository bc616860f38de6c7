"""Matching of 1,000 names of units and projects with noise: right at rank 1, wrong matches, time.

Names are those of the national budget review, in its official files; each is written as people write names:
in other widths and forms, with a year, a number, the ministry before it or a position behind it, or mistyped.
Mistyping that gives another thing's own name is drawn again. Seeded.

    python tests/benchmarks/matching.py FOLDER-OF-THE-REVIEW [--names 1000] [--seed 1]
"""

import argparse
import csv
import io
import random
import sys
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from kankei.search.index.record import Passage, Record
from kankei.search.index.schema import Field
from kankei.search.index.writer import write_index
from kankei.search.matching.matcher import Matcher, NameQuery
from kankei.search.normalisation.folding import fold, packaged_variants
from kankei.search.query.index_file import IndexFile

LEVELS = ("府省庁", "局・庁", "部", "課", "室")
OLD = str.maketrans("国学会広県実区対応総経気", "國學會廣縣實區對應總經氣")
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


def review(folder: Path) -> list[Record]:
    """The units and projects of the newest outline in a folder."""
    file = max(folder.glob("1-2_RS_*.zip"))
    with zipfile.ZipFile(file) as archive, archive.open(archive.namelist()[0]) as member:
        rows = list(csv.DictReader(io.TextIOWrapper(member, "utf-8-sig")))
    records: dict[str, Record] = {}
    for row in rows:
        path = [row[level] for level in LEVELS if row[level]]
        for end in range(1, len(path) + 1):
            key = "/".join(path[:end])
            if key not in records:
                records[key] = _record(f"org/{len(records)}", "organisation", path[end - 1], path[: end - 1])
        number = row["予算事業ID"]
        records[number] = _record(f"project/{number}", "project", row["事業名"], path)
    return list(records.values())


def _record(path: str, kind: str, title: str, above: list[str]) -> Record:
    passages = (Passage(Field.TITLE, title), *(Passage(Field.ORGANISATION, name) for name in above))
    return Record(f"https://review.example/id/{path}", path, kind, {"ja": title}, passages, {"type": [kind]})


def noisy(random_: random.Random, record: Record) -> str:
    """A name as somebody writes it."""
    title = record.labels["ja"]
    ministry = record.passages[1].text if len(record.passages) > 1 else ""

    def typo(name: str) -> str:
        if len(name) < 6:
            return name
        place = random_.randrange(1, len(name) - 1)
        kind = random_.randrange(3)
        if kind == 0:
            return name[:place] + name[place + 1 :]
        if kind == 1:
            return name[:place] + random_.choice("のを地新事等") + name[place + 1 :]
        return name[:place] + name[place + 1] + name[place] + name[place + 2 :]

    ways: list[Callable[[str], str]] = [
        lambda name: name,
        lambda name: name.translate(WIDE),
        lambda name: name.translate(OLD),
        lambda name: "　".join((name[: len(name) // 2], name[len(name) // 2 :])),
        lambda name: ministry + name,
        lambda name: f"{ministry} {name}",
        lambda name: f"令和７年度{name}" if record.kind == "project" else name,
        lambda name: f"①{name}" if record.kind == "project" else name,
        lambda name: f"{name}長" if name.endswith(("課", "室", "局")) else name,
        lambda name: name.replace("グループ", "Ｇ"),
        lambda name: name.replace("・", ""),
        typo,
        typo,
        lambda name: typo(typo(name)),
        lambda name: ministry + typo(name),
    ]
    return random_.choice(ways)(title)


def samples(random_: random.Random, records: list[Record]) -> Iterator[tuple[str, Record]]:
    """Names with the thing that each is of, without end; names that several things have are left out."""
    bearers: dict[str, set[str]] = defaultdict(set)
    for record in records:
        bearers[fold(record.labels["ja"])].add(record.path)
    while True:
        record = random_.choice(records)
        name = noisy(random_, record)
        own = bearers.get(fold(name), {record.path})
        if len(bearers[fold(record.labels["ja"])]) == 1 and own == {record.path}:
            yield name, record


def main() -> int:
    """Index, match, print the figures; fails where a match is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--names", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    records = review(options.folder)
    random_ = random.Random(options.seed)
    drawn = samples(random_, records)
    queries = [next(drawn) for _ in range(options.names)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "index.sqlite"
        write_index(file, records, {}, packaged_variants())
        matcher = Matcher(IndexFile(file))
        start, cpu = time.perf_counter(), time.process_time()
        answers = [matcher.match(NameQuery(name)) for name, _ in queries]
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    right = matched = 0
    wrong = []
    for (name, record), candidates in zip(queries, answers, strict=True):
        first = candidates[0] if candidates else None
        right += first is not None and first.thing.path == record.path
        matched += first is not None and first.match
        if first is None or first.thing.path != record.path:
            sys.stderr.write(
                f"{name!r}: {record.labels['ja']!r}, not {first and first.thing.labels['ja']!r}\n"
            )
        wrong += [name for its in candidates if its.match and its.thing.path != record.path]
    sys.stdout.write(
        f"{len(records)} things, {len(queries)} names: {right / len(queries):.1%} right at rank 1, "
        f"{matched} matches, {len(wrong)} of them wrong; {seconds:.1f} s, {cpu:.1f} s of one core\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
