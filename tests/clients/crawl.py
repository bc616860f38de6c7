"""Crawl a running server from its home page: dead addresses, and JSON-LD that is not the graph of its Turtle.

    python tests/clients/crawl.py http://127.0.0.1:8000/

It fetches the whole surface but the dumps and searches. PyLD reads each JSON-LD document by its address,
contexts as well. The exit code is 1 where anything was found.
"""

import argparse
import sys
from pathlib import Path

import httpx
import pyoxigraph as ox
from pyld import jsonld

sys.path.insert(0, str(Path(__file__).parent.parent))
from support.crawler import Crawl

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PATIENCE_S = 60.0


def is_followed(address: str) -> bool:
    """Whether an address is no dump, no search among countless ones, and no namespace."""
    path, _, query = address.partition("?")
    is_dump = "/dumps/" in path and not path.endswith("/")
    is_search = bool(query) and path.endswith(("/search", "/sparql", "/reconcile"))
    return not is_dump and not is_search and not ("/id/" in path and path.endswith("/"))


def graph(content: bytes | str, form: ox.RdfFormat) -> ox.Dataset:
    dataset = ox.Dataset(ox.parse(content, format=form))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def differs(client: httpx.Client, address: str) -> bool:
    """Whether the JSON-LD at an address, read by PyLD, is another graph than the Turtle there."""
    turtle = client.get(address, headers={"Accept": "text/turtle"})
    if turtle.headers["content-type"].partition(";")[0] != "text/turtle":
        return False
    expanded = jsonld.to_rdf(address, {"format": "application/n-quads"})
    return graph(expanded, ox.RdfFormat.N_QUADS) != graph(turtle.content, ox.RdfFormat.TURTLE)


def main() -> int:
    """Crawl, compare, and say what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", help="the address of the home page, with a slash at its end")
    home = parser.parse_args().home
    with httpx.Client(trust_env=False, timeout=PATIENCE_S) as client:
        crawl = Crawl(
            lambda address: client.get(address, headers={"Accept": BROWSER}), home, is_followed
        ).run()
        documents = sorted({address for address in crawl.statuses if is_document(address, home)})
        differing = [address for address in documents if differs(client, address)]
    for address, (status, named_by) in crawl.dead.items():
        _tell(f"{status} {address} (named by {named_by})")
    for address in differing:
        _tell(f"JSON-LD is not the graph of its Turtle: {address}")
    _tell(
        f"{len(crawl.statuses)} addresses, {len(crawl.dead)} dead; {len(documents)} documents as JSON-LD, "
        f"{len(differing)} differ"
    )
    return 1 if crawl.dead or differing else 0


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def is_document(address: str, home: str) -> bool:
    """Whether an address negotiates between RDF formats."""
    path = address.removeprefix(home)
    return (
        "?" not in path
        and "." not in path
        and path.startswith(("doc/", "catalog", "ns", "report", "programmes"))
    )


if __name__ == "__main__":
    sys.exit(main())
