"""Checks of a request's head: its `Host`, and where its body ends.

RFC 9110, section 7.2, and RFC 3986, section 3.2.2; RFC 9112, sections 6.1, 6.3 and 7.
"""

import re
from collections.abc import Iterable, Sequence

from kankei.server.refusals import BAD_CODING, UNKNOWN_CODING, Refusal

_HOST = re.compile(
    rb"(?:\[[0-9A-Za-z._~!$&'()*+,;=:-]+\]|(?:[0-9A-Za-z._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?"
)

# Parameters: RFC 9110, section 5.6.6
_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*"'
_PARAMETER = rf"[ \t]*;[ \t]*{_NAME}[ \t]*=[ \t]*(?:{_NAME}|{_QUOTED})"
_CODING = re.compile(rf"({_NAME})((?:{_PARAMETER})*)")
_CODINGS = re.compile(rf"{_CODING.pattern}(?:[ \t]*(?:,[ \t]*)+{_CODING.pattern})*")


class MalformedHead(Exception):
    """A head whose request cannot be answered; raised to stop the parser."""


def transfer_coding_error(version: str, headers: Iterable[tuple[bytes, bytes]]) -> Refusal | None:
    """The refusal of a request whose transfer codings are malformed or not supported: only chunked is.

    >>> transfer_coding_error("1.1", [(b"transfer-encoding", b"gzip, chunked")]).status
    <HTTPStatus.NOT_IMPLEMENTED: 501>
    """
    values = [value for name, value in headers if name == b"transfer-encoding"]
    if not values:
        return None
    value = b",".join(values).decode("latin-1").strip(" \t,")
    # HTTP/1.0 does not know the field, so the sender and others may differ on where the body ends.
    if version != "1.1" or not _CODINGS.fullmatch(value):
        return BAD_CODING
    codings = [(name.lower(), parameters) for name, parameters in _CODING.findall(value)]
    *before, last = codings
    if any(name == "chunked" for name, _ in before) or (last[0] == "chunked" and last[1]):
        return BAD_CODING
    return None if codings == [("chunked", "")] else UNKNOWN_CODING


class HostCheck:
    """Checks the `Host` of one connection's requests, which is nearly always the same."""

    def __init__(self) -> None:
        self._last: bytes | None = None

    def is_valid(self, version: str, names: Sequence[bytes], headers: Sequence[tuple[bytes, bytes]]) -> bool:
        """Whether there is one well-formed `Host`, or in HTTP/1.0 perhaps none."""
        if names.count(b"host") != 1:
            return b"host" not in names and version == "1.0"
        host = headers[names.index(b"host")][1]
        if host != self._last:
            if not _HOST.fullmatch(host):
                return False
            self._last = host
        return True
