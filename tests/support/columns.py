"""Columns of any dataset, as those of a release: for tests of what reads them."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from kankei.engine.columnar.tables import Columns

_DEFAULT = ox.NamedNode("urn:default-graph")


def columns_of(quads: Iterable[ox.Quad]) -> Columns:
    """The columns of some quads, whose default graph need not be the merge of the named ones."""
    store = ox.Store()  # which writes literals as that of a release does
    store.extend(quads)
    lines = [
        f"{quad.triple} {_DEFAULT if quad.graph_name == ox.DefaultGraph() else quad.graph_name} .\n"
        for quad in store
    ]
    with TemporaryDirectory() as folder:
        file = Path(folder, "quads.nq")
        file.write_text("".join(lines), encoding="utf-8")
        columns = Columns.of_lines(file)
    connection = columns.connection
    default = connection.execute("SELECT id FROM terms WHERE lexical = ?", [_DEFAULT.value]).fetchone() or (
        -1,
    )
    for table, order in (("triples_by_subject", "p, s, o"), ("triples_by_object", "p, o, s")):
        connection.execute(f"DROP TABLE {table}")
        query = f"SELECT p, s, o FROM quads WHERE g = ? ORDER BY {order}"
        connection.execute(f"CREATE TABLE {table} AS {query}", default)
    connection.execute("DELETE FROM quads WHERE g = ?", default)
    return Columns.of_connection(connection)
