"""Counts of triples by property, and of one property by an end: what users ask first of a dataset.

The arrays know them, since they are sorted so.
"""

from collections.abc import Sequence

import numpy as np

from kankei.engine.algebra.operators import Aggregate, Group, TriplePattern
from kankei.engine.algebra.terms import Iri, Node, Variable
from kankei.engine.columnar.arrays.data import ReleaseArrays
from kankei.engine.columnar.arrays.matching import Matching
from kankei.engine.columnar.arrays.table import Column, Integers, Table, Terms
from kankei.engine.columnar.arrays.triple_arrays import PropertyTriples, TripleArrays
from kankei.engine.columnar.translation import term_types as types


def property_counts(group: Group, triples: Sequence[TriplePattern], arrays: TripleArrays) -> Table | None:
    """The solutions of a group of all triples by property; nothing for any other group."""
    (triple, *others) = triples
    nodes = (triple.subject, triple.property, triple.object)
    if others or len(set(nodes)) < len(nodes) or not all(isinstance(node, Variable) for node in nodes):
        return None
    if group.keys != (triple.property,) or not all(
        aggregate.name == "COUNT" and aggregate.operand in {None, *nodes} for _, aggregate in group.aggregates
    ):
        return None
    ids = np.array(list(arrays.by_property), np.int32)
    result: dict[str, Column] = {group.keys[0].name: Terms(ids, frozenset((types.IRI,)))}
    for variable, aggregate in group.aggregates:
        counts = [_count(aggregate, nodes, each) for each in arrays.by_property.values()]
        result[variable.name] = Integers(np.array(counts, np.int64))
    return Table(len(ids), result)


def end_counts(group: Group, triples: Sequence[TriplePattern], data: ReleaseArrays) -> Table | None:
    """The solutions of a group of one property's triples by an end, such as classes; nothing for others."""
    (triple, *others) = triples
    ends = (triple.subject, triple.object)
    if others or not isinstance(triple.property, Iri) or len(set(ends)) < len(ends):
        return None
    if (
        len(group.keys) != 1
        or group.keys[0] not in ends
        or not all(isinstance(end, Variable) for end in ends)
    ):
        return None
    (key,) = group.keys
    if not all(_counts_end(aggregate, ends) for _, aggregate in group.aggregates):
        return None
    pairs = data.triples.of_property(data.identifier(triple.property))
    ids, counts = (pairs.by_subject if key == triple.subject else pairs.by_object).counted
    result: dict[str, Column] = {key.name: Terms(ids, Matching.of(data, triples).kinds[key.name])}
    for variable, aggregate in group.aggregates:
        is_one = aggregate.distinct and aggregate.operand == key
        result[variable.name] = Integers(np.ones_like(counts) if is_one else counts)
    return Table(len(ids), result)


def _counts_end(aggregate: Aggregate, ends: tuple[Node, Node]) -> bool:
    """Whether it counts triples, or ends, of which no two triples of a group have the same."""
    return aggregate.name == "COUNT" and (
        aggregate.operand in ends or (aggregate.operand is None and not aggregate.distinct)
    )


def _count(aggregate: Aggregate, nodes: tuple[Node, Node, Node], triples: PropertyTriples) -> int:
    subject, property_, target = nodes
    if not aggregate.distinct:
        return len(triples)
    distinct = {subject: triples.by_subject.distinct, property_: 1, target: triples.by_object.distinct}
    return distinct[aggregate.operand]  # type: ignore[index]  # one of the nodes
