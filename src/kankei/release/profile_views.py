"""Profiles other than the native one: their views, read back by document. Imports nothing of the build."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kankei.namespaces import CPSV, ONTOLOGY, SCHEMA

FOLDER = "profiles"


@dataclass(frozen=True)
class Profile:
    """A profile in which things are described too: short name, IRI, label, the class of its main nodes."""

    name: str
    iri: str
    label: str
    root_class: str
    media_types: tuple[str, ...] = ()
    """Those of its documents where they are records and no RDF."""

    @property
    def lines(self) -> str:
        """The name of the file of its statements, or of its records, one a line."""
        return f"tables/{self.name}.json" if self.media_types else f"{FOLDER}/{self.name}.nt"

    @property
    def index(self) -> str:
        """The name of the file that tells which statements the view of a document has."""
        return f"{FOLDER}/{self.name}.json"

    @property
    def graph(self) -> str:
        """The name of the graph of its statements."""
        return f"profile/{self.name}"


NATIVE = Profile("native", ONTOLOGY, "kankei", "")
CPSV_AP = Profile(
    "cpsv-ap",
    "https://semiceu.github.io/CPSV-AP/releases/3.2.0/",
    "CPSV-AP 3.2",
    CPSV + "PublicService",
)
SCHEMA_ORG = Profile("schema-org", "https://schema.org/", "schema.org", SCHEMA + "GovernmentService")
GIF = Profile(
    "gif-ds-451-4",
    # The document that defines its items, as published in the version that was followed.
    "https://github.com/JDA-DM/GIF/blob/38fdf77dc645ba7e49ae8f6ab8f5bde017b681b7/"
    + quote("451_実装データモデル_行政/md/451-4_ad_rule.md"),
    "GIF DS-451-4 行政サービス・制度",
    "",
    ("application/json", "text/csv"),
)
DCAT_AP = Profile("dcat-ap", "https://semiceu.github.io/DCAT-AP/releases/3.0.1", "DCAT-AP 3.0.1", "")
"""The profile of the catalogue, the only one that it has."""
RDF_PROFILES: tuple[Profile, ...] = (CPSV_AP, SCHEMA_ORG)
PROFILES: tuple[Profile, ...] = (*RDF_PROFILES, GIF)


@dataclass(frozen=True)
class ViewIndex:
    """Which parts of a profile's statements make up the view of each document.

    A part holds the statements about one thing: offset and length in the file. A view names its parts by
    number.
    """

    parts: Sequence[tuple[int, int]]
    views: Mapping[str, Sequence[int]]

    def json(self) -> bytes:
        """The index in its canonical form."""
        content = {"parts": self.parts, "views": self.views}
        return json.dumps(content, separators=(",", ":"), sort_keys=True).encode() + b"\n"

    def slices(self, path: str) -> list[tuple[int, int]]:
        """Offset and length of each part of a document's view."""
        return [self.parts[number] for number in self.views[path]]

    def fits(self, size: int) -> bool:
        """Whether each part lies in a file of so many bytes, and each view names parts that exist."""
        numbers = range(len(self.parts))
        return all(
            offset >= 0 and length > 0 and offset + length <= size for offset, length in self.parts
        ) and all(number in numbers for view in self.views.values() for number in view)


def read_views(path: Path) -> ViewIndex:
    """The index in a release's file."""
    content: dict[str, Any] = json.loads(path.read_bytes())
    return ViewIndex([(offset, length) for offset, length in content["parts"]], content["views"])
