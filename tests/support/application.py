"""The application over a release, asked in process, with an engine of its own."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from kankei.dataset.data_folder import packaged
from kankei.engine.embedded.pool import WorkerPool, start_engine
from kankei.engine.embedded.store_access import StoreFiles
from kankei.release.reader import Release
from kankei.server.serve import read_examples
from kankei.web.app import create_app
from support.client import Client


@contextmanager
def client_of(release: Release) -> Iterator[Client]:
    """A client of the application over a release, with an engine of its own."""
    process = start_engine(StoreFiles.of(release))
    with asyncio.Runner() as runner:
        pool = runner.run(process.connect())
        yield Client(create_app(release, pool, read_examples(packaged().competency)), runner)
        runner.run(hang_up(pool))
    process.close()


async def hang_up(pool: WorkerPool) -> None:
    pool.close()
