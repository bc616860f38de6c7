"""Content codings (RFC 9110, section 12.5.3): which a client accepts, and bytes in each."""

import gzip

import zstandard

from kankei.web.http.header_parsing import coding_ranges

IDENTITY = "identity"
CODINGS = ("zstd", "gzip")
"""The codings offered, the preferred one first."""

_ALIASES = {"x-gzip": "gzip"}  # RFC 9110, section 8.4.1.3
_GZIP_LEVEL = 6
_ZSTD_LEVEL = 3  # its window is below the 8 MiB that any recipient of the coding has (RFC 9659)


def acceptable_codings(accept_encoding: str | None) -> tuple[str, ...]:
    """The codings a client accepts, the best first; empty if it accepts not even the bytes as they are.

    Without the header it accepts any, and gets none: who wants fewer bytes says so.

    >>> acceptable("gzip, identity;q=0.5")
    ('gzip', 'identity')
    """
    if accept_encoding is None:
        return (IDENTITY,)
    weights: dict[str, float] = {}
    for name, quality in coding_ranges(accept_encoding):
        weights.setdefault(_ALIASES.get(name, name), quality)
    others = weights.get("*")
    offered = {coding: weights.get(coding, others or 0.0) for coding in CODINGS}
    # Not excluded means accepted: only a zero for it, or for everything unnamed, rules identity out. Having
    # it unnamed is the last resort, since who lists codings wants one of them.
    offered[IDENTITY] = weights.get(IDENTITY, 1e-9 if others is None else others)
    ranked = sorted(offered, key=lambda coding: -offered[coding])
    return tuple(coding for coding in ranked if offered[coding] > 0)


def encode(body: bytes, coding: str) -> bytes:
    """Bytes in a coding; the same bytes every time."""
    if coding == "gzip":
        return gzip.compress(body, _GZIP_LEVEL, mtime=0)
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body)
    return body
