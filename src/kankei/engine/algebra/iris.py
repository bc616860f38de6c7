"""IRIs of a query, as absolute ones: those that Oxigraph certainly takes, unchanged.

Oxigraph refuses what RFC 3987 does not allow, and resolves against a base (RFC 3986, section 5.2), which also
removes dot segments of absolute IRIs. What only a full parser of IRIs could judge is not understood here.
"""

import re

from kankei.engine.algebra.not_understood import NotUnderstood

_UCSCHAR = "\xa0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
_PATH = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/{_UCSCHAR}]|%[0-9A-Fa-f]{{2}})*+"
_ABSOLUTE = re.compile(
    rf"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*+:)"
    rf"(?P<authority>//[A-Za-z0-9\-._~{_UCSCHAR}]*+(?::[0-9]{{0,5}}+)?(?=[/?#]|\Z))?+"
    rf"(?P<path>(?!//){_PATH})(?P<query>\?(?:{_PATH}\??)*+)?+(?P<fragment>#(?:{_PATH}\??)*+)?+"
)
_RELATIVE = re.compile(rf"(?P<path>{_PATH})(?P<query>\?(?:{_PATH}\??)*+)?+(?P<fragment>#(?:{_PATH}\??)*+)?+")
_DOT_SEGMENT = re.compile(r"(?:^|/)\.\.?(?:/|$)")


def checked(iri: str) -> str:
    """An absolute IRI; raises `NotUnderstood` for what may be none."""
    match = _ABSOLUTE.fullmatch(iri)
    if not match or _DOT_SEGMENT.search(match["path"]):
        raise NotUnderstood(f"<{iri[:200]}> is no absolute IRI, or no plain one")
    return iri


def resolved(reference: str, base: str | None) -> str:
    """The absolute IRI that a reference is, or that it stands for relative to a base."""
    if _ABSOLUTE.match(reference) or base is None:
        return checked(reference)
    of_base, relative = _ABSOLUTE.fullmatch(base), _RELATIVE.fullmatch(reference)
    # Which references have an authority, a scheme or dot segments is for a parser of IRIs to say.
    plain = relative and not reference.startswith("//") and not _DOT_SEGMENT.search(relative["path"])
    first = reference.partition("/")[0].partition("?")[0].partition("#")[0]
    if not (of_base and of_base["authority"] and plain and relative) or ":" in first:
        raise NotUnderstood(f"<{reference[:200]}> is relative to a base in a way that is not plain")
    path, query = relative["path"], relative["query"]
    if not path:
        path, query = of_base["path"], query or of_base["query"]
    elif not path.startswith("/"):
        path = (of_base["path"].rpartition("/")[0] + "/" if of_base["path"] else "/") + path
    return checked(
        of_base["scheme"] + of_base["authority"] + path + (query or "") + (relative["fragment"] or "")
    )
