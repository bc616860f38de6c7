"""nginx, serving the bytes that kankei answers with as files: what a cache can reach at best."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from data import Data
from peers.peer import HOST, Options, Peer, free_port, running, wait_until_ready

READY = "ready"
CONFIGURATION = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes auto;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    open_file_cache max=10000;
    default_type application/octet-stream;
    client_body_temp_path {folder}/temp;
    proxy_temp_path {folder}/temp;
    fastcgi_temp_path {folder}/temp;
    uwsgi_temp_path {folder}/temp;
    scgi_temp_path {folder}/temp;
    server {{
        listen {host}:{port} backlog=511;
        location / {{ root {folder}/files; }}
    }}
}}
"""


@contextmanager
def start(data: Data, folder: Path, options: Options) -> Iterator[Peer]:
    """Serve a folder of files; `keep` fills it."""
    program = options.binary("nginx", "nginx")
    peer = Peer("nginx", free_port(), path=f"/{READY}", files=True)
    (folder / "temp").mkdir()
    keep(folder, READY, f"{data.programmes}\n".encode())
    folder.chmod(0o755)
    file = folder / "nginx.conf"
    file.write_text(CONFIGURATION.format(folder=folder, host=HOST, port=peer.port))
    with running(
        (str(program), "-p", str(folder), "-c", str(file), "-e", str(folder / "e")), folder
    ) as process:
        answer = wait_until_ready(peer, process, folder, f"/{READY}")
        yield replace(peer, pid=process.pid, version=answer.server)


def keep(folder: Path, name: str, body: bytes) -> None:
    """Put a body where nginx serves it, by a name such as ``cached/7``."""
    file = folder / "files" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    for path in (folder / "files", file.parent):
        path.chmod(0o755)
