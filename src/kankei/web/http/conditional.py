"""Entity tags and conditional requests (RFC 9110, sections 8.8.3 and 13)."""

import hashlib
import re
from calendar import timegm
from time import strptime

from kankei.errors import PreconditionFailed

_DATES = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y")
_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def entity_tag(*parts: str) -> str:
    """A strong entity tag: a hash of everything that the bytes of a representation depend on."""
    digest = hashlib.sha256(repr(parts).encode())
    return f'"{digest.hexdigest()[:32]}"'


def if_none_match_holds(if_none_match: str | None, tag: str) -> bool:
    """Whether ``If-None-Match`` names a tag, by weak comparison (RFC 9110, section 13.1.2): respond 304."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or names_tag(if_none_match, tag)


def check_match(if_match: str | None, tag: str) -> None:
    """Raise `PreconditionFailed` unless ``If-Match`` names a tag, by strong comparison (section 13.1.1)."""
    if if_match is None or if_match.strip() == "*":
        return
    if not tag or ("", tag) not in _TAG.findall(if_match):
        raise PreconditionFailed("this is not the representation that If-Match names")


def check_unmodified(if_unmodified_since: str | None, modified: int | None) -> None:
    """Raise `PreconditionFailed` if what was modified at a time was so after ``If-Unmodified-Since``.

    The field counts only where there is no ``If-Match``, and where both dates are known (section 13.1.4).
    """
    since = http_date(if_unmodified_since)
    if since is not None and modified is not None and modified > since:
        raise PreconditionFailed("this was modified after the date of If-Unmodified-Since")


def http_date(text: str | None) -> int | None:
    """The seconds since 1970 of a date in one of the three forms of RFC 9110, section 5.6.7, or none.

    `email.utils.parsedate_to_datetime` would accept other time zones and dates without one.

    >>> http_date("Sun, 06 Nov 1994 08:49:37 GMT")
    784111777
    """
    for form in _DATES:
        try:
            return timegm(strptime((text or "").strip(), form))
        except ValueError:
            continue
    return None


def names_tag(if_none_match: str, tag: str) -> bool:
    """Whether ``If-None-Match`` lists a tag; its star does not count, since it needs an existing resource."""
    return tag in if_none_match and any(listed == tag for _, listed in _TAG.findall(if_none_match))
