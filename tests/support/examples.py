"""How many examples a property is tried on."""

from hypothesis import settings


def examples(count: int) -> settings:
    """`count` examples; more by the factor of the search profile where that is chosen."""
    return settings(max_examples=count * settings().max_examples // 100)
