"""An honest SPARQL service as a program of its own: Oxigraph in processes that can be killed, over uvicorn.

It has no limit but time: what it is asked may be hostile, and ends when whoever asked hangs up.
"""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import uvicorn
from starlette.types import Receive, Scope, Send

from kankei.engine.embedded.pool import WorkerPool, start_engine
from kankei.engine.embedded.store_access import StoreFiles
from kankei.engine.limits import Limits
from kankei.engine.operation import SPARQL_JSON, Form, Operation
from kankei.engine.remote.graph_names import GraphNames
from kankei.engine.remote.graph_parts import merged_lines, named_lines
from kankei.errors import KankeiError
from kankei.release.reader import Release

MEDIA = {Form.SOLUTIONS: SPARQL_JSON, Form.BOOLEAN: SPARQL_JSON, Form.TRIPLES: "application/n-triples"}


def store_of(release: Release, folder: Path) -> Path:
    """A store on disk that holds a release as a push would leave it."""
    names = GraphNames.of(release.manifest)
    merged = b"".join(merged_lines(release))
    store = ox.Store(str(folder))
    store.bulk_load(merged, ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(names.merged))
    parts: dict[str, list[bytes]] = {}
    for graph, line in named_lines(release):
        parts.setdefault(graph, []).append(line)
    for graph, lines in parts.items():
        to_graph = ox.NamedNode(names.named(graph))
        store.bulk_load(b"".join(lines), ox.RdfFormat.N_TRIPLES, to_graph=to_graph)
    state = names.statements(merged.count(b"\n"), "")
    store.bulk_load(state, ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(names.state))
    store.flush()
    return folder


@contextmanager
def serving_store(store: Path) -> Iterator[str]:
    """A running service over a store on disk; its address."""
    command = (sys.executable, "-m", "support.oxigraph_service", str(store))
    folder = Path(__file__).parent.parent
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=folder, text=True)
    try:
        assert process.stdout
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/sparql"
    finally:
        process.terminate()
        process.wait()
        assert process.stdout
        process.stdout.close()


async def main(store: Path) -> None:
    limits = Limits(timeout_s=5.0, workers=2, slow_workers=4, queue_length=1000, query_bytes=1 << 24)
    process = start_engine(StoreFiles(Path(), store, in_memory=False), limits)
    pool = await process.connect()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        status, media_type, content = await answer_or_give_up(pool, body, receive)
        headers = [(b"content-type", media_type), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    config = uvicorn.Config(app, port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    sys.stdout.write(f"{server.servers[0].sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await serving
    pool.close()
    process.close()


async def answer_or_give_up(pool: WorkerPool, body: bytes, receive: Receive) -> tuple[int, bytes, bytes]:
    """Status, media type and content; the query ends with its connection."""
    parameters = parse_qs(body.decode())
    default, named = (tuple(parameters.get(f"{kind}-graph-uri", ())) for kind in ("default", "named"))
    operation = Operation(parameters["query"][0], MEDIA, default, named)
    answer = asyncio.ensure_future(pool.answer(operation))
    gone = asyncio.ensure_future(receive())
    await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
    gone.cancel()
    if not answer.done():
        answer.cancel()
        with contextlib.suppress(asyncio.CancelledError, KankeiError):
            await answer
        return 503, b"text/plain", b""
    try:
        result = answer.result()
    except KankeiError as error:
        return error.status, b"text/plain", error.message.encode()
    return 200, result.media_type.encode(), result.body


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
