"""Two budgets side by side: a difference only where both are exact and of the same stage."""

from kankei.diff.changes import BudgetChange, Comparability
from kankei.diff.document_graph import TYPE, Graph
from kankei.namespaces import CONCEPTS, KK

_MONEY = tuple(KK + name for name in ("amount", "upperBound", "amountKind", "stage"))


def budget_change(a: Graph, b: Graph, node: str) -> BudgetChange | None:
    """What may be said of the amounts of a budget that both graphs have, where its money differs."""
    if KK + "Budget" not in {a.value(node, TYPE)} & {b.value(node, TYPE)}:
        return None
    if all(a.objects(node, p) == b.objects(node, p) for p in _MONEY):
        return None
    if a.objects(node, KK + "stage") != b.objects(node, KK + "stage"):
        return BudgetChange(Comparability.OTHER_STAGE)
    before, after = _exact(a, node), _exact(b, node)
    if before is None or after is None:
        return BudgetChange(Comparability.NOT_EXACT)
    return BudgetChange(Comparability.COMPARED, after - before)


def _exact(graph: Graph, node: str) -> int | None:
    amounts = graph.objects(node, KK + "amount")
    is_exact = graph.value(node, KK + "amountKind") == CONCEPTS + "amount-kind/exact"
    digits = graph.value(node, KK + "amount")
    return int(digits) if is_exact and len(amounts) == 1 and digits.isdecimal() else None
