from pathlib import Path

import pytest

from kankei.dataset import working_store
from kankei.dataset.working_store import free_memory, open_working_store


def test_what_a_container_may_have_bounds_what_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(working_store, "_CGROUP_LIMIT", limit)
    unbounded = free_memory()
    limit.write_text("max\n", encoding="ascii")
    assert (unbounded > 0) is (free_memory() > 0)
    limit.write_text("1000\n", encoding="ascii")
    assert free_memory() == (1000 if unbounded else 0)


@pytest.mark.parametrize(("free", "on_disk"), [(4 * 420 * 100, False), (4 * 420 * 100 - 1, True)])
def test_a_store_that_takes_half_of_the_memory_is_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, on_disk: bool
) -> None:
    monkeypatch.setattr(working_store, "free_memory", lambda: free)
    store = open_working_store(100, tmp_path / "staging")
    assert len(store) == 0
    assert any(tmp_path.iterdir()) is on_disk


def test_without_a_folder_a_store_is_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working_store, "free_memory", lambda: 0)
    assert len(open_working_store(100, None)) == 0
