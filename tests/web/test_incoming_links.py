"""What points at a thing: the same on its page and in its RDF, for one thing of each kind."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote, urljoin

import pyoxigraph as ox

from kankei.namespaces import Base
from kankei.release.reader import Release
from support.client import BROWSER, Client

BASE = Base()


def one_of_each_kind(release: Release) -> list[str]:
    """A document of each kind but sources, whose page has the lines that are cited."""
    kinds = {path.partition("/")[0]: path for path in sorted(release.documents)}
    return [path for kind, path in kinds.items() if kind != "source"]


def of_the_page(web: Client, path: str) -> tuple[set[str], set[str]]:
    """Documents that the page lists as pointing at its thing, and all that it links to."""
    page = web.get(f"/doc/{path}", BROWSER).text
    listed = re.search(r'<section aria-labelledby="incoming">(.*?)</section>', page, re.DOTALL)
    text = re.sub(r'<span class="relation">.*?</span>', "", listed[1], flags=re.DOTALL) if listed else ""
    return set(documents(text, path)), set(documents(page, path))


def documents(html: str, path: str) -> Iterator[str]:
    for href in re.findall(r'<a\b[^>]*href="([^"]+)"', html):
        address = unquote(urljoin(f"/doc/{path}", unescape(href)).partition("?")[0].partition("#")[0])
        if address.startswith(("/doc/", "/id/")):
            yield address.split("/", 2)[2]


def of_the_graph(web: Client, path: str) -> set[str]:
    """Documents with a statement in the thing's RDF whose object is the thing."""
    thing = ox.NamedNode(BASE.thing(path))
    answer = web.get(f"/doc/{path}", "application/n-triples")
    assert "next" not in answer.links, "one page has all"
    triples = [quad.triple for quad in ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)]
    froms = [t.subject.value for t in triples if t.object == thing and isinstance(t.subject, ox.NamedNode)]
    paths = {BASE.path(iri.partition("#")[0]) for iri in froms}
    return {pointing for pointing in paths if pointing and pointing != path}


def test_what_points_at_a_thing_is_the_same_on_its_page_and_in_its_graph(
    joint_web: Client, joint_release: Release
) -> None:
    compared: list[tuple[int, int]] = []
    for path in one_of_each_kind(joint_release):
        listed, linked = of_the_page(joint_web, path)
        stated = of_the_graph(joint_web, path)
        assert listed - {path} <= stated, (path, "on the page only", listed - stated)
        assert stated <= linked, (path, "in the graph only", stated - linked)
        compared.append((len(listed), len(stated)))
    pages, graphs = (sum(counts) for counts in zip(*compared, strict=True))
    assert (pages > 10, graphs > 30) == (True, True), "it would pass vacuously"
