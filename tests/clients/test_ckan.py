"""CKAN harvests a server from its home page, by the harvester of ckanext-dcat with its database stubbed."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kankei.release.reader import Release
from support.building import build_quickly, own_copy
from support.serving import PATIENCE_S, serving

SCRIPT = Path(__file__).with_name("ckan_harvest.py")
PYTHON = os.environ.get("KANKEI_CKAN_PYTHON", "")
"""The interpreter of an environment with CKAN and its harvesters (see README.md)."""


def importable() -> bool:
    if shutil.which(PYTHON) is None:
        return False
    command = [PYTHON, "-W", "ignore", "-c", "import ckanext.dcat.harvesters.rdf"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(
    not importable(),
    reason="KANKEI_CKAN_PYTHON names no interpreter that imports ckanext.dcat and ckanext.harvest",
)


def harvest(release: Path, folder: Path, state: Path) -> dict[str, Any]:
    """What a harvest of a server of a release says."""
    with serving(release, folder, "--public-url", "https://data.example.go.jp/") as server:
        command = [PYTHON, str(SCRIPT), server.address, "--state", str(state)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def counts(found: dict[str, Any]) -> tuple[int, ...]:
    return tuple(found[name] for name in ("status", "created", "updated", "deleted"))


def test_one_dataset_that_is_created_then_unchanged_then_updated(
    seed_release: Release, tmp_path: Path
) -> None:
    inputs, state = own_copy(tmp_path / "inputs"), tmp_path / "state.json"
    first = harvest(seed_release.path, tmp_path, state)
    assert counts(first) == (200, 1, 0, 0)
    assert first["refused"] == []
    assert counts(harvest(seed_release.path, tmp_path, state)) == (304, 0, 0, 0)
    catalogue = inputs.data / "catalogue.ttl"
    text = catalogue.read_text(encoding="utf-8").replace('modified "2026-11-23"', 'modified "2026-12-01"')
    catalogue.write_text(text, encoding="utf-8")
    later = build_quickly(tmp_path / "releases", inputs)
    assert counts(harvest(later, tmp_path, state)) == (200, 0, 1, 0)

    for language, title in (("en", "kankei: Japanese government"), ("ja", "関係: 国の支援施策")):
        (dataset,) = first["datasets"][language]
        assert dataset["title"].startswith(title)
        assert len(dataset["notes"]) > 40
        assert {"支援施策", "subsidies"} <= {tag["name"] for tag in dataset["tags"]}
        assert (dataset["license_id"], dataset["isopen"]) == ("cc-by", True)
        extras = dataset["extras"]
        assert extras["guid"] == extras["uri"] == seed_release.manifest.base.dataset
        assert extras["contact_name"]
        assert extras["publisher_name"]
        resources = {resource["uri"].partition("#")[2]: resource for resource in dataset["resources"]}
        assert resources.pop("sparql-distribution")["url"] == "https://data.example.go.jp/sparql"
        assert resources.pop("changes")["url"] == "https://data.example.go.jp/changes.jsonl"
        folders = ("dumps/", "tables/", "columns/")
        files = {name for name in seed_release.manifest.files if name.startswith(folders)}
        files = {name for name in files if not name.endswith(("-metadata.json", "columns.json"))}
        assert {name.replace("/", "-") for name in files} == resources.keys()
        for name in files:
            resource, entry = resources[name.replace("/", "-")], seed_release.manifest.files[name]
            assert (resource["size"], resource["hash"]) == (entry.size, entry.sha256)
            assert resource["hash_algorithm"].endswith("sha256")
            assert resource["format"]
            assert resource["url"] == f"https://data.example.go.jp/{name}"
            assert resource["license"].startswith("https://creativecommons.org/")

    for profile, datasets in first["profiles"].items():
        (dataset,) = datasets
        assert dataset["extras"]["uri"] == seed_release.manifest.base.dataset, profile
        assert dataset["license_id"] == "cc-by"
        assert len(dataset["resources"]) == len(files) + 2
        expected = {
            "publisher_name",
            "contact_name",
            "temporal_start",
            "spatial_uri",
            "frequency",
            "modified",
        }
        assert expected <= dataset["extras"].keys(), profile
    assert set(first["profiles"]) == {"euro_dcat_ap_2", "euro_dcat_ap_3", "dcat_us_3"}
