"""How many examples a property is tried on."""

from hypothesis import HealthCheck, settings


def examples(count: int, *suppressed: HealthCheck) -> settings:
    """`count` examples, or more by the factor of the search profile; some health checks may be suppressed."""
    factor = settings().max_examples // 100
    return settings(max_examples=count * factor, suppress_health_check=suppressed)
