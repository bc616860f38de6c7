"""Inputs in a release: copies of sources, ontology and shapes, and the version that content determines."""

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from hashlib import file_digest, sha256
from pathlib import Path

import pyoxigraph as ox

import kankei
from kankei.dataset.data_folder import CATALOGUE, Inputs, shapes_files, source_files
from kankei.dataset.dataset import Dataset
from kankei.dataset.statements import text
from kankei.dataset.turtle import read_turtle
from kankei.errors import InvalidData, MalformedShapes
from kankei.namespaces import DCT, SHAPES, XSD
from kankei.release.sssom import sssom

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def copy_inputs(dataset: Dataset, inputs: Inputs, release: Path) -> None:
    """Write sources as received, ontology, alignments, JSON-LD context and merged shapes into a release."""
    for folder in ("sources", "ontology"):
        (release / folder).mkdir(exist_ok=True)
    for source in dataset.sources:
        shutil.copyfile(source.path, release / "sources" / source.path.name)
    for name in ("kankei.ttl", "alignments.ttl", "context.jsonld"):
        shutil.copyfile(inputs.ontology / name, release / "ontology" / name)
    mappings = sssom(inputs.ontology / "kankei.ttl", inputs.ontology / "alignments.ttl")
    (release / "ontology" / "alignments.sssom.tsv").write_bytes(mappings)
    (release / "ontology" / "shapes.ttl").write_bytes(merged_shapes(shapes_files(inputs)))


def merged_shapes(files: Sequence[Path]) -> bytes:
    """The shapes graphs one after the other, comments and all.

    They are joined as text since a parser would give their blank nodes new names on every build.
    """
    merged = b"\n".join(b"# " + file.name.encode() + b"\n\n" + file.read_bytes() for file in files)
    for file in files:
        read_turtle(file, SHAPES)
        if b"@base" in file.read_bytes() or b"_:" in file.read_bytes():
            raise MalformedShapes(
                "shapes are merged as text: no @base and no labelled blank nodes", str(file)
            )
    return merged


def release_version(dataset: Dataset, inputs: Inputs, quads: Path, further: Iterable[Path] = ()) -> str:
    """The date of the dataset's last change, and the first hexadecimal digits of a hash of all content.

    The content: the canonical N-Quads, base and kankei version, shapes, context, sources as received, and
    the code and queries that write a release, and `further` files.
    """
    digest = sha256(f"{dataset.base.iri}\n{kankei.__version__}\n".encode())
    for file in (quads, *_hashed_files(inputs), *further):
        with file.open("rb") as content:
            digest.update(file.name.encode() + b"\0" + file_digest(content, "sha256").digest())
    return f"{stated_modified(dataset)}-{digest.hexdigest()[:12]}"


def _hashed_files(inputs: Inputs) -> Iterator[Path]:
    yield from shapes_files(inputs)
    yield from sorted(inputs.ontology.glob("*.*"))
    yield from source_files(inputs)
    code = Path(__file__).parent.rglob("*")
    yield from sorted(file for file in code if file.suffix in {".py", ".rq", ".sql", ".toml"})


def newest_date(dataset: Dataset) -> str:
    """The newest date that the data states of itself and of its sources."""
    dates = (
        text(triple.object)
        for name in ("issued", "modified")
        for triple in dataset.find(None, DCT + name, None)
        if isinstance(triple.object, ox.Literal) and triple.object.datatype.value == XSD + "date"
    )
    return max((date for date in dates if _DATE.fullmatch(date)), default="")


def stated_modified(dataset: Dataset) -> str:
    """The date of the dataset's last change; raises `InvalidData` unless there is one."""
    dates = [text(triple.object) for triple in dataset.find(dataset.base.dataset, DCT + "modified", None)]
    if len(dates) != 1 or not _DATE.fullmatch(dates[0]):
        message = f"{CATALOGUE} must state the dataset's dct:modified once, as a date"
        raise InvalidData(message, dataset.position(dataset.base.dataset) or CATALOGUE)
    return dates[0]
