"""The files of a release that people download, and what each is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kankei.release.manifest import FileEntry
from kankei.release.tables import titles

_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_FORMATS = {
    "nt": ("N-Triples", "application/n-triples", "RDF_N_TRIPLES"),
    "nq": ("N-Quads", "application/n-quads", "RDF_N_QUADS"),
    "ttl": ("Turtle", "text/turtle", "RDF_TURTLE"),
    "trig": ("TriG", "application/trig", "RDF_TRIG"),
    "rdf": ("RDF/XML", "application/rdf+xml", "RDF_XML"),
    "jsonld": ("JSON-LD", "application/ld+json", "JSON_LD"),
    "csv": ("CSV", "text/csv", "CSV"),
}
_COMPRESSIONS = {"gz": ("gzip", "application/gzip"), "zst": ("Zstandard", "application/zstd")}


@dataclass(frozen=True)
class Distribution:
    """One downloadable file; media and file types are IRIs."""

    name: str
    titles: Mapping[str, str]
    media_type: str
    file_type: str
    compression: str | None
    entry: FileEntry

    @property
    def is_dump(self) -> bool:
        """Whether the file holds the whole dataset."""
        return self.name.startswith("dumps/")


def distributions(files: Mapping[str, FileEntry]) -> Iterator[Distribution]:
    """The dumps and tables among a release's files, by name."""
    for name in sorted(files):
        folder, _, file = name.partition("/")
        stem, _, suffixes = file.partition(".")
        suffix, *compression = suffixes.split(".")
        if folder not in {"dumps", "tables"} or suffix not in _FORMATS:
            continue
        label, media_type, file_type = _FORMATS[suffix]
        packed = _COMPRESSIONS[compression[0]] if compression else None
        yield Distribution(
            name,
            _titles(stem, label, folder, packed[0] if packed else ""),
            _MEDIA_TYPES + media_type,
            _FILE_TYPES + file_type,
            _MEDIA_TYPES + packed[1] if packed else None,
            files[name],
        )


def _titles(stem: str, label: str, folder: str, packed: str) -> Mapping[str, str]:
    kind = f"{label}, {packed}" if packed else label
    if folder == "tables":
        return {language: f"{title} ({kind})" for language, title in titles(stem).items()}
    return {"ja": f"全データ ({kind})", "en": f"All data ({kind})"}
