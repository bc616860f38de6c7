"""Changes of things as values and as lines of JSON; how many of them a release carries on."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from kankei.localisation import Labels
from kankei.release.document_index import json_line

CHANGES = "changes.jsonl"
MAX_RELEASES = 50
"""Releases whose changes a release carries on."""
MAX_CHANGES = 10_000
"""Changes that a release carries on beside its own."""


class ChangeStatus(StrEnum):
    """What happened to a thing."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class Change:
    """What happened to one thing in the release of a moment; `nodes` is what changed in it, as JSON values.

    `path` is empty for the ontology, whose terms are no documents. `kind` is the class of the thing.
    """

    moment: str
    status: ChangeStatus
    iri: str
    path: str
    kind: str
    labels: Labels
    nodes: Sequence[Mapping[str, Any]] = ()

    def line(self) -> bytes:
        """The change as one line of JSON."""
        content = {
            "moment": self.moment,
            "status": self.status.value,
            "iri": self.iri,
            "path": self.path,
            "kind": self.kind,
            "labels": self.labels,
            "nodes": self.nodes,
        }
        return json_line(content) + b"\n"

    @property
    def properties(self) -> list[str]:
        """The properties that changed, once each, in the order of the nodes."""
        return list(dict.fromkeys(change["property"] for node in self.nodes for change in node["properties"]))


def read_changes(lines: bytes) -> Iterator[Change]:
    """The changes of a file; raises `ValueError`, `TypeError` or `KeyError` where it is none."""
    for line in lines.splitlines():
        content = json.loads(line)
        yield Change(**{**content, "status": ChangeStatus(content["status"])})


def carry_on(new: Sequence[Change], old: bytes) -> tuple[bytes, bool]:
    """The lines of new changes before those of older releases; whether all older ones are among them.

    Older releases are left out as wholes, the oldest first.
    """
    kept, count, releases = [change.line() for change in new], 0, int(bool(new))
    for _, group in groupby(old.splitlines(keepends=True), key=_moment):
        lines = list(group)
        count, releases = count + len(lines), releases + 1
        if count > MAX_CHANGES or releases > MAX_RELEASES:
            return b"".join(kept), False
        kept += lines
    return b"".join(kept), True


def oldest_moment(lines: bytes) -> str:
    """The moment of the last line; empty for no lines."""
    *_, last = lines.splitlines() or [b""]
    return _moment(last) if last else ""


def count_by_status(changes: Iterable[Change]) -> dict[str, int]:
    """The number of changes of each status."""
    statuses = [change.status for change in changes]
    return {status.value: statuses.count(status) for status in ChangeStatus}


def _moment(line: bytes) -> str:
    moment: str = json.loads(line)["moment"]
    return moment
