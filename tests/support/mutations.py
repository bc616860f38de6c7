"""Random changes of one value in the curated data, and whether `kankei validate` finds them.

    PYTHONPATH=src:tests python -m support.mutations 500 [--seed 13]

Each change is of one kind, chosen evenly, then of one value of that kind in any data file: an amount, a bound
of a window or its EDTF, a numerator or denominator, a telephone, a printed number or position, the first or
last line of a place, a unit, a fiscal year. A change is found where the data is rejected or has a result.
"""

import argparse
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from kankei.dataset.data_folder import Inputs, data_files, packaged
from kankei.dataset.dataset import Dataset, load
from kankei.errors import KankeiError
from kankei.namespaces import Base
from kankei.validation.file_validation import with_printed_texts
from kankei.validation.printed.known_names import known_names
from kankei.validation.printed.printed_texts import check_document, parse_document
from kankei.validation.printed.source_lines import sources_of
from kankei.validation.validator import validate

BASE = Base()
CIRCLED = "①②③④"
UNITS = ("円", "千円", "万円", "百万円", "億円")
Change = Callable[[random.Random, re.Match[str]], str]
"""Another text for a match; it may be the same."""


def _digits(chance: random.Random, text: str) -> str:
    """The text with one of its digits changed."""
    places = [place for place, character in enumerate(text) if character.isdigit()]
    place = chance.choice(places)
    return text[:place] + chance.choice("0123456789") + text[place + 1 :]


def _amount(chance: random.Random, match: re.Match[str]) -> str:
    yen = int(match["value"])
    others = (yen * 1000, yen * 10, yen // 1000, yen // 10, yen + 1, int(_digits(chance, match["value"])))
    return str(chance.choice(others))


def _bound(chance: random.Random, match: re.Match[str]) -> str:
    if "/" in match["value"] or len(match["value"]) != len("2025-04-01"):
        return _digits(chance, match["value"])
    days = chance.choice((-365, -30, -1, 1, 30, 365))
    return (date.fromisoformat(match["value"]) + timedelta(days)).isoformat()


def _share(chance: random.Random, match: re.Match[str]) -> str:
    return str(max(1, int(match["value"]) + chance.choice((-2, -1, 1, 2, 10))))


def _telephone(chance: random.Random, match: re.Match[str]) -> str:
    return _digits(chance, match["value"])


def _number(chance: random.Random, match: re.Match[str]) -> str:
    value = match["value"]
    return chance.choice(CIRCLED) if value in CIRCLED else _digits(chance, value).lstrip("0") or "1"


def _line(chance: random.Random, match: re.Match[str]) -> str:
    first, last = map(int, match["value"].split(","))
    step = chance.choice((-10, -2, -1, 1, 2, 10))
    first, last = chance.choice(((first + step, last), (first, last + step), (first + step, last + step)))
    return f"{first},{last}" if 0 <= first < last else match["value"]


def _unit(chance: random.Random, match: re.Match[str]) -> str:
    return chance.choice(UNITS)


KINDS: Mapping[str, tuple[re.Pattern[str], Change]] = {
    "amount": (re.compile(r"kk:(?:amount|upperBound|ceiling) (?P<value>[0-9]+)"), _amount),
    "bound": (re.compile(r'kk:(?:(?:earliest|latest)(?:Start|End)|edtf) "(?P<value>[^"]+)"'), _bound),
    "denominator": (re.compile(r"kk:(?:numerator|denominator) (?P<value>[0-9]+)"), _share),
    "telephone": (re.compile(r'kk:(?:telephone|printedTelephone) "(?P<value>[^"]+)"'), _telephone),
    "number": (re.compile(r'kk:(?:number "|position )(?P<value>[0-9]+|[①-④])'), _number),
    "line": (re.compile(r"#line=(?P<value>[0-9]+,[0-9]+)"), _line),
    "unit": (re.compile(r'kk:unit "(?P<value>[^"]+)"'), _unit),
    "year": (
        re.compile(r"<\.\./fiscal-year/(?P<value>[0-9]{4})>|kk:startYear (?P<start>[0-9]{4})"),
        lambda chance, match: str(int(match["value"] or match["start"]) + chance.choice((-3, 3))),
    ),
}


@dataclass(frozen=True)
class Mutation:
    """One change: the kind, the file and line, and the two texts of the line."""

    kind: str
    document: str
    file: Path
    line: int
    before: str
    after: str
    content: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.file.name}:{self.line}: {self.before.strip()} -> {self.after.strip()}"


def mutations(inputs: Inputs, count: int, seed: int) -> Iterator[Mutation]:
    """Some random changes; the same seed gives the same."""
    chance = random.Random(seed)
    texts = {
        document: (file, file.read_text(encoding="utf-8")) for document, file in data_files(inputs).items()
    }
    places = {
        kind: [(document, match) for document, (_, text) in texts.items() for match in pattern.finditer(text)]
        for kind, (pattern, _) in KINDS.items()
    }
    while count:
        kind = chance.choice(list(KINDS))
        document, match = chance.choice(places[kind])
        name = "value" if match["value"] else "start"
        new = KINDS[kind][1](chance, match)
        if new == match[name]:
            continue
        count -= 1
        file, text = texts[document]
        changed = text[: match.start(name)] + new + text[match.end(name) :]
        line = text.count("\n", 0, match.start(name))
        lines = text.splitlines()[line], changed.splitlines()[line]
        yield Mutation(kind, document, file, line + 1, *lines, changed)


@dataclass(frozen=True)
class Search:
    """Whether validation finds a change; what the printed texts tell is tried first, as it takes least."""

    inputs: Inputs
    dataset: Dataset

    def finds(self, mutation: Mutation) -> bool:
        """Whether the data with this change is rejected or has a result."""
        return self._by_printed_texts(mutation) or self._by_validation(mutation)

    def _by_printed_texts(self, mutation: Mutation) -> bool:
        if not mutation.document.startswith(("programme/", "org/")):
            return False
        names, sources = known_names(self.dataset), sources_of(self.dataset)
        statements = parse_document(mutation.content.encode(), BASE.thing(mutation.document))
        return next(check_document(statements, names, sources), None) is not None

    def _by_validation(self, mutation: Mutation) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / mutation.file.parent.name / mutation.file.name
            file.parent.mkdir()
            file.write_text(mutation.content, encoding="utf-8")
            for beside in mutation.file.parent.glob("*.txt"):
                (file.parent / beside.name).write_bytes(beside.read_bytes())
            try:
                dataset = load(replace(self.inputs, extra=(file,)), BASE)
                report = with_printed_texts(validate(dataset.store, self.inputs.shapes), dataset)
                return not report.conforms
            except KankeiError:
                return True


def survivors(count: int, seed: int) -> list[Mutation]:
    """The changes that validation does not find, of so many."""
    inputs = packaged()
    search = Search(inputs, load(inputs, BASE))
    return [mutation for mutation in mutations(inputs, count, seed) if not search.finds(mutation)]


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=13)
    arguments = parser.parse_args()
    kinds = Counter(one.kind for one in mutations(packaged(), arguments.count, arguments.seed))
    left = survivors(arguments.count, arguments.seed)
    lines = [*map(str, left), str(dict(kinds)), f"{arguments.count - len(left)} of {arguments.count} found"]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    _main()
