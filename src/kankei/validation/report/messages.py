"""Messages where a shape has none of its own: what its component demands."""

from collections.abc import Mapping

import pyoxigraph as ox

from kankei.namespaces import SH
from kankei.validation.shapes.paths import shortened
from kankei.validation.shapes.shape import Shape

_DEMANDS = {
    "And": "conforms to every member of sh:and",
    "Class": "is an instance of {class}",
    "Closed": "has no other properties",
    "Datatype": "is a well-formed literal of {datatype}",
    "Disjoint": "is no value of {disjoint} as well",
    "Equals": "is exactly a value of {equals}",
    "HasValue": "has the value {hasValue}",
    "In": "is one of the members of sh:in",
    "LanguageIn": "is in one of the languages of sh:languageIn",
    "LessThan": "is less than each value of {lessThan}",
    "LessThanOrEquals": "is at most each value of {lessThanOrEquals}",
    "MaxCount": "has at most {maxCount} value(s)",
    "MaxExclusive": "is less than {maxExclusive}",
    "MaxInclusive": "is at most {maxInclusive}",
    "MaxLength": "has at most {maxLength} character(s)",
    "MinCount": "has at least {minCount} value(s)",
    "MinExclusive": "is more than {minExclusive}",
    "MinInclusive": "is at least {minInclusive}",
    "MinLength": "has at least {minLength} character(s)",
    "Node": "conforms to {node}",
    "NodeKind": "is of the kind {nodeKind}",
    "Not": "does not conform to {not}",
    "Or": "conforms to a member of sh:or",
    "Pattern": "matches {pattern}",
    "QualifiedMaxCount": "has at most {qualifiedMaxCount} value(s) that conform to {qualifiedValueShape}",
    "QualifiedMinCount": "has at least {qualifiedMinCount} value(s) that conform to {qualifiedValueShape}",
    "SPARQL": "is not found by {sparql}",
    "UniqueLang": "has one value in each language",
    "Xone": "conforms to exactly one member of sh:xone",
}


def default_message(shape: Shape, component: str) -> Mapping[str, str]:
    """A sentence in English for a shape and a component."""
    name = component.removeprefix(SH).removesuffix("ConstraintComponent")
    demand = _DEMANDS.get(name)
    if demand is None:
        return {"en": f"The data satisfies {shortened(component)}."}
    for parameter in ("{" + key + "}" for key in _parameters(demand)):
        demand = demand.replace(parameter, _shown(shape, parameter[1:-1]))
    return {"en": f"Expected: {demand}."}


def _parameters(demand: str) -> list[str]:
    return [part.partition("}")[0] for part in demand.split("{")[1:]]


def _shown(shape: Shape, name: str) -> str:
    return ", ".join(
        shortened(value.value) if isinstance(value, ox.NamedNode) else value.value
        for value in shape.values(name)
    )
