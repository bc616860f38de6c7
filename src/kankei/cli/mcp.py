"""The command `kankei mcp`, which serves a language model's client on standard input and output."""

from pathlib import Path
from typing import Annotated

import typer

from kankei.cli.cached_release import cached_release
from kankei.cli.console import find_release
from kankei.dataset.data_folder import packaged
from kankei.errors import UsageError
from kankei.namespaces import Base


def mcp(
    release: Annotated[
        Path | None,
        typer.Option(
            "--release",
            metavar="DIR",
            help="A release, or the folder of releases; none: releases/ here, else one of the packaged data.",
        ),
    ] = None,
) -> None:
    """Serve the tools search, get, match, sparql and describe by the Model Context Protocol."""
    import asyncio

    from kankei.engine.embedded.pool import start_engine
    from kankei.engine.embedded.store_access import StoreFiles
    from kankei.mcp_server.protocol_server import serve_stdio
    from kankei.mcp_server.tools import Tools
    from kankei.release.reader import Release
    from kankei.search.index.schema import FILE
    from kankei.search.query.search import SearchIndex
    from kankei.server.serve import read_examples
    from kankei.web.resources.query_examples import answerable
    from kankei.web.server_state import japanese_date

    opened = Release.open(_release(release))
    if FILE not in opened.manifest.files:
        raise UsageError("this release was built without a search index; build it again", str(opened.path))

    async def serve() -> None:
        process = start_engine(StoreFiles.of(opened))
        try:
            engine = await process.connect()
            index = SearchIndex(opened.file(FILE))
            examples = answerable(read_examples(packaged().competency), opened)
            await serve_stdio(Tools(opened, engine, index, examples, japanese_date))
            engine.close()
        finally:
            process.close()

    asyncio.run(serve())


def _release(named: Path | None) -> Path:
    """The release that is named, else the one built here, else the one that `kankei serve` builds."""
    here = Path("releases")
    if named is not None or here.is_dir():
        return find_release(named or here)
    return cached_release(Base(), ())
