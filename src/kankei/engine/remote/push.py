"""Writes a release to a remote engine, beside those that are there, and checks that all of it arrived."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kankei.engine.limits import MIB
from kankei.engine.remote.fingerprint import GraphFingerprint, difference, read_sums
from kankei.engine.remote.graph_names import GraphNames
from kankei.engine.remote.graph_parts import merged_lines, named_lines, parts_of, turtle_of
from kankei.engine.remote.graph_store import GraphStore
from kankei.engine.remote.query_files import query_text
from kankei.engine.remote.query_text import RemoteQuery
from kankei.errors import PushFailed
from kankei.release.reader import Release

PART_BYTES = 8 * MIB
KEPT = 2
"""Releases that an engine keeps: the new one, and the one that is served until it takes over."""
_WAITING_PARTS = 8

OnProgress = Callable[[str, int, int], None]
"""Called with what is done, how many statements of it are, and of how many."""


def utc_now() -> str:
    """The time now, as XML Schema has it."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


@dataclass
class Push:
    """One release on its way to one engine."""

    release: Release
    store: GraphStore
    names: GraphNames
    on_progress: OnProgress
    part_bytes: int = PART_BYTES
    now: Callable[[], str] = utc_now
    """The time, for the statement of when a release was written."""
    _fingerprints: dict[str, GraphFingerprint] = field(default_factory=lambda: defaultdict(GraphFingerprint))
    """By the name of the graph in the engine."""

    @property
    def is_written(self) -> bool:
        """Whether the engine says that it holds this release."""
        text = query_text("state", release=[self.names.prefix])
        return self.store.rows(RemoteQuery(text, (self.names.state,))) == [(self.names.digest,)]

    def write(self) -> None:
        """Write all graphs; what an earlier, broken attempt left of them is replaced."""
        self.store.drop(self.names.state)
        begun = set[str]()
        done, total = 0, self.release.manifest.triples + self.release.manifest.quads
        for graph, lines in self._parts():
            (self.store.add if graph in begun else self.store.replace)(graph, turtle_of(lines))
            begun.add(graph)
            done += len(lines)
            self.on_progress("written", done, total)

    def read(self) -> None:
        """Read the release as `write` does, for graphs that the engine's own loader has written."""
        for _ in self._parts():
            pass

    def check(self) -> None:
        """Raise `PushFailed` unless the engine holds the statements of the release, as they are."""
        for number, (graph, expected) in enumerate(sorted(self._fingerprints.items()), 1):
            self.on_progress("checked", number, len(self._fingerprints))
            dataset = (graph,)
            try:
                actual = read_sums(self.store.rows(RemoteQuery(query_text("fingerprint"), dataset)))
            except ValueError as error:
                raise PushFailed("the engine cannot add up what it holds", graph) from error
            if differs := difference(expected.sums, actual):
                message = (
                    f"the engine does not hold what was written to it; statements / characters: {differs}"
                )
                raise PushFailed(message, graph)
            self._check_samples(graph, expected)

    def finish(self) -> None:
        """Say in the engine that the release is whole, so that it can be served."""
        self.store.replace(self.names.state, self._state())

    def export(self, file: Path) -> None:
        """Write all graphs and the final statement to a file of N-Quads, for an engine's own loader."""
        with file.open("wb") as output:
            for graph, lines in self._parts():
                name = f" <{graph}> .\n".encode()
                output.writelines(line[:-3] + name for line in lines)
            name = f" <{self.names.state}> .\n".encode()
            output.writelines(line[:-3] + name for line in self._state().splitlines(keepends=True))

    def remove_others(self, kept: int = KEPT) -> list[str]:
        """Remove all releases but the newest, and return which; the one that was just written is kept."""
        graphs: dict[str, set[str]] = defaultdict(set)
        issued: dict[str, str] = {}
        prefix = self.release.manifest.base.thing("release/")
        for release, time, graph in self.store.rows(RemoteQuery(query_text("releases"), ())):
            if release.startswith(prefix) and graph.startswith(f"{release}/graphs/"):
                graphs[release].add(graph)
                issued[release] = time
        others = sorted(
            issued.keys() - {self.names.prefix}, key=lambda release: issued[release], reverse=True
        )
        removed = others[max(kept - 1, 0) :]
        for release in removed:
            # That of the state first: what is half removed is not served.
            for graph in sorted(graphs[release], key=lambda graph: not graph.endswith("/graphs/state")):
                self.store.drop(graph)
        return [release.removeprefix(prefix) for release in removed]

    def _state(self) -> bytes:
        """What is written when all else is there."""
        return self.names.statements(self._fingerprints[self.names.merged].count, self.now())

    def _parts(self) -> Iterator[tuple[str, list[bytes]]]:
        """The lines of all graphs in parts, which are added to the fingerprints."""
        self._fingerprints.clear()
        waiting = self.part_bytes * _WAITING_PARTS
        for graph, lines in parts_of(self._lines(), self.part_bytes, waiting):
            self._fingerprints[graph].add(lines)
            yield graph, lines

    def _lines(self) -> Iterator[tuple[str, bytes]]:
        for line in merged_lines(self.release):
            yield self.names.merged, line
        for graph, line in named_lines(self.release):
            yield self.names.named(graph), line

    def _check_samples(self, graph: str, expected: GraphFingerprint) -> None:
        text = query_text("samples", subject=expected.samples)
        actual: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for subject, name, value in self.store.rows(RemoteQuery(text, (graph,))):
            actual[subject].add((name, value))
        for subject, statements in expected.samples.items():
            for name, value in sorted(statements ^ actual[subject]):
                message = f"the engine has something else in place of <{subject}> <{name}> {value[:80]!r}"
                raise PushFailed(message, graph)
