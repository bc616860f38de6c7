"""Documents that contradict no printed text, kept beside the releases so that they are not read again.

A document is kept under a key of everything that its reading rests on: the code of `validation/` and of the
rooms that it may import, the names that the dataset knows, and its own file. With it are kept the sources in
which it looked for lines, with their hashes. If any of that is another, the document is read.
"""

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

import kankei
from kankei.validation.printed.known_names import KnownNames
from kankei.validation.printed.source_lines import SourceLines

_ROOMS = ("dataset", "source", "validation")
"""The rooms whose code reads documents: no other may be imported by it."""
_CODE = frozenset({".py", ".toml", ".rq"})

SourceHashes = Mapping[str, str | None]
"""The SHA-256 of each source by IRI; None where the dataset has no such source."""


@dataclass
class AcceptedDocuments:
    """The documents that were accepted before, and those that are met now, which `save` writes."""

    _known: Mapping[str, SourceHashes] = field(default_factory=dict)
    _met: dict[str, SourceHashes] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> "AcceptedDocuments":
        """The documents that a file names; none if there is no such file, or if it is damaged."""
        try:
            known = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            known = {}
        return cls(known if _is_well_formed(known) else {})

    def holds(self, key: str, sources: Mapping[str, SourceLines]) -> bool:
        """Whether a document was accepted with the same key, and the sources that it cites are the same."""
        hashes = self._known.get(key)
        if hashes is None or any(_hash(sources.get(iri)) != known for iri, known in hashes.items()):
            return False
        self._met[key] = hashes
        return True

    def add(self, key: str, cited: Iterable[str], sources: Mapping[str, SourceLines]) -> None:
        """Accept a document that looked for lines in some sources, by their IRIs."""
        self._met[key] = {iri: _hash(sources.get(iri)) for iri in cited}

    def save(self, file: Path) -> None:
        """Write the documents that were met to a file, whole or not at all."""
        content = json.dumps(self._met, indent=1, sort_keys=True) + "\n"
        draft = file.with_name(f"{file.name}.new")
        draft.write_text(content, encoding="utf-8")
        draft.replace(file)


def reading_key(names: KnownNames) -> str:
    """The hash of the code that reads documents and of the names that it knows."""
    units = sorted((list(path), unit) for path, unit in names.units.values.items())
    known = (names.base.iri, names.concepts, names.labels, units, names.years)
    return _joined_hash((code_hash(), json.dumps(known, sort_keys=True, ensure_ascii=False)))


def document_key(reading: str, base_iri: str, turtle: bytes) -> str:
    """The key of a document that is read so."""
    return _joined_hash((reading, base_iri, sha256(turtle).hexdigest()))


@cache
def code_hash() -> str:
    """The hash of the code that reads documents, and of what it runs on."""
    return hash_of_code(Path(kankei.__file__).parent)


def hash_of_code(package: Path) -> str:
    """The hash of the code of a package that reads documents, and of what it runs on."""
    runtime = (sys.version, unicodedata.unidata_version, ox.__version__)
    return _joined_hash((*runtime, *_files(package)))


def _files(package: Path) -> Iterator[str]:
    ground = [file for file in package.iterdir() if file.is_file()]
    rooms = [file for room in _ROOMS for file in (package / room).rglob("*")]
    for file in sorted((*ground, *rooms)):
        if file.suffix in _CODE:
            yield file.relative_to(package).as_posix()
            yield sha256(file.read_bytes()).hexdigest()


def _joined_hash(parts: Iterable[str]) -> str:
    return sha256("\n".join(json.dumps(part) for part in parts).encode()).hexdigest()


def _hash(source: SourceLines | None) -> str | None:
    return source.document.sha256 if source else None


def _is_well_formed(known: object) -> bool:
    return isinstance(known, dict) and all(
        isinstance(hashes, dict) and all(isinstance(one, str | None) for one in hashes.values())
        for hashes in known.values()
    )
