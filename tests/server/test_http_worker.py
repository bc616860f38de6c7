"""What the HTTP worker hands on of the settings."""

from functools import partial

import pytest

from kankei.release.reader import Release
from kankei.server.connection_limits import ConnectionLimits
from kankei.server.http_worker import _config
from kankei.settings import Settings
from kankei.web.app import create_app
from kankei.web.server_state import ServerState
from support.stub import StubEngine


@pytest.mark.parametrize(("settings", "seconds"), [(Settings(), 75), (Settings(keep_alive_s=6.5), 7)])
def test_connections_are_kept_longer_than_a_proxy_keeps_its_own(
    seed_release: Release, settings: Settings, seconds: int
) -> None:
    state = ServerState(settings)
    assert _config(create_app(seed_release, StubEngine(b""), {}, state), state).timeout_keep_alive == seconds


def test_each_process_has_its_share_of_the_connections(seed_release: Release) -> None:
    state = ServerState(
        Settings(workers=3, connections=31, client_connections=10, trusted_proxies=("10.0.0.0/8",))
    )
    protocol = _config(create_app(seed_release, StubEngine(b""), {}, state), state).http
    assert isinstance(protocol, partial)
    limits: ConnectionLimits = protocol.keywords["limits"]
    assert (limits.connections, limits.client_connections) == (11, 4)
    assert limits.client_of("10.1.2.3") is None
    assert limits.client_of("192.0.2.1") == "192.0.2.1"
    assert limits.client_of("2001:db8::1") == limits.client_of("2001:db8::2"), "a site is one client"
