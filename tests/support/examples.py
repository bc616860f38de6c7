"""How many examples a property is tried on."""

from hypothesis import HealthCheck, settings


def examples(count: int, *suppressed: HealthCheck) -> settings:
    """`count` examples, or as many as the search profile has; some health checks may be suppressed."""
    profile = settings()
    number = count if profile.derandomize else max(count, profile.max_examples)
    return settings(max_examples=number, suppress_health_check=suppressed)
