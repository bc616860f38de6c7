"""nginx in front, with connections kept open to the server and the lines that are usual for WebSockets."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from kankei.release.reader import Release
from support.serving import PATIENCE_S, Server, serving

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
CONFIGURATION = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 2;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream kankei {{ server {upstream}; keepalive 4; }}
    server {{
        listen unix:{folder}/socket;
        location / {{
            proxy_pass http://kankei;
            proxy_http_version 1.1;
            proxy_request_buffering off;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }}
        location /health {{ deny all; }}
    }}
}}
"""
CLIENTS, ROUNDS = 4, 60
INNER = b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"


@contextmanager
def proxied(server: Server, folder: Path) -> Iterator[Path]:
    """The path of the socket of an nginx in front of a server."""
    upstream = server.address.removeprefix("http://").rstrip("/")
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, upstream=upstream))
    folder.chmod(0o755)
    command = [str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "start")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + PATIENCE_S
            while not (folder / "socket").exists():
                assert process.poll() is None, (folder / "start").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.01)
            (folder / "socket").chmod(0o666)
            yield folder / "socket"
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def post(number: int) -> tuple[bytes, bytes]:
    """Head and body of a query whose answer is a number."""
    query = quote_plus(f"SELECT ?x WHERE {{ VALUES ?x {{ {number} }} }}").encode()
    body = b"query=" + query
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nAccept: text/csv\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n"
    )
    return head % len(body), body


def receive(client: socket.socket) -> tuple[int, bytes]:
    """Status and body of one response."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(65_536)
        assert piece, data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    if b"content-length" in fields:
        while len(body) < int(fields[b"content-length"]):
            body += client.recv(65_536)
    else:
        assert fields[b"transfer-encoding"] == b"chunked"
        while not body.endswith(b"0\r\n\r\n"):
            body += client.recv(65_536)
    return int(head.split()[1]), body


def ask(path: Path, first: int, offer: bytes) -> list[str]:
    """The wrong answers among those to many queries of one client."""
    wrong = []
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(PATIENCE_S)
        client.connect(str(path))
        for number in range(first, first + ROUNDS):
            head, body = post(number)
            client.sendall(head.replace(b"Host: a\r\n", b"Host: a\r\n" + offer))
            client.sendall(body)
            status, answer = receive(client)
            if status != 200 or b"%d" % number not in answer:
                wrong.append(f"{number}: {status} {answer!r}")
    return wrong


def attack(path: Path) -> int:
    """Send bodies that are, in a second write, a request that nginx denies; how many got its answer."""
    passed = 0
    for _ in range(ROUNDS):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(PATIENCE_S)
            client.connect(str(path))
            head = b"POST /sparql HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
            client.sendall(head + b"Content-Length: %d\r\n\r\n" % len(INNER))
            time.sleep(0)  # another process may forward the head meanwhile
            client.sendall(INNER)
            status, body = receive(client)
            passed += b'"live"' in body or status == 200
    return passed


@pytest.mark.skipif(NGINX is None, reason="there is no nginx")
def test_clients_get_their_own_answers_beside_an_attack(seed_release: Release, tmp_path: Path) -> None:
    offers = (b"", b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n")
    with (
        serving(seed_release.path, tmp_path, "--rate", "0") as server,
        proxied(server, tmp_path) as path,
        ThreadPoolExecutor(CLIENTS + 1) as threads,
    ):
        attacks = threads.submit(attack, path)
        clients = [
            threads.submit(ask, path, 1_000 * (number + 1), offers[number % 2]) for number in range(CLIENTS)
        ]
        assert [wrong for client in clients for wrong in client.result()] == []
        assert attacks.result() == 0
        live = [event for event in server.events("request") if event["path"] == "/health/live"]
        assert not live, "what nginx denies has reached the server"
