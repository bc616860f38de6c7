"""Counts of all triples by property, which the arrays know: what users ask first of a dataset."""

from collections.abc import Sequence

import numpy as np

from kankei.engine.algebra.operators import Aggregate, Group, TriplePattern
from kankei.engine.algebra.terms import Node, Variable
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


def _count(aggregate: Aggregate, nodes: tuple[Node, Node, Node], triples: PropertyTriples) -> int:
    subject, property_, target = nodes
    if not aggregate.distinct:
        return len(triples)
    distinct = {subject: triples.by_subject.distinct, property_: 1, target: triples.by_object.distinct}
    return distinct[aggregate.operand]  # type: ignore[index]  # one of the nodes
