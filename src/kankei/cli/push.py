"""The command `kankei push`, which writes a release to a remote engine, for `kankei serve --engine`."""

from pathlib import Path
from typing import Annotated

import typer

from kankei.cli.console import find_release, print_error, print_line, progress_line
from kankei.errors import UsageError


def push(
    release: Annotated[Path, typer.Argument(help="A release, or the folder of releases.")],
    *,
    to: Annotated[
        str, typer.Option("--to", metavar="URL", help="The SPARQL service, as for serve --engine.")
    ],
    graph_store: Annotated[
        str | None,
        typer.Option(
            "--graph-store", metavar="URL", help="Its SPARQL 1.1 graph store, where that has another address."
        ),
    ] = None,
    user: Annotated[
        str, typer.Option("--user", help="Who may write, by Basic or Digest authentication.")
    ] = "",
    password_file: Annotated[
        Path | None, typer.Option("--password-file", help="A file with the user's password.")
    ] = None,
    loaded: Annotated[
        bool, typer.Option("--loaded", help="Only check what the engine's own loader has loaded.")
    ] = False,
    export: Annotated[
        Path | None,
        typer.Option(
            "--export", metavar="FILE", help="Write N-Quads for the engine's own loader, and no more."
        ),
    ] = None,
    part_bytes: Annotated[
        int, typer.Option("--part-bytes", min=1000, help="Bytes that are sent at once.")
    ] = 8 << 20,
    keep: Annotated[
        int, typer.Option("--keep", min=1, help="Releases that the engine keeps, this one included.")
    ] = 2,
) -> None:
    """Write a release to a SPARQL service beside those that are there, check it, and remove old ones.

    Example: kankei push releases/current --to http://127.0.0.1:3030/kankei
    """
    from kankei.engine.remote.graph_names import GraphNames
    from kankei.engine.remote.graph_store import GraphStore
    from kankei.engine.remote.http_client import Address
    from kankei.engine.remote.push import Push
    from kankei.release.reader import Release

    opened = Release.open(find_release(release))
    query = Address.parse(to, "--to").url
    store = Address.parse(graph_store, "--graph-store").url if graph_store else query
    password = _password(password_file)
    version = opened.manifest.version
    with progress_line(counted=True) as progress:
        tasks: dict[str, object] = {}

        def advance(what: str, done: int, total: int) -> None:
            task = tasks.setdefault(what, progress.add_task(what) if what not in tasks else None)
            progress.update(task, completed=done, total=total)  # type: ignore[arg-type]

        service = GraphStore(query, store, user, password)
        work = Push(opened, service, GraphNames.of(opened.manifest), advance, part_bytes)
        if export:
            work.export(export)
            print_line(f"Wrote release {version} to {export}")
            return
        was_written = work.is_written
        if loaded or was_written:
            work.read()
        else:
            work.write()
        work.check()
        if not was_written:
            work.finish()
        removed = work.remove_others(keep)
    for old in removed:
        print_error(f"Removed release {old}")
    done = "holds" if was_written else "has got"
    print_line(f"{query} {done} release {version}")


def _password(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("the file with the password cannot be read", str(file)) from error
