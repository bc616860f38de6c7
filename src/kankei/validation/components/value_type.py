"""Value type constraint components (SHACL, section 4.1): sh:class, sh:datatype, sh:nodeKind."""

from collections.abc import Iterator

from kankei.namespaces import RDFS, SH, XSD
from kankei.validation.components.compilation import (
    Compilation,
    Constraint,
    Expression,
    ValueTest,
    component,
    or_false,
)
from kankei.validation.shapes.shape import Shape
from kankei.validation.sparql.literals import CHECKED_DATATYPES, ENCODED, is_well_formed

_KINDS = {
    "IRI": "isIRI({0})",
    "BlankNode": "isBlank({0})",
    "Literal": "isLiteral({0})",
    "BlankNodeOrIRI": "!isLiteral({0})",
    "BlankNodeOrLiteral": "!isIRI({0})",
    "IRIOrLiteral": "!isBlank({0})",
}
# Whether the store has parsed a literal, which is well-formed then; only the others need a function.
_PARSED = {
    **dict.fromkeys((XSD + name for name in ("integer", "decimal", "double", "float")), "isNumeric({0})"),
    XSD + "boolean": 'STR({0}) IN ("true", "false", "1", "0")',
    **dict.fromkeys((XSD + name for name in ("date", "dateTime")), "isNumeric(YEAR({0}))"),
}


def constraints(shape: Shape, context: Compilation) -> Iterator[Constraint]:
    """The value type constraints of a shape."""
    for iri in shape.iris("class"):
        yield ValueTest(component("class"), lambda value, iri=iri: f"NOT {context.is_instance(value, iri)}")  # type: ignore[misc]
    datatype = shape.only("datatype", shape.iris("datatype"))
    if datatype is not None:
        yield ValueTest(component("datatype"), _not(_has_datatype(datatype, context)))
    kinds = list(shape.iris("nodeKind"))
    for kind in kinds:
        expression = _KINDS.get(kind.removeprefix(SH))
        if expression is None or len(kinds) > 1:
            raise shape.malformed("sh:nodeKind is not one of the six kinds")
        yield ValueTest(component("nodeKind"), _not(expression))


def _has_datatype(datatype: str, context: Compilation) -> str:
    """An expression with ``{0}`` for a node: whether it is a well-formed literal of a datatype."""
    if datatype == RDFS + "Literal":
        return or_false("isLiteral({0})")
    datatypes = f"<{datatype}>" + (f", <{ENCODED}{datatype}>" if context.encoder.used else "")
    expression = f"DATATYPE({{0}}) IN ({datatypes})"
    if datatype in CHECKED_DATATYPES:
        parsed = f"{or_false(_PARSED[datatype])} || " if datatype in _PARSED else ""
        expression += f" && ({parsed}{context.functions.register(is_well_formed)}({{0}}))"
    return or_false(expression)


def _not(expression: str) -> Expression:
    """The negation of an expression that has ``{0}`` for the value node."""
    return lambda value: f"!({expression.replace('{0}', value)})"
