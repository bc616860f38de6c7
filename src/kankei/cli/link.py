"""The commands `kankei link`, which proposes mappings between data folders, and `kankei curate`."""

import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from kankei.cli import console
from kankei.errors import UsageError
from kankei.localisation import Text, both, catalogue

if TYPE_CHECKING:
    from kankei.dataset.mappings import LinkMapping
    from kankei.linking.items import Item

MESSAGES = catalogue("kankei.linking")
_SHOWN = 240


def link(
    subjects: Annotated[Path, Argument(metavar="LEFT", help="Data folder whose things are linked.")],
    objects: Annotated[Path, Argument(metavar="RIGHT", help="Data folder whose things they are linked to.")],
    out: Annotated[Path, Option("--out", metavar="FILE", help="File of mappings (SSSOM) to write.")],
    base: console.BaseOption = None,
    least: Annotated[
        float, Option("--min-confidence", min=0.0, max=1.0, help="Leave out what is less certain.")
    ] = 0.5,
) -> None:
    """Propose mappings from the things of one data folder to those of another, with evidence in words.

    Each is a candidate until a curator accepts or rejects it, in the file or by `kankei curate`. Verdicts
    that the file has stay, and a pair that has one is not proposed again.
    """
    from kankei.linking.candidates import link as link_items
    from kankei.linking.curation_file import update_file
    from kankei.linking.items import read_items

    base_iri = console.read_base(base)
    with console.progress_line() as progress:
        task = progress.add_task(both(MESSAGES.text("reading")))
        items, others = read_items(subjects, [objects], base_iri), read_items(objects, [subjects], base_iri)
        progress.update(task, description=both(MESSAGES.text("linking")))
        new, decided = update_file(out, link_items(items, others, least), base_iri)
    counts = {"items": len(items), "others": len(others), "new": new, "decided": decided}
    _print(MESSAGES.text("link-done", **counts, file=out))


def curate(
    file: Annotated[Path, Argument(help="File of mappings (SSSOM).")],
    author: Annotated[str, Option("--author", help="Who decides, as the data is to name them.")],
    base: console.BaseOption = None,
    data: console.DataFoldersOption = None,
    day: Annotated[
        datetime | None, Option("--date", formats=["%Y-%m-%d"], help="Day of the decisions.  [today]")
    ] = None,
) -> None:
    """Decide on the candidates of a file, one after the other, with both sides in view.

    With --data (repeatable) units, pages, years and texts are shown too. Each verdict is written at once.
    """
    from kankei.dataset.mappings import State, read_mappings
    from kankei.linking.curation_file import decide, save
    from kankei.linking.items import Item, read_items

    if not file.is_file():
        raise UsageError(both(MESSAGES.text("no-file")), str(file))
    base_iri = console.read_base(base)
    folders = data or []
    known: dict[str, Item] = {
        item.iri: item for folder in folders for item in read_items(folder, folders, base_iri)
    }
    mappings = read_mappings(file, base_iri)
    date = (day or datetime.now()).date().isoformat()
    verdicts = {"a": State.ACCEPTED, "r": State.REJECTED}
    for position, mapping in enumerate(mappings):
        if mapping.state is not State.CANDIDATE:
            continue
        for line in _shown(mapping, known):
            console.print_line(line)
        answer = _answer()
        if answer == "q":
            break
        if answer in verdicts:
            mappings[position] = decide(mapping, verdicts[answer], author, date)
            save(file, mappings, base_iri)
    waiting = sum(mapping.state is State.CANDIDATE for mapping in mappings)
    _print(MESSAGES.text("curate-left", count=waiting, file=file))


def _print(sentence: Text) -> None:
    """Print a sentence in both languages, each on a line."""
    for line in sentence:
        console.print_line(line)


def _answer() -> str:
    """The first of the keys that is typed; the end of the input is a wish to stop."""
    keys = MESSAGES.text("curate-keys")
    while True:
        sys.stdout.write(f"{keys.ja}\n{keys.en} > ")
        sys.stdout.flush()
        line = sys.stdin.readline()
        key = line.strip().lower()[:1] if line else "q"
        if key in {"a", "r", "s", "q"}:
            sys.stdout.write("\n")
            return key


def _shown(mapping: "LinkMapping", known: "Mapping[str, Item]") -> Iterator[str]:
    """Both sides of a mapping, its predicate, confidence and evidence, as lines."""
    yield f"{mapping.subject_label}  [{mapping.subject}]"
    yield from _facts(known.get(mapping.subject))
    predicate = mapping.predicate.rpartition("#")[2]
    confidence = "" if mapping.confidence is None else f" {mapping.confidence:.3f}"
    yield f"  — {predicate}{confidence} →"
    yield f"{mapping.object_label}  [{mapping.object}]"
    yield from _facts(known.get(mapping.object))
    yield f"  {mapping.evidence}"


def _facts(item: "Item | None") -> Iterator[str]:
    if item is None:
        return
    yield f"    {' / '.join(item.unit)}"
    yield from (f"    {page}" for page in sorted(item.links))
    if item.first_year:
        yield f"    {item.first_year}–"
    for year, amounts in sorted(item.amounts.items()):
        yield f"    {year}: {', '.join(f'{amount:,}' for amount in sorted(amounts))} 円"
    yield f"    {' '.join(item.text.split())[:_SHOWN]}"
