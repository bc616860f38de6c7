"""The members of a request's line of the log."""

from json.encoder import encode_basestring_ascii
from typing import NamedTuple

from kankei.web.telemetry.request_record import RequestRecord

_LONGEST_PATH = 500


class Asked(NamedTuple):
    """What was asked for."""

    method: str
    path: str
    """Decoded."""
    route: str
    """The value of the label ``route`` in metrics for the path."""


class Sent(NamedTuple):
    """What was sent, after how many seconds, and whether it is the whole response; of status 0, nothing."""

    status: int
    body_bytes: int
    seconds: float
    finished: bool = True


def request_members(asked: Asked, sent: Sent, record: RequestRecord, client: str | None) -> str:
    """Members of JSON, written at once: this is done for each request, and a general encoder takes longer."""
    path = asked.path if len(asked.path) <= _LONGEST_PATH else f"…{asked.path[-_LONGEST_PATH:]}"
    of_client = f'"client":"{client}",' if client else ""  # an address or a network
    engine = f',"engine_ms":{record.engine_s * 1000:.2f}' if record.engine_s else ""
    cache = f',"cache":"{record.cache}"' if record.cache else ""
    outcome = record.error or ("ok" if sent.finished else "cut")
    return (
        f'"request_id":"{record.request_id}",{of_client}"method":{encode_basestring_ascii(asked.method)},'
        f'"path":{encode_basestring_ascii(path)},"status":{sent.status},"bytes":{sent.body_bytes},'
        f'"ms":{sent.seconds * 1000:.2f},"outcome":"{outcome}"{engine}{cache}'
    )
