"""Errors of remote engines: what cannot be reached, and what answers wrongly."""

from kankei.errors import BadGateway, EngineUnavailable


class Unreachable(EngineUnavailable):
    """A service that could not be asked: nothing of an answer has arrived."""


class BadAnswer(BadGateway):
    """An answer that is no result, or not a whole one."""


class OtherRelease(EngineUnavailable):
    """A service that does not hold the release that is served, or not all of it."""
