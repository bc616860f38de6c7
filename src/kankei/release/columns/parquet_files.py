"""Columns as Parquet: the same statements give the same bytes."""

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from kankei.errors import BuildFailed
from kankei.release.columns.counting import statistics_of
from kankei.release.columns.schema import FOLDER, SCHEMA_VERSION, STATISTICS, TABLES
from kankei.release.columns.statistics import Statistics
from kankei.release.columns.tables import fill_tables
from kankei.release.reader import QUADS

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    # One thread, so that row groups are the same at every build; and nothing is fetched.
    "threads": 1,
    "memory_limit": "512MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
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
    with TemporaryDirectory(dir=release) as spill, duckdb.connect(config=_SETTINGS) as connection:
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
