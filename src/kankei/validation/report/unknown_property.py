"""Results about a property that a closed shape does not allow (SHACL, section 4.8.1), with the nearest."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from kankei.localisation import LANGUAGES, catalogue
from kankei.namespaces import SH
from kankei.validation.report.report import Result
from kankei.validation.shapes.paths import prefixed_name
from kankei.validation.shapes.shape_index import ShapeIndex
from kankei.validation.shapes.shapes_graph import ShapesGraph

CLOSED = f"{SH}ClosedConstraintComponent"
_CATALOGUE = catalogue("kankei.validation")


def known_properties(shapes: ShapesGraph) -> Mapping[str, frozenset[str]]:
    """The properties that each closed shape of a shapes graph allows, by the shape's name."""
    index = ShapeIndex(shapes, skip_malformed=True)
    closed = (shape for shape in index.shapes.values() if index.shape(shape.node) and shape.flag("closed"))
    return {shape.name: index.allowed_properties(shape) for shape in closed}


def with_nearest_property(result: Result, known: Mapping[str, frozenset[str]]) -> Result:
    """A result about an unknown property with the nearest known one in front of its messages, if one is near.

    Any other result is returned as it is.
    """
    if result.component != CLOSED or result.path is None or not result.path.is_predicate:
        return result
    by_name = {prefixed_name(iri): iri for iri in known.get(result.source_shape, ())}
    property_name = prefixed_name(result.path.iri)
    nearest = get_close_matches(property_name, by_name, n=1, cutoff=0.75)
    if not nearest:
        return result
    hints = {
        language: _CATALOGUE.format(language, "unknown-property", property=property_name, nearest=nearest[0])
        for language in LANGUAGES
    }
    messages = {
        language: f"{hints.get(language, hints['en'])} {text}" for language, text in result.messages.items()
    }
    return replace(result, messages=messages)
