"""How many examples a property is tried on."""

from hypothesis import HealthCheck, settings


def examples(count: int, *suppressed: HealthCheck) -> settings:
    """`count` examples, or as many as the search profile has; some health checks may be suppressed."""
    return settings(max_examples=max(count, settings().max_examples), suppress_health_check=suppressed)
