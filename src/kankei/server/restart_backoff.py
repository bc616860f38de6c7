"""Backoff: how long the supervisor waits before it replaces a process, or tries a release again."""

from dataclasses import dataclass

FIRST_DELAY_S, LONGEST_DELAY_S = 0.5, 120.0
FORGOTTEN_AFTER_S = 600.0
"""After so long without a restart, the next one is made at once."""
EXHAUSTED_AFTER = 9
"""Restarts in a row, which take four minutes, until a server of which nothing answers ends."""


@dataclass
class RestartBackoff:
    """Delays between restarts: none before the first, then each twice as long as the one before.

    Whether a process became ready does not matter: one may die just after. Times are of a monotonic clock.
    """

    restarts: int = 0
    """In a row."""
    _last: float = float("-inf")

    @property
    def retry_at(self) -> float:
        """The time of the next restart."""
        if not self.restarts:
            return self._last
        delay: float = FIRST_DELAY_S * 2 ** (self.restarts - 1)
        return self._last + min(delay, LONGEST_DELAY_S)

    @property
    def exhausted(self) -> bool:
        """Whether restarting has been tried for minutes."""
        return self.restarts >= EXHAUSTED_AFTER

    def restart(self, now: float) -> None:
        """Record a restart."""
        self.restarts = 1 if now - self._last > FORGOTTEN_AFTER_S else self.restarts + 1
        self._last = now
