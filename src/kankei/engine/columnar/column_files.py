"""Whether the columns of a release can be used; told without loading DuckDB."""

from kankei.errors import BrokenRelease
from kankei.release.columns.schema import SCHEMA_VERSION, STATISTICS, TABLES
from kankei.release.columns.statistics import Statistics
from kankei.release.manifest import FileEntry
from kankei.release.reader import Release


def check_columns(release: Release) -> None:
    """Raise `BrokenRelease` unless it has columns that are whole, its own, and of our schema version."""
    for name in (STATISTICS, *(table.file for table in TABLES)):
        if name not in release.manifest.files:
            raise BrokenRelease("the release has no such columns", str(release.path / name))
        if FileEntry.of(release.file(name)) != release.manifest.files[name]:
            raise BrokenRelease("the file's sha256 is not that of the manifest", str(release.path / name))
    statistics = read_statistics(release)
    file = str(release.file(STATISTICS))
    if statistics.schema != SCHEMA_VERSION:
        raise BrokenRelease(f"the columns are of schema {statistics.schema}, not {SCHEMA_VERSION}", file)
    if statistics.release != release.manifest.version:
        raise BrokenRelease(f"the columns are of the release {statistics.release}", file)


def read_statistics(release: Release) -> Statistics:
    """The statistics of a release's columns."""
    try:
        return Statistics.read(release.read(STATISTICS))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BrokenRelease("these are no statistics of columns", str(release.file(STATISTICS))) from error
