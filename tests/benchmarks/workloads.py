"""What is asked: each workload gives the text of its n-th request, distinct unless caches are the matter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data import Data
from kankei.namespaces import PREFIXES
from peers.peer import Peer

JSON, CSV, HTML = "application/sparql-results+json", "text/csv", "text/html"
FIXED = 100
_PREFIXES = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("dct", "kk", "org"))


@dataclass(frozen=True)
class Workload:
    """A kind of request; `limit` is how many a second nobody will pass, so many are made beforehand."""

    name: str
    question: str
    text: Callable[[Data, int], str]
    limit: int
    accept: str = JSON
    fixed: int = 0
    page: bool = False
    long: bool = False

    def target(self, peer: Peer, data: Data, number: int) -> str:
        """The request target of the n-th request to a peer."""
        number = number % self.fixed if self.fixed else number
        if peer.files:
            return f"/{self.name}/{number}"
        return self.text(data, number) if self.page else peer.query(self.text(data, number))

    def targets(self, peer: Peer, data: Data, start: int, seconds: float) -> Sequence[str]:
        """The targets for so many seconds, from the n-th on."""
        count = self.fixed or int(self.limit * seconds)
        return [self.target(peer, data, start + number) for number in range(count)]

    def asks(self, peer: Peer) -> bool:
        """Whether the peer can be asked this: files hold a fixed number of answers, pages are kankei's."""
        if peer.files:
            return bool(self.fixed)
        return not self.page or peer.pages


def lookup(data: Data, number: int) -> str:
    """Everything about one subject; the variable's name keeps it distinct once all were asked."""
    turn, index = divmod(number, len(data.subjects))
    return f"SELECT ?p ?o{turn} WHERE {{ <{data.subjects[index]}> ?p ?o{turn} }}"


def star(data: Data, number: int) -> str:
    """One programme with its name, ministry, bodies, method and contact."""
    return (
        f"{_PREFIXES}SELECT ?title{number} ?ministry ?body ?method ?unit ?telephone WHERE {{\n"
        f"  <{data.programme(number)}> dct:title ?title{number} ; kk:ministry ?ministry ;\n"
        "    kk:implementingBody ?body ; kk:fundingMethod ?method ; kk:entry ?entry .\n"
        "  ?entry kk:contact ?contact .\n"
        "  ?contact kk:unitInCharge ?unit ; kk:telephone ?telephone .\n}"
    )


def path(data: Data, number: int) -> str:
    """The programmes whose unit in charge lies anywhere below a bureau."""
    return (
        f"{_PREFIXES}SELECT ?programme{number} ?title WHERE {{\n"
        f"  ?programme{number} kk:entry/kk:contact/kk:unitInCharge/org:subOrganizationOf*"
        f" <{data.bureau(number)}> ;\n    dct:title ?title .\n}}"
    )


AGGREGATES = tuple(
    f"{_PREFIXES}SELECT {what} WHERE {{\n  {where} ; kk:latestBudget ?amount\n"
    f"  FILTER(?amount > LEAST)\n}} GROUP BY {group}"
    for what, where, group in (
        (
            "?ministry (COUNT(?programme) AS ?programmes) (SUM(?amount) AS ?total)",
            "?programme kk:ministry ?ministry",
            "?ministry",
        ),
        (
            "?method (AVG(?amount) AS ?mean) (MAX(?amount) AS ?most)",
            "?programme kk:fundingMethod ?method",
            "?method",
        ),
        (
            "?body ?state (COUNT(DISTINCT ?programme) AS ?programmes)",
            "?programme kk:implementingBody ?body ; kk:callState ?state",
            "?body ?state",
        ),
    )
)


def aggregate(_: Data, number: int) -> str:
    """Three in turn: totals by ministry, means by method, counts by body and state; all above an amount."""
    return AGGREGATES[number % len(AGGREGATES)].replace("LEAST", str(number))


def histogram(_: Data, number: int) -> str:
    """How often each property occurs: every triple is read."""
    return f"SELECT ?p (COUNT(*) AS ?n{number}) WHERE {{ ?s ?p ?o }} GROUP BY ?p"


def count(_: Data, number: int) -> str:
    """How many triples there are."""
    return f"SELECT (COUNT(*) AS ?n{number}) WHERE {{ ?s ?p ?o }}"


def classes(_: Data, number: int) -> str:
    """How many things each class has."""
    return f"SELECT ?class (COUNT(*) AS ?n{number}) WHERE {{ ?s a ?class }} GROUP BY ?class"


def scan(_: Data, number: int) -> str:
    """All triples."""
    return f"SELECT ?s{number} ?p ?o WHERE {{ ?s{number} ?p ?o }}"


def page(data: Data, number: int) -> str:
    """The page of a programme."""
    return f"/doc/{data.document(number)}"


def question(file: Path) -> Workload:
    """The query of a file, distinct by a comment."""
    query = file.read_text(encoding="utf-8")
    title = query.partition("\n")[0].lstrip("# ")
    return Workload(file.stem, f"{title} Distinct", lambda _, number: f"{query}# {number}\n", 300, long=True)


QUESTIONS: Mapping[str, Workload] = {
    file.stem: question(file) for file in sorted((Path(__file__).parent / "questions").glob("*.rq"))
}
"""What an analyst may ask; not measured unless they are named, or `questions` is."""

WORKLOADS: Mapping[str, Workload] = {
    workload.name: workload
    for workload in (
        Workload("lookup", "everything about one subject, distinct", lookup, 30_000),
        Workload("star", "a star join about one programme, distinct", star, 15_000),
        Workload("path", "programmes below a bureau, distinct", path, 3_000, long=True),
        Workload(
            "aggregate", "sums, means and counts of all programmes, distinct", aggregate, 3_000, long=True
        ),
        Workload("histogram", "count of every property, distinct", histogram, 1_000, long=True),
        Workload("classes", "count of things by class, distinct", classes, 3_000, long=True),
        Workload("count", "count of all triples, distinct", count, 10_000, long=True),
        Workload("scan", "all triples as CSV, distinct", scan, 100, accept=CSV, long=True),
        Workload("cached", f"{FIXED} star joins again and again", star, 0, fixed=FIXED),
        Workload("doc", f"{FIXED} pages again and again", page, 0, accept=HTML, fixed=FIXED, page=True),
        Workload("doc-all", "the page of every programme in turn", page, 10_000, accept=HTML, page=True),
    )
}
