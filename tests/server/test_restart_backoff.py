"""Backoff between restarts."""

from kankei.server.restart_backoff import FORGOTTEN_AFTER_S, LONGEST_DELAY_S, RestartBackoff


def test_processes_that_die_at_once_are_restarted_ever_less_often() -> None:
    backoff, now, times = RestartBackoff(), 1000.0, []
    assert backoff.retry_at < now, "the first restart is made at once"
    while not backoff.exhausted:
        backoff.restart(now)
        times.append(now)
        now = backoff.retry_at
    assert len([time for time in times if time < times[0] + 25]) == 6
    assert times[-1] - times[0] > 120, "it has tried for minutes"
    for _ in range(2):
        backoff.restart(now)
        assert backoff.retry_at == now + LONGEST_DELAY_S
        now = backoff.retry_at


def test_a_long_time_without_a_restart_is_forgotten() -> None:
    backoff = RestartBackoff()
    for now in (1.0, 2.0, 3.0, 4.0 + FORGOTTEN_AFTER_S):
        backoff.restart(now)
    assert backoff.restarts == 1
