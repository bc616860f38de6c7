"""Entity tags and conditional requests (RFC 9110, sections 8.8.3 and 13)."""

import hashlib
import re

from kankei.errors import PreconditionFailed

_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def entity_tag(*parts: str) -> str:
    """A strong entity tag over everything that a representation depends on."""
    digest = hashlib.sha256(repr(parts).encode())
    return f'"{digest.hexdigest()[:32]}"'


def unchanged(if_none_match: str | None, tag: str) -> bool:
    """Whether ``If-None-Match`` already has a tag, by weak comparison (RFC 9110, section 13.1.2)."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or has(if_none_match, tag)


def check_match(if_match: str | None, tag: str) -> None:
    """Raise `PreconditionFailed` unless ``If-Match`` has a tag, by strong comparison.

    RFC 9110, section 13.1.1. ``If-Unmodified-Since`` is for what has a date: representations here have a tag
    instead, and ignore it (section 13.1.4).
    """
    if if_match is None or if_match.strip() == "*":
        return
    if not tag or ("", tag) not in _TAG.findall(if_match):
        raise PreconditionFailed("this is not the representation that If-Match names")


def has(if_none_match: str, tag: str) -> bool:
    """Whether ``If-None-Match`` names a tag; its star names any that exists, which may not be known yet."""
    return tag in if_none_match and any(found == tag for _, found in _TAG.findall(if_none_match))
