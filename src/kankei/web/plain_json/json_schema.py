"""The JSON Schemas (2020-12) of plain JSON, and its form on the wire."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from kankei.web.plain_json.values import Json

MEDIA_TYPE = "application/json"
SCHEMA_MEDIA_TYPE = "application/schema+json"
_FOLDER = files("kankei.web.plain_json") / "schemas"
LIST = "programmes"


@cache
def schema(name: str) -> Json:
    """A schema by its name; raises `FileNotFoundError` for a name that no schema has."""
    content: Json = json.loads((_FOLDER / f"{name}.json").read_bytes())
    return content


def names() -> list[str]:
    """The names of the schemas."""
    return sorted(file.name.removesuffix(".json") for file in _FOLDER.iterdir())


def schema_path(name: str) -> str:
    """The path of a schema on this server."""
    return f"/schema/{name}.json"


def serialize(name: str, members: Json, public_url: str) -> bytes:
    """An object of a schema as bytes: a line for each member, for people to read as well."""
    content: dict[str, Any] = {"$schema": public_url.removesuffix("/") + schema_path(name), **members}
    lines = (f"{_compact(key)}: {_compact(value)}" for key, value in content.items())
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
