"""Entity tags and conditional requests (RFC 9110, sections 8.8.3 and 13)."""

import hashlib
import re
from calendar import timegm
from time import strptime

from kankei.errors import PreconditionFailed

_DATES = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y")
_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def entity_tag(*parts: str) -> str:
    """A strong entity tag over everything that a representation depends on."""
    digest = hashlib.sha256(repr(parts).encode())
    return f'"{digest.hexdigest()[:32]}"'


def if_none_match_holds(if_none_match: str | None, tag: str) -> bool:
    """Whether ``If-None-Match`` already has a tag, by weak comparison (RFC 9110, section 13.1.2)."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or names_tag(if_none_match, tag)


def check_match(if_match: str | None, tag: str) -> None:
    """Raise `PreconditionFailed` unless ``If-Match`` has a tag (RFC 9110, section 13.1.1).

    It is a strong comparison.
    """
    if if_match is None or if_match.strip() == "*":
        return
    if not tag or ("", tag) not in _TAG.findall(if_match):
        raise PreconditionFailed("this is not the representation that If-Match names")


def check_unmodified(since: str, modified: float) -> None:
    """Raise `PreconditionFailed` if what has a date was modified after ``If-Unmodified-Since``.

    RFC 9110, section 13.1.4: not to be evaluated where there is ``If-Match``, nor for what has no date, as
    the representations have none that are made here. What is no date is ignored.
    """
    date = http_date(since)
    if date is not None and int(modified) > date:
        raise PreconditionFailed("this was modified after the date of If-Unmodified-Since")


def modified_since(since: str, modified: float) -> bool:
    """Whether something was modified after ``If-Modified-Since``, which is ignored where it is no date.

    RFC 9110, section 13.1.3: not to be evaluated where there is ``If-None-Match``.
    """
    date = http_date(since)
    return date is None or int(modified) > date


def http_date(text: str) -> int | None:
    """The seconds since 1970 of a date in any of the three forms (RFC 9110, section 5.6.7), if it is one.

    >>> http_date("Sun, 06 Nov 1994 08:49:37 GMT")
    784111777
    """
    for form in _DATES:
        try:
            return timegm(strptime(text.strip(), form))
        except ValueError:
            continue
    return None


def names_tag(if_none_match: str, tag: str) -> bool:
    """Whether ``If-None-Match`` names a tag; its star names any that exists, which may not be known yet."""
    return tag in if_none_match and any(found == tag for _, found in _TAG.findall(if_none_match))
