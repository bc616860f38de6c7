"""Where the W3C's SPARQL 1.1 tests are, if they are."""

import os
from pathlib import Path

SUITE = (
    Path(os.environ.get("KANKEI_SUITES", Path(__file__).parents[2] / "shared")) / "suites" / "w3c-sparql11"
)
