"""One frozen settings object; only the command line fills it from outside."""

from dataclasses import dataclass

from kankei.namespaces import Base


@dataclass(frozen=True)
class Settings:
    """How a server listens; `base` is what the release must have as its base, or none to take any."""

    host: str = "127.0.0.1"
    port: int = 8000
    base: Base | None = None
