"""What a harvester moves that follows the feed, after one programme of many has changed, beside the dump.

    python tests/benchmarks/incremental.py 10000

Two releases are built, unvalidated; the harvester knows the first one. It reads the feed of the second one
up to the first, a page at a time, and takes the N-Triples of each thing that changed. All bytes are those of
bodies as they are sent, compressed for a client that accepts zstd; the dump is compressed so too.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx

from data import unvalidated
from generate import generate
from kankei.dataset.data_folder import packaged
from kankei.diff.change_details import change_details
from kankei.engine.embedded.pool import start_engine
from kankei.engine.embedded.store_access import StoreFiles
from kankei.namespaces import Base
from kankei.release.build import build
from kankei.release.history.succession import Succession
from kankei.release.reader import Release
from kankei.web.app import create_app

ATOM = "{http://www.w3.org/2005/Atom}"
DUMP = "dumps/kankei.nt.zst"
CHANGED = "generated-000001"


@dataclass(frozen=True)
class Harvest:
    """The requests of a harvester, the bytes of their bodies, and those of the dump."""

    requests: int
    moved: int
    dump: int

    @property
    def percent(self) -> float:
        """What was moved, in hundredths of the dump."""
        return 100 * self.moved / self.dump


@dataclass
class Harvester:
    """Asks an application without a socket, and counts the bytes of bodies."""

    client: httpx.AsyncClient
    base: str
    requests: int = 0
    moved: int = 0

    async def get(self, address: str) -> bytes:
        """The body at an address, decoded; its bytes are counted as sent."""
        response = await self.client.get(address.removeprefix(self.base))
        response.raise_for_status()
        self.requests += 1
        self.moved += int(response.headers["content-length"])
        return response.content

    async def follow(self, known: str) -> None:
        """Take what changed since a known release."""
        address = f"{self.base}feed"
        while address:
            root = ET.fromstring(await self.get(address))
            for entry in root.findall(f"{ATOM}entry"):
                if entry.findtext(f"{ATOM}id") == known:
                    return
                for link in _links(entry, "application/n-triples"):
                    await self.get(link)
            address = next((a.attrib["href"] for a in root.findall(f"{ATOM}link[@rel='next']")), "")
        raise LookupError("the feed ends before the known release")


def _links(entry: ET.Element, media_type: str) -> Iterator[str]:
    return (a.attrib["href"] for a in entry.findall(f"{ATOM}link") if a.attrib.get("type") == media_type)


def two_releases(programmes: int, folder: Path) -> tuple[Release, Release]:
    """A release of generated programmes, and the one after one of them has got another title."""
    generate(programmes, folder / "data")
    inputs, releases = packaged().with_data(folder / "data"), folder / "releases"

    def built(date: str) -> Release:
        begun = time.monotonic()
        path = build(
            inputs,
            Base(),
            releases,
            unvalidated,
            lambda _: None,
            unvalidated,
            succession=Succession(date, details=change_details),
        )
        sys.stderr.write(f"{programmes} programmes built in {time.monotonic() - begun:.0f} s\n")
        return Release.open(path)

    first = built("2026-11-29")
    file = folder / "data" / "programmes" / f"{CHANGED}.ttl"
    content = file.read_text(encoding="utf-8")
    file.write_text(content.replace('"@en', ' (changed)"@en', 1), encoding="utf-8")
    return first, built("2026-11-30")


def harvest(first: Release, second: Release) -> Harvest:
    """What a harvester of the first release moves to have the second one."""
    process = start_engine(StoreFiles.of(second))

    async def follow() -> Harvester:
        pool = await process.connect()
        transport = httpx.ASGITransport(create_app(second, pool, {}))
        headers = {"Accept-Encoding": "zstd"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://host.example", headers=headers
        ) as client:
            harvester = Harvester(client, Base().iri.removesuffix("/") + "/")
            await harvester.follow(Base().thing(f"release/{first.manifest.version}"))
        pool.close()
        return harvester

    try:
        harvester = asyncio.run(follow())
    finally:
        process.close()
    return Harvest(harvester.requests, harvester.moved, second.manifest.files[DUMP].size)


def main() -> None:
    """Print the figure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("programmes", type=int, nargs="?", default=1000)
    programmes = parser.parse_args().programmes
    with tempfile.TemporaryDirectory() as folder:
        found = harvest(*two_releases(programmes, Path(folder)))
    sys.stdout.write(
        f"{programmes} programmes, one changed: {found.requests} requests, {found.moved:,} bytes, "
        f"{found.percent:.3f} % of the dump ({found.dump:,} bytes, zstd)\n"
    )


if __name__ == "__main__":
    main()
