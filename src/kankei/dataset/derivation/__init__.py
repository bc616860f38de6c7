"""Shortcuts: statements that CONSTRUCT rules derive from the published ones, one rule a file."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kankei.errors import InvalidData
from kankei.namespaces import PREFIXES


def rules() -> tuple[Path, ...]:
    """The rules, in the order of their names; each sees what the ones before it derived."""
    return tuple(sorted(Path(__file__).parent.glob("*.rq")))


def derive(store: ox.Store, rule: Path) -> Iterator[ox.Triple]:
    """The statements that one rule derives from the default graph, the merge of all graphs."""
    try:
        derived = store.query(rule.read_text(encoding="utf-8"), prefixes=PREFIXES)
    except SyntaxError as error:
        raise InvalidData(f"the rule does not parse: {error}", rule.name) from error
    if not isinstance(derived, ox.QueryTriples):
        raise InvalidData("a rule must be a CONSTRUCT query", rule.name)
    yield from derived
