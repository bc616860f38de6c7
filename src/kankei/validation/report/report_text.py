"""Results for people: each as one line, and their count."""

import pyoxigraph as ox

from kankei.namespaces import SH, XSD
from kankei.validation.report.report import Result
from kankei.validation.shapes.paths import shortened

_STRING = XSD + "string"


def line(result: Result, source: str, place: str = "", language: str = "") -> str:
    """``place: focus node: severity: message (path: offending value) [source]``.

    The message is in the wanted language if the result has it, else in all that it has.
    """
    languages = [language] if language in result.messages else sorted(result.messages, reverse=True)
    message = " ".join(result.messages[one] for one in languages)
    value = "" if result.value in {None, result.focus_node} else shown(result.value)
    about = ": ".join(part for part in (result.path.sparql if result.path else "", value) if part)
    severity = result.severity.removeprefix(SH).lower()
    where = f"{place}: " if place else ""
    what = f" ({about})" if about else ""
    return f"{where}{shown(result.focus_node)}: {severity}: {message}{what} [{source}]"


def ending(count: int, told: int) -> str:
    """What is said after the results: how many there are."""
    shown = f", {told} of them shown" if told < count else ""
    return f"{count} result{'s' if count > 1 else ''}{shown}" if count else "conforms"


def shown(node: object) -> str:
    """A term: a prefixed name where the project has the prefix, a number or date without its datatype."""
    match node:
        case ox.NamedNode():
            return shortened(node.value)
        case ox.Literal(datatype=datatype) if datatype.value.startswith(XSD) and datatype.value != _STRING:
            return node.value
    return str(node)
