"""The redirect rules that stand ready for w3id.org: as they are written, and in Apache where there is one."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kankei.namespaces import DEFAULT_BASE
from kankei.release.reader import Release
from support.client import Client
from support.paths import ROOT

RULES = ROOT / ".w3id" / "kankei" / ".htaccess"
TARGET = "https://kankei.example/"
PATIENCE_S = 120.0
APACHE = shutil.which("apache2", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
MODULES = Path(os.environ.get("KANKEI_APACHE_MODULES", "/usr/lib/apache2/modules"))
CONFIGURATION = """
ServerName localhost
ServerRoot {folder}
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/error.log
DefaultRuntimeDir {folder}
DocumentRoot {folder}/www
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule dir_module {modules}/mod_dir.so
LoadModule rewrite_module {modules}/mod_rewrite.so
<Directory {folder}/www>
    AllowOverride FileInfo
    Options +FollowSymLinks
    Require all granted
</Directory>
"""
CASES = (
    ("id/programme/two-region-living", 303),
    ("id/programme/two-region-living?lang=en", 303),
    ("id/dataset", 303),
    ("doc/programme/two-region-living.ttl", 302),
    ("doc/org/mlit?_profile=cpsv-ap", 302),
    ("ns", 302),
    ("shapes", 302),
    ("", 302),
    ("programmes?theme=related-population&page=1", 302),
    ("sparql?query=ASK%7B%7D", 302),
    ("dumps/kankei.nt", 302),
)


def redirected(path: str) -> tuple[int, str]:
    """Status and location of the first rule that matches a path under the folder, its query left off."""
    for line in RULES.read_text(encoding="utf-8").splitlines():
        if line.startswith("RewriteRule "):
            _, pattern, target, flags = line.split()
            if match := re.match(pattern, path):
                status = int(re.search(r"R=(\d+)", flags)[1])  # type: ignore[index]
                return status, target.replace("$1", match[1])
    raise AssertionError(path)


@pytest.mark.parametrize(("path", "status"), CASES)
def test_each_rule_leads_to_the_same_path(path: str, status: int) -> None:
    bare = path.partition("?")[0]
    assert redirected(bare) == (status, TARGET + bare)


def test_what_the_rules_lead_to_answers(web: Client, seed_release: Release) -> None:
    """Every identifier of the release, and every page that the sitemap lists."""
    paths = [
        document.iri.removeprefix(DEFAULT_BASE)
        for document in seed_release.documents.values()
        if document.iri.startswith(DEFAULT_BASE)
    ]
    assert len(paths) > 50
    for path in ("ns", "shapes", "", *paths):
        status, location = redirected(path)
        answer = web.get(location.removeprefix(TARGET.removesuffix("/")), "text/turtle")
        assert answer.status_code == (303 if status == 303 else 200), path


@contextmanager
def apache(folder: Path) -> Iterator[int]:
    """The port of an Apache whose folder ``kankei`` has the rules."""
    (folder / "www" / "kankei").mkdir(parents=True)
    shutil.copy(RULES, folder / "www" / "kankei" / ".htaccess")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    configuration = CONFIGURATION.format(folder=folder, port=port, modules=MODULES)
    (folder / "httpd.conf").write_text(configuration, encoding="utf-8")
    command = [str(APACHE), "-X", "-f", str(folder / "httpd.conf")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            deadline = time.monotonic() + PATIENCE_S
            while not _listens(port):
                assert process.poll() is None, process.stderr and process.stderr.read()
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.skipif(APACHE is None, reason="Apache (Debian: apache2) is not installed")
def test_apache_redirects_by_the_rules(tmp_path: Path) -> None:
    with apache(tmp_path) as port:
        for path, status in CASES:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
            connection.request("GET", f"/kankei/{path}")
            answer = connection.getresponse()
            assert (answer.status, answer.headers["Location"]) == (status, TARGET + path)
            assert urlsplit(answer.headers["Location"]).scheme == "https"
            connection.close()
