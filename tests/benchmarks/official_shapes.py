"""Each official view of generated programmes alone against its official shapes, by pySHACL.

    python tests/benchmarks/official_shapes.py 1000

The shapes are those of DCAT-AP 3.0.1, without and with its ranges, and of CPSV-AP 3.2.0; they are looked for
where the tests look (`tests/support/paths.py`). Prints the focus nodes of each class, and ends with 1 where
anything does not conform, or no programme was looked at.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

from rdflib import Graph

from data import unvalidated
from generate import generate
from kankei.dataset.data_folder import packaged
from kankei.namespaces import Base
from kankei.release.build import build
from kankei.release.profile_views import CPSV_AP
from support.official_shapes import CPSV_AP as CPSV_AP_SHAPES
from support.official_shapes import dcat_ap_shapes, focus_nodes, summary, violations


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("programmes", type=int, nargs="?", default=1000)
    programmes = parser.parse_args().programmes
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(programmes, folder / "data")
        inputs = packaged().with_data(folder / "data")
        release = build(inputs, Base(), folder / "releases", unvalidated, lambda _: None, unvalidated)
        catalogue = Graph().parse(release / "description.ttl")
        services = Graph().parse(release / CPSV_AP.lines, format="nt")
    views = (
        ("DCAT-AP 3.0.1", catalogue, dcat_ap_shapes(with_ranges=False), "Dataset", 1),
        ("DCAT-AP 3.0.1 with ranges", catalogue, dcat_ap_shapes(with_ranges=True), "Dataset", 1),
        ("CPSV-AP 3.2.0", services, Graph().parse(CPSV_AP_SHAPES), "PublicService", programmes),
    )
    failures = 0
    for view, data, shapes, main_class, least in views:
        counts, report = focus_nodes(data, shapes), violations(data, shapes)
        is_right = not report and counts.get(main_class, 0) >= least
        verdict = "conforms" if is_right else report or "has too few focus nodes"
        sys.stdout.write(f"{summary(view, programmes, counts)}: {verdict}\n")
        failures += not is_right
    return min(failures, 1)


if __name__ == "__main__":
    sys.exit(main())
