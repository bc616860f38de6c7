"""The data that all peers serve: generated programmes, built into a release once and kept."""

import hashlib
import random
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import kankei
from generate import ROOT, generate
from kankei.dataset.data_folder import packaged
from kankei.namespaces import Base
from kankei.release.build import build
from kankei.release.reader import Release
from kankei.validation.report.report import Report

_SUBJECT = re.compile(rb"<([^>]*/id/programme/[^>]*)> ")


@dataclass(frozen=True)
class Data:
    """A release of generated programmes, and the things in it that the workloads ask for."""

    programmes: int
    release: Path
    base: str = Base().iri

    @property
    def dump(self) -> Path:
        """The release's dump as N-Triples."""
        return self.release / "dumps" / "kankei.nt"

    @cached_property
    def merged(self) -> Path:
        """The N-Triples that every peer loads: dump, provenance and profiles, merged as by `kankei serve`."""
        merged = self.release.parent.parent / "merged" / f"{self.release.name}.nt"
        if not merged.exists():
            merged.parent.mkdir(exist_ok=True)
            parts = (self.dump, *Release.open(self.release).view_files)
            unfinished = merged.with_suffix(".part")
            unfinished.write_bytes(b"".join(part.read_bytes() for part in parts))
            unfinished.replace(merged)
        return merged

    @cached_property
    def subjects(self) -> Sequence[str]:
        """Every programme and every node of one, in a seeded random order."""
        found: dict[bytes, None] = {}
        with self.dump.open("rb") as lines:
            for line in lines:
                if match := _SUBJECT.match(line):
                    found[match[1]] = None
        subjects = [iri.decode() for iri in found]
        random.Random(1).shuffle(subjects)
        return subjects

    def programme(self, number: int) -> str:
        """The IRI of the programme of a number, which may be any: they are taken in turn."""
        return f"{self.base}id/{self.document(number)}"

    def document(self, number: int) -> str:
        """The path of its document."""
        return f"programme/generated-{number % self.programmes + 1:06}"

    def bureau(self, number: int) -> str:
        """The IRI of a bureau, likewise."""
        return f"{self.base}id/org/ministry-{number % 8 + 1}-bureau-{number // 8 % 6 + 1}"


def prepare(programmes: int, work: Path, say: Callable[[str], None]) -> Data:
    """The data of a number of programmes, generated and built unless this code has done so before."""
    folder = work / f"{programmes}-{fingerprint()}"
    if not (folder / "release" / "current").exists():
        shutil.rmtree(folder, ignore_errors=True)
        say(f"generating {programmes} programmes")
        generate(programmes, folder / "data")
        inputs = packaged().with_data(folder / "data")
        build(
            inputs,
            Base(),
            folder / "release",
            unvalidated,
            lambda stage: say(str(stage)),
            unvalidated,
        )
    return Data(programmes, (folder / "release" / "current").resolve())


def unvalidated(*_: object) -> Report:
    """A report of nothing: that generated programmes satisfy the shapes is tested once, not at every size."""
    return Report.of(())


def fingerprint() -> str:
    """A name for what a release is made from: the generator, the code that builds, the ontology."""
    package = Path(kankei.__file__).parent
    folders = (package / "dataset", package / "release", ROOT / "ontology")
    digest = hashlib.sha256(Path(__file__).with_name("generate.py").read_bytes())
    for file in sorted(file for folder in folders for file in folder.rglob("*") if file.is_file()):
        if file.suffix != ".pyc":
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
