"""The version of a release, derived from its content."""

import re
from collections.abc import Iterator
from hashlib import file_digest, sha256
from pathlib import Path

import kankei
from kankei.dataset.data_folder import CATALOGUE, Inputs
from kankei.dataset.dataset import Dataset
from kankei.dataset.statements import text
from kankei.errors import InvalidData
from kankei.namespaces import DCT

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def version_of(dataset: Dataset, inputs: Inputs, quads: Path) -> str:
    """The date of the catalogue's last change, and the first hexadecimal digits of a hash of all content.

    The content: the canonical N-Quads, base and kankei version, shapes, context, sources as received, and
    the code and queries that write a release.
    """
    digest = sha256(f"{dataset.base.iri}\n{kankei.__version__}\n".encode())
    for file in (quads, *_carried(inputs)):
        with file.open("rb") as content:
            digest.update(file.name.encode() + b"\0" + file_digest(content, "sha256").digest())
    return f"{_modified(dataset)}-{digest.hexdigest()[:12]}"


def _carried(inputs: Inputs) -> Iterator[Path]:
    yield from sorted(inputs.shapes.glob("*.ttl"))
    yield from sorted(inputs.ontology.glob("*.*"))
    yield from sorted((inputs.data / "sources").glob("*.txt"))
    yield from sorted(
        file for file in Path(__file__).parent.rglob("*") if file.suffix in {".py", ".rq", ".toml"}
    )


def _modified(dataset: Dataset) -> str:
    dates = [text(triple.object) for triple in dataset.find(dataset.base.dataset, DCT + "modified", None)]
    if len(dates) != 1 or not _DATE.fullmatch(dates[0]):
        message = f"{CATALOGUE} must state the dataset's dct:modified once, as a date"
        raise InvalidData(message, dataset.position(dataset.base.dataset) or CATALOGUE)
    return dates[0]
