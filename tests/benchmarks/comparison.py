"""Whether peers give equal answers: the rows of a few requests, counted before anything is measured."""

import csv
import http.client
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data import Data
from peers.peer import Peer, Response, Unavailable, fetch
from workloads import CSV, JSON, Workload

SAMPLES, LONG_SAMPLES = 10, 2


@dataclass(frozen=True)
class Sample:
    """How many rows each of a few requests had, and how long the slowest took."""

    rows: Sequence[int]
    seconds: float


def rows(answer: Response) -> int:
    """The rows of a result in JSON or CSV, one of a truth value; the bytes of anything else."""
    if answer.media_type == JSON:
        result = json.loads(answer.body)
        return 1 if "boolean" in result else len(result["results"]["bindings"])
    if answer.media_type == CSV:
        return sum(1 for _ in csv.reader(io.StringIO(answer.body.decode()))) - 1
    return len(answer.body)


def sample(workload: Workload, peer: Peer, data: Data, timeout: float) -> Sample:
    """The first requests of a workload, one after the other."""
    counts, slowest = [], 0.0
    for number in range(LONG_SAMPLES if workload.long else SAMPLES):
        target = workload.target(peer, data, number)
        try:
            answer = fetch(peer, target, workload.accept, timeout)
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(f"no answer within {timeout:.0f} s: {error!r}") from error
        if answer.status != 200:
            raise Unavailable(
                f"it answered with {answer.status}: {answer.body[:200].decode(errors='replace')}"
            )
        counts.append(rows(answer))
        slowest = max(slowest, answer.seconds)
    return Sample(counts, slowest)


def disagreements(samples: Mapping[str, Sample]) -> Sequence[str]:
    """A sentence for every peer whose rows differ from those of the first."""
    (first, expected), *others = samples.items()
    return [
        f"{peer} has other answers than {first}: {list(found.rows)} rows, not {list(expected.rows)}"
        for peer, found in others
        if found.rows != expected.rows
    ]
