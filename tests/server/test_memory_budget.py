"""Memory budget: the number of workers follows from what they may claim together."""

from pathlib import Path

import pytest

from kankei.engine.limits import MIB, Limits
from kankei.errors import UsageError
from kankei.server import memory_budget
from kankei.server.memory_budget import engine_limits, machine_memory, total_claim
from kankei.settings import Settings
from support.paths import ROOT

CLAIM = 100 * MIB


def settings(processes: float, pools: int = 1) -> Settings:
    total = int(processes * CLAIM)
    return Settings(
        workers=pools, total_memory_bytes=total, worker_memory_bytes=90 * MIB, result_bytes=10 * MIB
    )


@pytest.mark.parametrize("pools", [1, 2, 3])
@pytest.mark.parametrize("processes", [6, 7, 9.5, 12, 1000])
def test_all_workers_stay_within_the_budget(processes: float, pools: int) -> None:
    limits = engine_limits(settings(processes, pools))
    assert total_claim(limits, pools) <= processes * CLAIM
    share = limits.divided(pools)
    assert (share.workers * pools, share.slow_workers * pools) == (limits.workers, limits.slow_workers)
    assert min(share.workers, share.slow_workers) >= 1


def test_a_large_budget_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_budget, "machine_memory", lambda: 1 << 50)
    assert engine_limits(Settings()) == Limits()


def test_a_budget_for_fewer_than_two_workers_is_refused() -> None:
    with pytest.raises(UsageError, match=r"--total-memory: two workers for each of 2 .* lower --memory"):
        engine_limits(settings(3, pools=2))


def test_a_small_machine_gets_the_fewest_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_budget, "machine_memory", lambda: 1 << 20)
    limits = engine_limits(Settings())
    assert (limits.workers, limits.slow_workers, limits.spares) == (1, 1, 0)


def test_a_container_has_less_memory_than_its_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(memory_budget, "_CGROUPS", tmp_path)
    monkeypatch.setattr(memory_budget, "_CGROUP", tmp_path / "missing")
    whole = machine_memory()
    limit.write_text("max\n", encoding="ascii")
    assert machine_memory() == whole
    limit.write_text("1048576\n", encoding="ascii")
    assert machine_memory() == MIB


@pytest.mark.parametrize("limited", ["", "system.slice", "system.slice/kankei.service"])
def test_a_service_has_the_memory_of_its_cgroup_and_of_those_around_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limited: str
) -> None:
    own = tmp_path / "cgroup"
    own.write_text("1:name=systemd:/a\n0::/system.slice/kankei.service\n", encoding="utf-8")
    (tmp_path / "system.slice/kankei.service").mkdir(parents=True)
    (tmp_path / limited / "memory.max").write_text("2097152\n", encoding="ascii")
    monkeypatch.setattr(memory_budget, "_CGROUPS", tmp_path)
    monkeypatch.setattr(memory_budget, "_CGROUP", own)
    assert machine_memory() == 2 * MIB


def test_the_budget_is_documented_with_its_default() -> None:
    guide = (ROOT / "src/kankei/server/OPERATING.md").read_text(encoding="utf-8")
    assert f"| `--total-memory` | {Settings.total_memory_bytes} |" in guide
