"""File formats of the tables. The server reads them, so this module imports nothing of the build."""

from dataclasses import dataclass

CSV_METADATA = "application/csvm+json"
"""The media type of the metadata of a CSV file (https://www.w3.org/TR/tabular-metadata/#iana)."""
WORKBOOK = "kankei.xlsx"
"""The name of the workbook of all tables."""


@dataclass(frozen=True)
class TableFormat:
    """One format: suffix, label, media type, and name in the file type authority table of the EU."""

    suffix: str
    label: str
    media_type: str
    file_type: str


TABLE_FORMATS = (
    TableFormat("csv", "CSV", "text/csv", "CSV"),
    TableFormat("parquet", "Parquet", "application/vnd.apache.parquet", "PARQUET"),
    TableFormat("xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
)
