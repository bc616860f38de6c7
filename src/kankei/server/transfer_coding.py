"""How the body of a request is told from what follows it (RFC 9112, sections 6.1, 6.3 and 7)."""

import re
from collections.abc import Iterable
from http import HTTPStatus

_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*"'
_PARAMETER = rf"[ \t]*;[ \t]*{_NAME}[ \t]*=[ \t]*(?:{_NAME}|{_QUOTED})"
_CODING = re.compile(rf"({_NAME})((?:{_PARAMETER})*)")
_GAP = r"[ \t]*(?:,[ \t]*)+"
_CODINGS = re.compile(rf"{_CODING.pattern}(?:{_GAP}{_CODING.pattern})*")


def transfer_coding_error(version: str, headers: Iterable[tuple[bytes, bytes]]) -> HTTPStatus | None:
    """What is wrong with the transfer codings of a request, if anything: the one known here is chunked.

    >>> transfer_coding_error("1.1", [(b"transfer-encoding", b"gzip, chunked")])
    <HTTPStatus.NOT_IMPLEMENTED: 501>
    """
    values = [value for name, value in headers if name == b"transfer-encoding"]
    if not values:
        return None
    told = b",".join(values).decode("latin-1").strip(" \t,")
    # To HTTP/1.0 the field means nothing, so who sends it is not sure where the body ends.
    if version != "1.1" or not _CODINGS.fullmatch(told):
        return HTTPStatus.BAD_REQUEST
    codings = [(name.lower(), parameters) for name, parameters in _CODING.findall(told)]
    *before, last = codings
    if any(name == "chunked" for name, _ in before) or (last[0] == "chunked" and last[1]):
        return HTTPStatus.BAD_REQUEST
    return None if codings == [("chunked", "")] else HTTPStatus.NOT_IMPLEMENTED
