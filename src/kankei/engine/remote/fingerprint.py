"""Fingerprint of a graph that a service can compute itself: what its statements add up to.

For each property and kind of value: the number of statements, and of the characters of their subjects and
values. A statement that is missing, doubled or changed in length or datatype changes it; the values of some
things are compared besides, in full.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from heapq import heappush, heappushpop
from typing import TypeAlias

from kankei.namespaces import XSD

Sums: TypeAlias = Mapping[tuple[str, str], tuple[int, int, int]]
"""Statements, characters of subjects and of values, by property and kind of value."""

_LINE = re.compile(
    r"<(?P<subject>[^>]*)> <(?P<property>[^>]*)> "
    r'(?:<(?P<iri>[^>]*)>|"(?P<text>.*)"(?:@(?P<language>[A-Za-z0-9-]+)|\^\^<(?P<datatype>[^>]*)>)?) \.\n',
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_SHORT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_SAMPLE = 40
"""Subjects whose statements are compared in full."""


@dataclass
class GraphFingerprint:
    """What the statements of a graph add up to, and those of some subjects."""

    _sums: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    _sampled: list[tuple[int, str]] = field(default_factory=list)
    """The subjects with the smallest hashes; the smallest of these numbers, which are negated, is first."""
    _statements: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    _last: str = ""
    count: int = 0
    """The number of statements, those with blank nodes among them."""

    def add(self, lines: Iterable[bytes]) -> None:
        """Add the statements of lines of N-Triples."""
        for line in lines:
            self.count += 1
            match = _LINE.fullmatch(line.decode())
            if match is None:  # a blank node, which a service may name as it likes
                continue
            subject, name = match["subject"], match["property"]
            value = match["iri"]
            if value is None:
                value = _ESCAPE.sub(_unescaped, match["text"])
            language = match["language"]
            kind = f"@{language.lower()}" if language else match["datatype"] or f"{XSD}string"
            sums = self._sums[name, "iri" if match["iri"] is not None else kind]
            sums[0] += 1
            sums[1] += len(subject)
            sums[2] += len(value)
            if subject != self._last:
                self._last = subject
                self._choose(subject)
            if subject in self._statements:
                self._statements[subject].add((name, value))

    @property
    def sums(self) -> Sums:
        """What the statements add up to."""
        return {key: (count, subjects, values) for key, (count, subjects, values) in self._sums.items()}

    @property
    def samples(self) -> Mapping[str, set[tuple[str, str]]]:
        """Properties and values of some subjects."""
        return self._statements

    def _choose(self, subject: str) -> None:
        """Take a subject into the sample if its hash is among the smallest."""
        if subject in self._statements:
            return
        number = -int.from_bytes(blake2b(subject.encode(), digest_size=8).digest())
        if len(self._sampled) < _SAMPLE:
            heappush(self._sampled, (number, subject))
        elif number > self._sampled[0][0]:
            _, dropped = heappushpop(self._sampled, (number, subject))
            del self._statements[dropped]
        else:
            return
        self._statements[subject] = set()


def read_sums(rows: Iterable[tuple[str, ...]]) -> Sums:
    """The sums in the solutions of the query ``fingerprint``; raises `ValueError` for other ones."""
    sums = {}
    for name, kind, *numbers in rows:
        count, subjects, values = (int(float(number or "0")) for number in numbers)
        sums[name, kind] = count, subjects, values
    return sums


def difference(expected: Sums, actual: Sums) -> str:
    """The first difference of two sums in words; empty where there is none."""
    for key in sorted({*expected, *actual}):
        ours, theirs = expected.get(key, (0, 0, 0)), actual.get(key, (0, 0, 0))
        if ours != theirs:
            words = " / ".join(map(str, ours)), " / ".join(map(str, theirs))
            return f"<{key[0]}> with values of the kind {key[1]}: {words[0]} here, {words[1]} there"
    return ""


def _unescaped(match: "re.Match[str]") -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _SHORT.get(match[3], match[3])
