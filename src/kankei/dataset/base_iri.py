"""The base IRI that a publisher chooses."""

import re
from urllib.parse import urlsplit

from kankei.errors import UsageError
from kankei.namespaces import Base

# RFC 3987 section 2.2, the characters that no IRI holds as they are.
_FORBIDDEN = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f-\x9f]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def parse_base(text: str) -> Base:
    """The base for a publisher's things: an absolute http(s) IRI that ends with a slash."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError("the base is no IRI", text) from error
    if parts.scheme not in {"http", "https"} or not host or _FORBIDDEN.search(text):
        raise UsageError("the base must be an absolute http or https IRI", text)
    if _BAD_ESCAPE.search(text) or "@" in parts.netloc or "//" in parts.path:
        raise UsageError("the base must have whole percent escapes, no user and no empty segment", text)
    if "?" in text or "#" in text or not text.endswith("/") or "/./" in text or "/../" in text:
        raise UsageError("the base must end with a slash and have no query, fragment or dot segment", text)
    return Base(text)
