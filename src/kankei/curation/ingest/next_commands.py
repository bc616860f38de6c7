"""What a curator types after an ingest, complete and quoted, so that each line runs as it is."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from shlex import join, quote

from kankei.curation.ingest.options import Order
from kankei.curation.matching.sheet_matcher import Match, MatchStatus
from kankei.curation.report.dataset_context import Command
from kankei.namespaces import DEFAULT_BASE

FOLDERS = ("programmes", "sources", "fiscal-years")
"""What goes from the folder of candidates to the data."""


def again(order: Order, number: str | None, continuation: Match) -> Command:
    """The same ingest with what is decided: a sheet's programme, by its number if that is its own."""
    slugs = {**order.slugs, **({number: continuation.identity.slug} if number else {})}
    measures = {f"{sheet}{measure}": name for (sheet, measure), name in order.measures.items()}
    options = [
        *_option("--data", order.data),
        *_option("--out", order.out),
        *_option("--base", _base(order)),
        *_option("--name", order.name),
        *_option("--encoding", order.encoding),
        *_option("--year", order.year),
        *(part for key, slug in {**slugs, **measures}.items() for part in ("--slug", f"{key}={slug}")),
        *(["--language", order.language] if order.language != "en" else []),
    ]
    return Command("again", join(["kankei", "ingest", *map(str, order.documents), *options]))


def compare(order: Order, slug: str, file: Path) -> Command:
    """The candidate beside the file that the data have."""
    known = order.inputs.data / "programmes" / f"{slug}.ttl"
    return Command("compare", join(["kankei", "diff", str(known), str(file)]))


def validate(order: Order) -> Command:
    """All candidates, with what they refer to, beside the data."""
    data = join(_option("--data", order.data))
    return Command(
        "validate", " ".join(filter(None, ("kankei validate", data, f"{_path(order.out)}/*/*.ttl")))
    )


def copy(order: Order, folders: Sequence[str]) -> Iterator[Command]:
    """All that was written into the curator's data, which are made from the packaged ones if need be."""
    data = _data(order)
    if order.data is None:
        own = f"test -d {data} || cp -r {quote(str(order.inputs.data))} {data}"
        yield Command("own", own)
    if order.out.resolve() != Path(order.data or "data").resolve():
        yield Command("copy", f"cp -r {' '.join(_path(order.out / folder) for folder in folders)} {data}/")


def build(order: Order) -> Command:
    """A release of the data."""
    base = join(_option("--base", _base(order)))
    return Command("build", " ".join(filter(None, (f"kankei build --data {_data(order)}", base))))


def following(order: Order, standing: MatchStatus, folders: Sequence[str]) -> tuple[Command, ...]:
    """What comes after a candidate was looked at; nothing where the data have its entry."""
    if standing is MatchStatus.SAME:
        return ()
    return (validate(order), *copy(order, folders), build(order))


def _option(name: str, value: object) -> list[str]:
    return [] if value is None else [name, str(value)]


def _base(order: Order) -> str | None:
    return None if order.base.iri == DEFAULT_BASE else order.base.iri


def _data(order: Order) -> str:
    return quote(str(order.data)) if order.data else "data"


def _path(path: Path) -> str:
    return quote(str(path))
