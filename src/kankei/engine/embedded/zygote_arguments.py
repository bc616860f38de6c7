"""What a zygote is started with, as its only argument."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kankei.engine.embedded.store_access import StoreFiles


@dataclass(frozen=True)
class ZygoteArguments:
    """A dataset, the descriptors of the pools to fork workers for, and the limits of each worker."""

    dataset: StoreFiles
    pools: tuple[int, ...]
    memory_bytes: int
    result_bytes: int
    services: frozenset[str]
    network: bool

    def pack(self) -> str:
        """The order as an argument."""
        files = (self.dataset.triples, self.dataset.store)
        return json.dumps(
            [
                [*map(str, files), self.dataset.in_memory],
                self.pools,
                self.memory_bytes,
                self.result_bytes,
                sorted(self.services),
                self.network,
            ]
        )

    @classmethod
    def unpack(cls, argument: str) -> Self:
        """The order in an argument."""
        (triples, store, in_memory), pools, memory, result, services, network = json.loads(argument)
        dataset = StoreFiles(Path(triples), Path(store), in_memory)
        return cls(dataset, tuple(pools), memory, result, frozenset(services), network)
