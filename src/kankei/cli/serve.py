"""The command `kankei serve`: an option for each setting; builds a release where none is named."""

import inspect
import math
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from kankei.cli.cached_release import cached_release
from kankei.cli.console import BaseOption, DataFoldersOption, find_release, print_line
from kankei.dataset.data_folder import packaged
from kankei.errors import UsageError
from kankei.namespaces import Base, parse_base, parse_public_url
from kankei.settings import Option, Settings


def _with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for each setting beside its own parameters; it takes them by name."""
    own = [p for p in inspect.signature(command).parameters.values() if p.kind is not p.VAR_KEYWORD]
    types = get_type_hints(Settings)
    settings = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=[*field.default] if isinstance(field.default, tuple) else field.default,
            annotation=_annotation(types[field.name], field.metadata["option"]),
        )
        for field in fields(Settings)
        if "option" in field.metadata
    ]
    command.__signature__ = inspect.Signature([*own, *settings])  # type: ignore[attr-defined]
    return command


def _annotation(kind: Any, option: Option) -> Any:
    """Type and option of a setting for typer, to which a repeated option is a list."""
    typer_option = typer.Option(
        option.name, help=option.help, min=option.minimum, max=option.maximum, rich_help_panel=option.panel
    )
    return Annotated[list[str] if kind == tuple[str, ...] else kind, typer_option]


def _read_settings(base: Base | None, values: dict[str, Any]) -> Settings:
    """The settings of a command line; raises `UsageError` for values that cannot be."""
    options = {field.name: field.metadata["option"].name for field in fields(Settings) if field.metadata}
    for name, value in values.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise UsageError("a number of seconds is finite", options[name])
    frozen: Any = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    if frozen["public_url"] is not None:
        frozen["public_url"] = parse_public_url(frozen["public_url"])
    return Settings(base=base, **frozen)


@_with_settings
def serve(
    release: Annotated[
        Path | None, typer.Argument(help="A release, or the folder of releases; none: build one.")
    ] = None,
    base: BaseOption = None,
    data: DataFoldersOption = None,
    **values: Any,
) -> None:
    """Serve a release; with none given, build one from the packaged data into your cache folder first.

    With --data (repeatable) that release is built from those data folders.

    SIGHUP, or moving `current`, serves the release that is there then; SIGTERM ends.
    """
    from kankei.server.serve import check_settings, listen
    from kankei.server.serve import serve as serve_release

    required_base = parse_base(base) if base else None
    settings = _read_settings(required_base, values)
    if release is not None and data:
        raise UsageError("a release is served as it is: name a release, or data to build one from", "--data")
    if release is None:
        check_settings(settings)
        listen(settings.host, settings.port).close()  # report a taken port before a build, not after it
    path = find_release(release) if release else cached_release(required_base or Base(), data or ())
    serve_release(path, settings, packaged().competency, print_line)
