"""All IRI strings of the project: namespaces, the default base, and the IRIs minted under a base."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from kankei.errors import UsageError

DEFAULT_BASE = "https://w3id.org/kankei/"

# The vocabulary has the default base under every publisher's base: data may move, its terms do not.
ONTOLOGY = DEFAULT_BASE + "ns"
KK = ONTOLOGY + "#"
SHAPES = DEFAULT_BASE + "shapes#"
CONCEPTS = DEFAULT_BASE + "id/"

ADMS = "http://www.w3.org/ns/adms#"
CPSV = "http://purl.org/vocab/cpsv#"
CV = "http://data.europa.eu/m8g/"
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
EDTF = "http://id.loc.gov/datatypes/edtf/"
FOAF = "http://xmlns.com/foaf/0.1/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
LOCN = "http://www.w3.org/ns/locn#"
ORG = "http://www.w3.org/ns/org#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SD = "http://www.w3.org/ns/sparql-service-description#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SPDX = "http://spdx.org/rdf/terms#"
TIME = "http://www.w3.org/2006/time#"
VCARD = "http://www.w3.org/2006/vcard/ns#"
VOID = "http://rdfs.org/ns/void#"
XSD = "http://www.w3.org/2001/XMLSchema#"

# fmt: off
CONCEPT_KINDS = (
    "amount-kind", "body-type", "budget-stage", "call-state", "column", "designated-area", "funding",
    "identifier-scheme", "pillar", "prefecture", "project-method", "rule", "scheme", "support-kind", "theme",
    "topic",
)
"""The path segments under ``id/`` whose things are concepts, schemes and rules of the ontology folder."""

PREFIXES = {
    "kk": KK, "adms": ADMS, "cpsv": CPSV, "cv": CV, "dcat": DCAT, "dct": DCT, "edtf": EDTF, "foaf": FOAF,
    "hydra": HYDRA, "locn": LOCN, "org": ORG, "owl": OWL, "prov": PROV, "rdf": RDF, "rdfs": RDFS,
    "schema": SCHEMA, "sh": SH, "skos": SKOS, "spdx": SPDX, "time": TIME, "vcard": VCARD, "void": VOID,
    "xsd": XSD,
    **{kind: f"{CONCEPTS}{kind}/" for kind in CONCEPT_KINDS},
}
"""Prefix to namespace, as used in data files, dumps, documents and example queries."""
# fmt: on


@dataclass(frozen=True)
class Base:
    """The base IRI of one publisher's things, documents and graphs; absolute, with a final slash."""

    iri: str = DEFAULT_BASE

    @property
    def dataset(self) -> str:
        """The IRI of the published dataset."""
        return f"{self.iri}id/dataset"

    def thing(self, path: str) -> str:
        """The IRI of the thing at a path such as ``programme/two-region-living``."""
        return f"{self.iri}id/{path}"

    def document(self, path: str) -> str:
        """The IRI of the document that describes the thing at a path."""
        return f"{self.iri}doc/{path}"

    def graph(self, name: str) -> str:
        """The IRI of a named graph, such as ``derived`` or ``source/sheets-103-106``."""
        return f"{self.iri}graph/{name}"

    def path(self, iri: str) -> str | None:
        """The path of a thing, its fragment left off: under this base, or a shared concept's; else none."""
        document = iri.partition("#")[0]
        for prefix in (f"{self.iri}id/", CONCEPTS):
            if document.startswith(prefix) and len(document) > len(prefix):
                return document[len(prefix) :]
        return None


# RFC 3987 section 2.2: characters that an IRI may not hold unescaped.
_FORBIDDEN = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f-\x9f]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def parse_base(text: str) -> Base:
    """The base IRI of a publisher: absolute, http or https, ending with a slash; raises `UsageError`."""
    return Base(_parse_prefix(text, "the base"))


def parse_public_url(text: str) -> str:
    """The address under which clients reach a server, with a slash at its end; raises `UsageError`."""
    return _parse_prefix(text if text.endswith("/") else f"{text}/", "the public address")


def _parse_prefix(text: str, name: str) -> str:
    """An absolute http or https IRI that ends with a slash, as it is; raises `UsageError`, which names it."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"{name} is no IRI", text) from error
    if parts.scheme not in {"http", "https"} or not host or _FORBIDDEN.search(text):
        raise UsageError(f"{name} must be an absolute http or https IRI", text)
    if _BAD_ESCAPE.search(text) or "@" in parts.netloc or "//" in parts.path:
        raise UsageError(f"{name} must have whole percent escapes, no user and no empty segment", text)
    if "?" in text or "#" in text or not text.endswith("/") or "/./" in text or "/../" in text:
        raise UsageError(f"{name} must end with a slash and have no query, fragment or dot segment", text)
    return text
