"""Folders that tests read from."""

import os
from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
"""The checkout."""
SUITES = Path(os.environ.get("KANKEI_SUITES", ROOT.parent / "shared")) / "suites"
"""The official test suites (W3C, SEMICeu): beside the checkout, or where the environment says."""
