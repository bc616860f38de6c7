"""Columns as Parquet: the same statements give the same bytes."""

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from kankei.errors import BuildFailed
from kankei.release.columns.counting import statistics_of
from kankei.release.columns.schema import FOLDER, SCHEMA_VERSION, STATISTICS, TABLES
from kankei.release.columns.statistics import Statistics
from kankei.release.columns.tables import fill_tables
from kankei.release.database import open_database
from kankei.release.reader import QUADS

_MEMORY = "512MB"
_ROW_GROUP = 122_880


def write_columns(release: Path, version: str) -> Statistics:
    """Write the columns of a release from its N-Quads, and their statistics, which are returned.

    Each file has schema version and release in its metadata. Raises `BuildFailed`.
    """
    (release / FOLDER).mkdir()
    try:
        return _write(release, version)
    except duckdb.Error as error:
        raise BuildFailed(f"the columns could not be written: {error}", str(release / FOLDER)) from error


def _write(release: Path, version: str) -> Statistics:
    with TemporaryDirectory(dir=release) as spill, open_database(memory_limit=_MEMORY) as connection:
        connection.execute("SET temp_directory = ?", [spill])
        fill_tables(connection, release / QUADS)
        for table in TABLES:
            # The version is of letters, digits, dots and hyphens, and the rows are in their order already.
            connection.execute(
                f"COPY {table.name} TO $file (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP}, "
                f"KV_METADATA {{schema: '{SCHEMA_VERSION}', release: '{version}'}})",
                {"file": str(release / table.file)},
            )
        statistics = statistics_of(connection, version)
    (release / STATISTICS).write_bytes(statistics.json())
    return statistics
