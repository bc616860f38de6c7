"""Where other people's tests are, if they are: beside the checkout, or where the environment says."""

import os
from pathlib import Path

SUITES = Path(os.environ.get("KANKEI_SUITES", Path(__file__).parents[2] / "shared")) / "suites"
