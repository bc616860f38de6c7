"""The stage of a build that writes the index."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from kankei.errors import MalformedData
from kankei.localisation import catalogue
from kankei.namespaces import Base
from kankei.release.offered_service import OfferedService
from kankei.search.index.schema import FILE
from kankei.search.index.store_records import facet_labels, read_records
from kankei.search.index.writer import write_index
from kankei.search.normalisation.folding import packaged_variants, read_variants

MESSAGES = catalogue("kankei.search")
Members = Mapping[str, Collection[str]]
RECONCILIATION = "https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/"
VARIANTS = "variants.tsv"
"""The file of a data folder in which a curator lists words that are one word, separated by tabs."""


def write_search_index(
    store: ox.Store, base: Base, data: Path, release: Path, members: Members | None = None
) -> None:
    """Write the index of a store into the folder of a release; `data` is the data folder.

    `members` are the documents of each further dataset, by its name.
    """
    variants = [*packaged_variants(), *own_lines(data)]
    datasets = {path: f"{base.dataset}/{name}" for name, its in (members or {}).items() for path in its}
    records = read_records(store, base, datasets)
    file = release / FILE
    file.parent.mkdir()
    write_index(file, records, facet_labels(store, base, records), variants)


def determined_by(data: Path) -> Sequence[Path]:
    """What determines the bytes of an index beside the store: code, and a data folder's own variants."""
    room = Path(__file__).parent.parent
    own = [file] if (file := data / VARIANTS).is_file() else []
    return [room / "index", room / "normalisation", *own]


def services() -> Sequence[OfferedService]:
    """What a server offers by an index: the search, and the reconciliation of names."""
    return (
        OfferedService("search", MESSAGES.text("search-service"), "search"),
        OfferedService(
            "reconciliation", MESSAGES.text("reconciliation-service"), "reconcile", RECONCILIATION
        ),
    )


def own_lines(data: Path) -> Sequence[Sequence[str]]:
    """The variants that a data folder lists; raises `MalformedData` for one that is not in UTF-8."""
    file = data / VARIANTS
    try:
        return read_variants(file.read_text(encoding="utf-8-sig").splitlines()) if file.is_file() else ()
    except UnicodeDecodeError as error:
        raise MalformedData("the list is not in UTF-8", str(file)) from error
