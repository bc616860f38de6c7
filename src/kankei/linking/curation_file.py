"""A file of mappings between runs: new candidates beside what a curator has decided, which stays."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

from kankei.dataset.mappings import (
    CURATED_JUSTIFICATION,
    LinkMapping,
    State,
    read_mappings,
    read_metadata,
    write_mappings,
)
from kankei.errors import UsageError
from kankei.localisation import both, catalogue
from kankei.namespaces import Base


def update_file(file: Path, candidates: Iterable[LinkMapping], base: Base) -> tuple[int, int]:
    """Write candidates to a file, except for pairs that it has a verdict on.

    Returns the number of candidates and of verdicts that the file has then.
    """
    decided = (
        [m for m in read_mappings(file, base) if m.state is not State.CANDIDATE] if file.exists() else []
    )
    pairs = {mapping.pair for mapping in decided}
    new = [mapping for mapping in candidates if mapping.pair not in pairs]
    save(file, [*decided, *new], base)
    return len(new), len(decided)


def save(file: Path, mappings: Iterable[LinkMapping], base: Base) -> None:
    """Write the mappings of a file anew, whole or not at all; what it says of itself stays."""
    metadata = read_metadata(file) if file.exists() else ""
    target = file.resolve()
    temporary = target.with_name(f".{target.name[:50]}.{token_hex(8)}")
    try:
        temporary.write_text(write_mappings(mappings, base, metadata), encoding="utf-8")
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def decide(mapping: LinkMapping, state: State, author: str, day: str) -> LinkMapping:
    """A mapping with a curator's verdict; raises `UsageError` without a name."""
    if not author.strip():
        raise UsageError(both(catalogue("kankei.linking").text("no-author")))
    return replace(mapping, state=state, author=author, date=day, justification=CURATED_JUSTIFICATION)
