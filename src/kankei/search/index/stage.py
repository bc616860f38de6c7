"""The stage of a build that writes the index."""

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from kankei.errors import MalformedData
from kankei.namespaces import Base
from kankei.search.index.schema import FILE
from kankei.search.index.store_records import facet_labels, read_records
from kankei.search.index.writer import write_index
from kankei.search.normalisation.folding import packaged_variants, read_variants

VARIANTS = "variants.tsv"
"""The file of a data folder in which a curator lists words that are one word, separated by tabs."""


def write_search_index(store: ox.Store, base: Base, data: Path, release: Path) -> None:
    """Write the index of a store into the folder of a release; `data` is the data folder."""
    records = read_records(store, base)
    file = release / FILE
    file.parent.mkdir()
    write_index(
        file, records, facet_labels(store, base, records), [*packaged_variants(), *own_variants(data)]
    )


def determined_by(data: Path) -> Sequence[Path]:
    """What determines the bytes of an index beside the store: code, and the variants of a data folder."""
    room = Path(__file__).parent.parent
    own = data / VARIANTS
    return [room / "index", room / "normalisation", *([own] if own.is_file() else [])]


def own_variants(data: Path) -> Sequence[Sequence[str]]:
    """The variants that a data folder lists; raises `MalformedData` for a file that is not in UTF-8."""
    file = data / VARIANTS
    try:
        return read_variants(file.read_text(encoding="utf-8-sig").splitlines()) if file.is_file() else ()
    except UnicodeDecodeError as error:
        raise MalformedData("the file of variants is not in UTF-8", str(file)) from error
