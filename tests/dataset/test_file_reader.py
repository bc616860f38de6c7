"""Files read in several processes give what one process gives, the first error included."""

from pathlib import Path

import pytest

from kankei.dataset.data_folder import data_files, ontology_files, packaged, scheme_files, source_files
from kankei.dataset.file_reader import MANY, FileReader, read_data_files
from kankei.dataset.integrity import IntegrityChecks
from kankei.dataset.statement_spool import StatementSpool
from kankei.errors import InvalidData, MalformedData
from kankei.namespaces import Base
from kankei.source.lines.document import read_document

BASE, INPUTS = Base(), packaged()


def read(folder: Path, many: int, changed: dict[str, str] | None = None) -> FileReader:
    """The packaged data as read, `many` files in processes; some documents have another text."""
    sources = {file.stem: read_document(file) for file in source_files(INPUTS)}
    reader = FileReader(BASE, sources, IntegrityChecks(BASE), StatementSpool(folder))
    for file in (*ontology_files(INPUTS), *scheme_files(INPUTS)):
        reader.read_shared(file, "ontology")
    paths = dict(data_files(INPUTS))
    for document, content in (changed or {}).items():
        paths[document] = folder / f"{document.replace('/', '-')}.ttl"
        paths[document].write_text(content, encoding="utf-8")
    read_data_files(reader, paths, folder, many)
    return reader


def test_processes_read_what_one_reads(tmp_path: Path) -> None:
    one, several = read(tmp_path, MANY), read(tmp_path, 1)
    assert list(several.spool.documents()) == list(one.spool.documents())
    assert several.spool.count == one.spool.count
    assert (several.files, several.records) == (one.files, one.records)
    assert several.checks.documents == one.checks.documents
    assert several.checks.references == one.checks.references
    assert not [file for file in tmp_path.iterdir() if file.is_dir()]


@pytest.mark.parametrize("many", [MANY, 1])
def test_the_first_error_is_raised(many: int, tmp_path: Path) -> None:
    """Of two broken files, in parts of two processes, the first in the order of reading counts."""
    documents = list(data_files(INPUTS))
    first, last = documents[0], documents[-1]
    with pytest.raises(MalformedData) as malformed:
        read(tmp_path, many, {first: "<> a .\n", last: "<> <urn:p> _:b .\n"})
    assert first.replace("/", "-") in str(malformed.value)
    with pytest.raises(InvalidData, match="no blank nodes"):
        read(tmp_path, many, {last: "<> <urn:p> _:b .\n"})
