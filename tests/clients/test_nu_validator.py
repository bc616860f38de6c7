"""The Nu validator reads each page type in both languages, where npm has installed it (`README.md`)."""

import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from support.client import BROWSER, Client
from support.serving import PATIENCE_S
from web.test_page_types import FURTHER_PAGES, PAGES

JAR = Path(__file__).parent / "lib" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
JAVA = shutil.which("java")


@pytest.mark.skipif(JAVA is None, reason="there is no java on PATH")
@pytest.mark.skipif(not JAR.exists(), reason=f"{JAR.name} is not there: npm install --prefix lib vnu-jar")
def test_it_finds_no_error_on_any_page_type(web: Client, joint_web: Client, tmp_path: Path) -> None:
    files = []
    for language in ("ja", "en"):
        for name, path in (PAGES | FURTHER_PAGES | {"project": "doc/project/31"}).items():
            address = f"/{quote(path, safe='/?=&%')}{'&' if '?' in path else '?'}lang={language}"
            page = (joint_web if name == "project" else web).get(address, BROWSER)
            assert page.status_code == {"problem": 404, "query error": 400}.get(name, 200), name
            files.append(tmp_path / f"{name.replace(' ', '-')}-{language}.html")
            files[-1].write_text(page.text, encoding="utf-8")
    command = [str(JAVA), "-jar", str(JAR), "--errors-only", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert (done.returncode, done.stderr) == (0, "")
