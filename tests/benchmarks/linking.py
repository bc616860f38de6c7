"""Link two years of the budget review whose numbers are withheld, and hold the links against the numbers.

    python tests/benchmarks/linking.py FOLDER

FOLDER has the published files of two review years. Prints precision and recall of the exact matches over the
projects that both years have, and what the catalogue's own links to the later year take.
"""

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from kankei.curation.review.folder import import_review
from kankei.dataset.data_folder import packaged
from kankei.linking.candidates import link
from kankei.linking.items import read_items
from kankei.namespaces import SKOS, Base

YEARS = ("2024", "2025")
BASE = Base()


def main(published: Path) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as temporary:
        folders = [Path(temporary) / year for year in YEARS]
        for year, folder in zip(YEARS, folders, strict=True):
            files = sorted(published.glob(f"*_{year}_*"))
            import_review(files, folder, packaged(), BASE, date(2026, 1, 1), lambda _: None)
        before, after = (read_items(folder, folders, BASE) for folder in folders)
        started = time.perf_counter()
        exact = [m for m in link(before, after) if m.predicate == f"{SKOS}exactMatch"]
        common = {item.iri for item in before} & {item.iri for item in after}
        right = sum(mapping.subject == mapping.object for mapping in exact)
        sys.stdout.write(
            f"{len(before)} and {len(after)} projects, {len(common)} of both years: "
            f"{len(exact)} exact matches in {time.perf_counter() - started:.0f} s, "
            f"precision {right / len(exact):.4f}, recall {right / len(common):.4f}\n"
        )
        started = time.perf_counter()
        data = packaged().data
        found = link(read_items(data, [folders[1]], BASE), read_items(folders[1], [data], BASE))
        sys.stdout.write(f"the catalogue: {len(found)} candidates in {time.perf_counter() - started:.1f} s\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
