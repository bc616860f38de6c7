"""Entity tags and conditional requests (RFC 9110, sections 8.8.3 and 13)."""

import hashlib
import re

_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def entity_tag(*parts: str) -> str:
    """A strong entity tag over everything that a representation depends on."""
    digest = hashlib.sha256(repr(parts).encode())
    return f'"{digest.hexdigest()[:32]}"'


def unchanged(if_none_match: str | None, tag: str) -> bool:
    """Whether ``If-None-Match`` already has a tag, by weak comparison (RFC 9110, section 13.1.2)."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or has(if_none_match, tag)


def has(if_none_match: str, tag: str) -> bool:
    """Whether ``If-None-Match`` names a tag; its star names any that exists, which may not be known yet."""
    return tag in if_none_match and tag in _TAG.findall(if_none_match)
