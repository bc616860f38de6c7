"""Lighthouse on home, programme, search and SPARQL page: the median score of some runs in each category.

    npm install --prefix tests/clients/lib lighthouse
    python tests/clients/lighthouse.py http://127.0.0.1:8000/ [--runs 3] [--details]

It runs as for a mobile telephone, which is its default, with the `chromium` on PATH. The exit code is 1 where
a median is below what is wanted.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parent / "lib" / "node_modules" / "lighthouse" / "cli" / "index.js"
# The search page without words: its results ask search engines not to list them, which counts as a fault.
PAGES = {
    "home": "",
    "programme": "doc/programme/two-region-living",
    "search": "search",
    "SPARQL": "sparql",
}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
WANTED = 95


def report(address: str) -> dict[str, Any]:
    """What one run reports about a page."""
    command = [
        *("node", str(PROGRAM), address, "--output=json", "--quiet"),
        *(f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox"),
    ]
    chromium = {"CHROME_PATH": shutil.which("chromium") or ""}
    done = subprocess.run(command, capture_output=True, check=True, env=os.environ | chromium)
    return dict(json.loads(done.stdout))


def scores(found: dict[str, Any]) -> list[int]:
    """The score of each category, 0 to 100."""
    return [round(100 * (found["categories"][name]["score"] or 0)) for name in CATEGORIES]


def details(found: dict[str, Any]) -> Iterator[str]:
    """The audits that took something off."""
    for name in CATEGORIES:
        for reference in found["categories"][name]["auditRefs"]:
            audit = found["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 1:
                shown = audit.get("displayValue", "")
                yield f"  {name}: {audit['id']} {audit['score']:.2f} {shown}"


def main() -> None:
    """Run, print the medians, exit."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("server", help="the address of the home page")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--details", action="store_true", help="print the audits that took something off")
    options = parser.parse_args()
    lowest = 100
    sys.stdout.write(f"{'':12}{''.join(f'{name:>16}' for name in CATEGORIES)}\n")
    for page, path in PAGES.items():
        reports = [report(options.server + path) for _ in range(options.runs)]
        medians = [int(statistics.median(each)) for each in zip(*map(scores, reports), strict=True)]
        sys.stdout.write(f"{page:12}{''.join(f'{figure:16}' for figure in medians)}\n")
        sys.stdout.writelines(f"{line}\n" for line in details(reports[-1]) if options.details)
        sys.stdout.flush()
        lowest = min(lowest, *medians)
    sys.exit(int(lowest < WANTED))


if __name__ == "__main__":
    main()
