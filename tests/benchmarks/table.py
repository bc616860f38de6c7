"""Findings as tables to read."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from rich.console import Console
from rich.table import Table

from figures import OURS, Cell, Key, Median, medians, ratios, verdicts


class Shown(Protocol):
    """What is shown of the findings."""

    peers: dict[str, str]
    left_out: dict[str, str]
    notes: list[str]
    ceiling: dict[str, float]
    memory: dict[str, int]
    cells: list[Cell]


def show(found: Shown, console: Console) -> None:
    """Print all tables."""
    for name, reason in found.left_out.items():
        console.print(f"left out: {name}: {reason}", highlight=False)
    for client, ceiling in found.ceiling.items():
        console.print(
            f"the client {client} itself: {ceiling:,.0f} requests a second against a tiny file of nginx"
        )
    values, quotients = medians(found.cells), ratios(found.cells)
    for programmes, workload in dict.fromkeys((key.programmes, key.workload) for key in values):
        console.print(workload_table(programmes, workload, values, quotients))
    console.print(memory_table(found.memory))
    console.print(figure_table(found.cells))


def workload_table(
    programmes: int, workload: str, values: Mapping[Key, Median], quotients: Mapping[Key, float]
) -> Table:
    """One workload: a row for every number of connections and peer."""
    keys = [key for key in values if (key.programmes, key.workload) == (programmes, workload)]
    table = Table(title=f"{workload}, {programmes:,} programmes", title_justify="left")
    for head in ("connections", "peer", "a second", "p50 ms", "p99 ms", "ours/theirs", "failed"):
        table.add_column(head, justify="left" if head == "peer" else "right")
    for key in sorted(keys, key=lambda key: key.connections):
        value, quotient = values[key], quotients.get(key)
        table.add_row(
            str(key.connections),
            key.peer,
            f"{value.throughput:,.1f}",
            f"{value.p50:,.1f}",
            f"{value.p99:,.1f}",
            "" if quotient is None else f"{quotient:.2f}",
            f"[red]{value.failures}[/]" if value.failures else "",
        )
    return table


def memory_table(memory: Mapping[str, int]) -> Table:
    """The most memory that each peer's processes took together, shared pages counted once."""
    table = Table("peer", "MB", title="memory at most", title_justify="left")
    for name, size in memory.items():
        table.add_row(name, f"{size / 1e6:,.0f}")
    return table


def figure_table(cells: Sequence[Cell]) -> Table:
    """The figures to reach."""
    heads = ("figure", "programmes", "connections", "wanted", "measured", "")
    table = Table(*heads, title="figures to reach", title_justify="left")
    for verdict in verdicts(cells):
        target = verdict.target
        against = f"{target.peer} {target.against}".strip()
        table.add_row(
            f"{OURS} {target.workload} / {against}",
            f"{verdict.programmes:,}",
            str(verdict.connections),
            f"{target.factor:g}",
            f"{verdict.ratio:.2f}",
            "[green]reached[/]" if verdict.reached else "[red]not reached[/]",
        )
    return table
