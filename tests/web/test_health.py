"""Health: whether the server lives and whether it can answer."""

import asyncio
from collections.abc import Callable

import pytest

from kankei.engine.embedded.pool import start_engine
from kankei.engine.embedded.store_access import StoreFiles
from kankei.errors import TooSlow
from kankei.release.reader import Release
from kankei.web.app import create_app
from kankei.web.server_state import ServerState
from support.client import Client
from web.test_metrics import Failing

PATHS = ("/health", "/health/live", "/health/ready")


def statuses(app: Client) -> list[int]:
    return [app.get(path).status_code for path in PATHS]


def app_with(release: Release, change: Callable[[ServerState], None]) -> Client:
    operations = ServerState()
    change(operations)
    return Client(create_app(release, Failing(TooSlow("")), {}, operations))


def test_a_server_that_can_answer_is_live_and_ready(web: Client, seed_release: Release) -> None:
    assert statuses(web) == [200, 200, 200]
    health = web.get("/health").json()
    assert (health["live"], health["ready"], health["status"]) == (True, True, "ready")
    assert health["version"] == seed_release.manifest.version
    assert health["engine"]["available"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda operations: setattr(operations, "available", lambda: False), "unavailable"),
        (lambda operations: setattr(operations, "stopping", True), "stopping"),
    ],
)
def test_one_that_cannot_is_live_but_not_ready(
    change: Callable[[ServerState], None], status: str, seed_release: Release
) -> None:
    app = app_with(seed_release, change)
    assert statuses(app) == [503, 200, 503]
    health = app.get("/health").json()
    assert (health["live"], health["ready"], health["status"]) == (True, False, status)


def test_a_process_that_another_takes_over_from_says_so_and_is_still_ready(seed_release: Release) -> None:
    app = app_with(seed_release, lambda operations: setattr(operations, "retired", True))
    assert statuses(app) == [200, 200, 200]
    assert app.get("/robots.txt").headers["Connection"] == "close"


def test_a_lost_engine_is_noticed(seed_release: Release) -> None:
    process = start_engine(StoreFiles.of(seed_release))

    async def lose() -> bool:
        pool = await process.connect()
        process.process.kill()
        await asyncio.wait_for(pool.lost.wait(), 20)
        pool.close()
        return pool.lost.is_set()

    assert asyncio.run(lose())
    process.close()


def test_health_is_never_cached(web: Client) -> None:
    assert {web.get(path).headers["Cache-Control"] for path in PATHS} == {"no-store"}
    assert {web.request("HEAD", path).status_code for path in PATHS} == {200}
