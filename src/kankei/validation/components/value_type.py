"""Value type constraint components (SHACL, section 4.1): sh:class, sh:datatype, sh:nodeKind."""

from collections.abc import Callable, Iterator

from kankei.namespaces import RDFS, SH, XSD
from kankei.validation.components.compiler import Scope, certain
from kankei.validation.components.constraint import Constraint, ValueTest
from kankei.validation.shapes.shape import Shape
from kankei.validation.sparql.functions import CHECKED_DATATYPES, is_well_formed
from kankei.validation.sparql.lexical_forms import AS_WRITTEN

_KINDS = {
    "IRI": "isIRI({0})",
    "BlankNode": "isBlank({0})",
    "Literal": "isLiteral({0})",
    "BlankNodeOrIRI": "!isLiteral({0})",
    "BlankNodeOrLiteral": "!isIRI({0})",
    "IRIOrLiteral": "!isBlank({0})",
}
# What the store parses by itself is well-formed; only of the rest a function has to see the text.
_PARSED = {
    XSD + "integer": "isNumeric({0})",
    XSD + "decimal": "isNumeric({0})",
    XSD + "double": "isNumeric({0})",
    XSD + "float": "isNumeric({0})",
    XSD + "boolean": 'STR({0}) IN ("true", "false", "1", "0")',
    XSD + "date": "isNumeric(YEAR({0}))",
    XSD + "dateTime": "isNumeric(YEAR({0}))",
}


def constraints(shape: Shape, scope: Scope) -> Iterator[Constraint]:
    """The value type constraints of a shape."""
    for kind in shape.iris("class"):
        yield _class(kind, scope)
    datatypes = list(shape.iris("datatype"))
    if len(datatypes) > 1:
        raise shape.malformed("sh:datatype has several values")
    for datatype in datatypes:
        yield _datatype(datatype, scope)
    kinds = list(shape.iris("nodeKind"))
    for kind in kinds:
        pattern = _KINDS.get(kind.removeprefix(SH))
        if pattern is None or len(kinds) > 1:
            raise shape.malformed("sh:nodeKind is not one of the six kinds")
        yield ValueTest(SH + "NodeKindConstraintComponent", _not(pattern))


def _class(kind: str, scope: Scope) -> Constraint:
    return ValueTest(SH + "ClassConstraintComponent", lambda value: f"NOT {scope.instance(value, kind)}")


def _datatype(datatype: str, scope: Scope) -> Constraint:
    names = f"<{datatype}>"
    if scope.writing.rewritten:
        names += f", <{AS_WRITTEN}{datatype}>"
    is_of = f"DATATYPE({{0}}) IN ({names})"
    if datatype == RDFS + "Literal":
        is_of = "isLiteral({0})"
    elif datatype in CHECKED_DATATYPES:
        function = scope.functions.name(is_well_formed)
        parsed = f"{certain(_PARSED[datatype], 'false')} || " if datatype in _PARSED else ""
        is_of += f" && ({parsed}{function}({{0}}))"
    matches = certain(is_of, "false")
    return ValueTest(SH + "DatatypeConstraintComponent", _not(matches))


def _not(pattern: str) -> Callable[[str], str]:
    """The negation of an expression that has ``{0}`` where the value node stands."""
    return lambda value: f"!({pattern.replace('{0}', value)})"
