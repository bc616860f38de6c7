"""The score of an ingest of invented sheets.

``python tests/benchmarks/invented_sheets.py [LAYOUTS [SHEETS [SEED [drawn | rows | producers | variants]]]]``

With ``drawn`` the documents are read as extracted text, in the order in which they are drawn, with ``rows``
as text that keeps the look of a page. With ``producers`` they are drawn by the operators of other producers
than reportlab: turned pages, forms, clipping paths, dashed rules, invisible text, glyphs without meaning.
With ``variants`` each layout has one of the further forms of tables: merged, transposed, repeated.

Prints what is right, wrong, in doubt and silent: of all layouts, of those with ruled tables, and of each that
is not wholly right; then every wrong statement and silent loss. Exit status 1 if there is any.
"""

import sys
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from kankei.curation.candidate.known_terms import read_known_terms
from kankei.dataset.data_folder import packaged
from kankei.namespaces import Base
from support.sheets.layouts import Setter, layouts, write_document
from support.sheets.plain_canvas import DRAWINGS
from support.sheets.score import score_document, write_as_text
from support.sheets.table_variants import VARIANTS

_RULED = {"grid", "rects", "thin", "cells", "open"}


def main(count: int = 60, sheets: int = 6, seed: int = 1, form: str | None = None) -> int:
    """Score so many layouts of so many sheets."""
    known = read_known_terms(packaged(), Base())
    total: Counter[str] = Counter()
    ruled: Counter[str] = Counter()
    notes: list[str] = []
    with TemporaryDirectory() as folder:
        for index, layout in enumerate(layouts(Random(seed), count)):
            path = Path(folder) / f"layout-{index}.pdf"
            drawing = DRAWINGS[index % len(DRAWINGS)] if form == "producers" else None
            variant = list(VARIANTS)[index % len(VARIANTS)] if form == "variants" else ""
            setter = VARIANTS.get(variant, Setter)
            wanted = write_document(path, layout, seed * 100 + index, sheets, drawing, setter)
            path = write_as_text(path, form) if form in {"drawn", "rows"} else path
            score = score_document(path, wanted["sheets"], known)
            total += score.counts
            ruled += score.counts if layout.rules in _RULED else Counter()
            if score.notes or score.right < 0.9:
                sys.stdout.write(
                    f"{index:3} {score.right:6.1%} {dict(score.counts)} {variant} {wanted['about']}\n"
                )
            notes += [f"{index} {note}" for note in score.notes]
    for name, counts in (("all", total), ("ruled", ruled)):
        sys.stdout.write(f"{name}: {counts['right'] / max(counts.total(), 1):.1%} right, {dict(counts)}\n")
    sys.stdout.writelines(f"{note}\n" for note in notes)
    return 1 if notes else 0


if __name__ == "__main__":
    numbers = dict(
        zip(("count", "sheets", "seed"), map(int, filter(str.isdigit, sys.argv[1:])), strict=False)
    )
    sys.exit(main(**numbers, form=next((one for one in sys.argv[1:] if not one.isdigit()), None)))
