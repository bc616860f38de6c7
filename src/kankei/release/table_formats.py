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


PARQUET = TableFormat("parquet", "Parquet", "application/vnd.apache.parquet", "PARQUET")
TABLE_FORMATS = (
    TableFormat("csv", "CSV", "text/csv", "CSV"),
    PARQUET,
    TableFormat("json", "JSON", "application/json", "JSON"),
    TableFormat("xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
)

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_WIDE_FORMULA_STARTS = ("＝", "＋", "－", "＠")
"""Starts of a formula by https://owasp.org/www-community/attacks/CSV_Injection."""


def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula when it reads CSV.

    A single wide sign, as sheets print for nothing, begins none.
    """
    is_formula = text.startswith(_FORMULA_STARTS) or (len(text) > 1 and text.startswith(_WIDE_FORMULA_STARTS))
    return f"'{text}" if is_formula else text
