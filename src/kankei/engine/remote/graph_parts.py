"""The graphs of a release as they are written to a remote engine: N-Triples in parts."""

import re
from collections.abc import Iterable, Iterator

from kankei.errors import BrokenRelease
from kankei.release.reader import QUADS, TRIPLES, Release

_GRAPH_NAME = re.compile(rb" <([^<>]*)> \.\n\Z")

_LONG_INTEGER = re.compile(rb' "(-?[0-9]{10,})"\^\^<http://www\.w3\.org/2001/XMLSchema#integer> \.\n')


def merged_lines(release: Release) -> Iterator[bytes]:
    """The lines of the default graph: those of the dump, and what the views add."""
    added = {line for view in release.view_files for line in view.read_bytes().splitlines(keepends=True)}
    with release.file(TRIPLES).open("rb") as dump:
        for line in dump:
            added.discard(line)
            yield line
    yield from sorted(added)


def named_lines(release: Release) -> Iterator[tuple[str, bytes]]:
    """The lines of the named graphs as N-Triples, each with its graph, in the order of the dump."""
    with release.file(QUADS).open("rb") as dump:
        for line in dump:
            match = _GRAPH_NAME.search(line)
            if match is None:
                raise BrokenRelease("a line of the dump has no graph", str(release.file(QUADS)))
            yield match[1].decode(), line[: match.start()] + b" .\n"


def turtle_of(lines: Iterable[bytes]) -> bytes:
    """N-Triples as Turtle: long integers without quotation marks, or Virtuoso stores them as decimals."""
    return _LONG_INTEGER.sub(rb" \1 .\n", b"".join(lines))


def parts_of(lines: Iterable[tuple[str, bytes]], size: int, total: int) -> Iterator[tuple[str, list[bytes]]]:
    """Lines put together to parts of about so many bytes of one graph each; `total` bytes at most wait."""
    parts: dict[str, list[bytes]] = {}
    sizes: dict[str, int] = {}
    waiting = 0
    for graph, line in lines:
        parts.setdefault(graph, []).append(line)
        sizes[graph] = sizes.get(graph, 0) + len(line)
        waiting += len(line)
        if sizes[graph] >= size or waiting >= total:
            largest = max(sizes, key=lambda name: sizes[name])
            waiting -= sizes.pop(largest)
            yield largest, parts.pop(largest)
    yield from parts.items()
