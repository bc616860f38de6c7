"""jsonld.js, the processor of browsers and of Node.js: what it reads is the graph of the Turtle."""

import shutil
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.release.reader import Release
from support.serving import PATIENCE_S, serving

HERE = Path(__file__).parent
NODE, LIBRARY = shutil.which("node"), HERE / "lib" / "node_modules" / "jsonld"
ADDRESSES = (
    *("doc/programme/two-region-living", "doc/programme/new-exchange-market", "doc/org/mlit"),
    *("doc/theme/related-population", "doc/source/sheets-103-106", "programmes", "catalog"),
)

pytestmark = pytest.mark.skipif(
    NODE is None or not LIBRARY.is_dir(), reason=f"node or {LIBRARY.relative_to(HERE)} is not there"
)


def canonical(content: bytes, form: ox.RdfFormat) -> ox.Dataset:
    graph = ox.Dataset(ox.parse(content, format=form))
    graph.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return graph


def test_jsonld_js_reads_the_graph_of_the_turtle(seed_release: Release, tmp_path: Path) -> None:
    with serving(seed_release.path, tmp_path) as server:
        for path in ADDRESSES:
            command = [str(NODE), str(HERE / "expand.mjs"), server.address + path, str(HERE / "lib")]
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)
            assert done.returncode == 0, done.stderr.decode()
            turtle = server.get(path, Accept="text/turtle").content
            assert canonical(done.stdout, ox.RdfFormat.N_QUADS) == canonical(turtle, ox.RdfFormat.TURTLE), (
                path
            )
