"""Harvest a server as CKAN does, from its home page alone: ckanext-dcat's harvester, its database stubbed.

Runs in an environment of its own (see README.md), not in that of the tests:

    python ckan_harvest.py http://127.0.0.1:8000/ [--state FILE]

Prints what would be in CKAN as JSON, once for each language that a portal may have. `--state` keeps from one
harvest to the next what CKAN keeps in its database: the datasets by their guid, and the entity tag.
"""

import argparse
import json
import re
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar
from unittest.mock import patch
from urllib.parse import urljoin

warnings.simplefilter("ignore")

import requests  # noqa: E402
from ckan.logic import validators  # noqa: E402
from ckan.model.license import LicenseRegister  # noqa: E402
from ckan.plugins.toolkit import Invalid, config  # noqa: E402
from ckanext.dcat.harvesters import rdf  # noqa: E402
from ckanext.dcat.processors import RDFParser  # noqa: E402

LANGUAGES = ("en", "ja")
PROFILES = ("euro_dcat_ap_2", "euro_dcat_ap_3", "dcat_us_3")
"""What else than its default profile a portal may have its parser read by."""


class StoredObject(SimpleNamespace):
    """A harvest object, kept in memory where CKAN keeps it in its database."""

    stored: ClassVar[list["StoredObject"]] = []

    def save(self) -> None:
        """Keep it until its import."""
        self.id = str(len(self.stored))
        self.stored.append(self)


class Harvester(rdf.DCATRDFHarvester):  # type: ignore[misc]
    """The harvester, whose database is a mapping of guids."""

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known
        self.errors: list[str] = []

    def _gen_new_name(self, title: str, *_: Any, **__: Any) -> str:
        return re.sub("[^a-z0-9]+", "-", title.lower()).strip("-") or "dataset"

    def _mark_datasets_for_deletion(self, guids_in_source: list[str], harvest_job: Any) -> list[str]:
        deleted = sorted(set(self.known) - set(guids_in_source))
        for guid in deleted:
            StoredObject(guid=guid, job=harvest_job, content=None).save()
        return deleted

    def _save_gather_error(self, message: str, *_: Any) -> None:
        self.errors.append(message)


def catalogue_of(home: str) -> str:
    """The address of the catalogue, by the `Link` of the home page."""
    answer = requests.get(home, timeout=60)
    answer.raise_for_status()
    links = requests.utils.parse_header_links(answer.headers["Link"])
    relations = [(link["url"], link.get("rel", "").split()) for link in links]
    return urljoin(home, next(url for url, relation in relations if "describedby" in relation))


def gather(address: str, known: dict[str, str], language: str) -> list[StoredObject]:
    """The harvest objects that the gather stage makes of the catalogue."""
    config["ckan.locale_default"] = language
    StoredObject.stored = []
    harvester = Harvester(known)
    source = SimpleNamespace(id="source", url=address, config=None)
    package = SimpleNamespace(owner_org="organisation", url=address)
    with (
        patch.object(rdf, "HarvestObject", StoredObject),
        patch.object(rdf.model.Package, "get", lambda _: package),
    ):
        harvester.gather_stage(SimpleNamespace(source=source))
    if harvester.errors:
        raise SystemExit(f"the harvester says: {harvester.errors}")
    return StoredObject.stored


def by_profile(address: str) -> dict[str, list[dict[str, Any]]]:
    """The datasets that the parser finds by each profile."""
    answer = requests.get(address, headers={"Accept": "*/*"}, timeout=60)
    by_name = {}
    for profile in PROFILES:
        parser = RDFParser(profiles=[profile])
        parser.parse(answer.content, answer.headers["Content-Type"].partition(";")[0])
        datasets = list(parser.datasets())
        for dataset in datasets:
            dataset["extras"] = {extra["key"]: extra["value"] for extra in dataset["extras"]}
        by_name[profile] = datasets
    return by_name


def dataset_of(content: str) -> dict[str, Any]:
    """What a portal shows of a dataset: the fields with the extras, the licence as CKAN knows it."""
    dataset: dict[str, Any] = json.loads(content)
    extras = {extra["key"]: extra["value"] for extra in dataset.pop("extras")}
    licence = LicenseRegister().get(dataset.get("license_id"))
    dataset["isopen"] = bool(licence and licence.isopen())
    return {**dataset, "extras": extras}


def refusals(dataset: dict[str, Any]) -> list[str]:
    """Why the import would refuse a dataset: CKAN's own validators, those that ask no database."""
    names = [(validators.name_validator, dataset["name"])]
    tags = [tag["name"] for tag in dataset["tags"]]
    names += [
        (check, tag)
        for tag in tags
        for check in (validators.tag_length_validator, validators.tag_name_validator)
    ]
    messages = []
    for check, value in names:
        try:
            check(value, {})
        except Invalid as error:
            messages.append(str(error.error))
    for resource in dataset["resources"]:
        errors: dict[str, list[str]] = {"url": []}
        validators.url_validator("url", resource, errors, {})
        messages += errors["url"]
    return messages


def harvest(home: str, state: dict[str, Any]) -> dict[str, Any]:
    """One harvest of a home page: what changes, and the datasets by language."""
    address = catalogue_of(home)
    kept = {"If-None-Match": state["etag"]} if "etag" in state else {}
    answer = requests.head(address, headers=kept, timeout=60)
    if answer.status_code == 304:
        return {"status": 304, "created": 0, "updated": 0, "deleted": 0, "datasets": {}}
    known: dict[str, str] = state.get("known", {})
    by_language = {language: gather(address, known, language) for language in LANGUAGES}
    objects = by_language["en"]
    present = {stored.guid: stored.content for stored in objects if stored.content}
    modified = {guid: dataset_of(content)["extras"].get("modified", "") for guid, content in present.items()}
    counts = {
        "created": len(present.keys() - known.keys()),
        "updated": len([guid for guid in present.keys() & known.keys() if known[guid] != modified[guid]]),
        "deleted": len([stored for stored in objects if stored.content is None]),
    }
    state |= {"known": modified, "etag": answer.headers["ETag"]}
    refused = [
        message
        for stored_objects in by_language.values()
        for stored in stored_objects
        if stored.content
        for message in refusals(json.loads(stored.content))
    ]
    datasets = {
        language: [dataset_of(stored.content) for stored in stored_objects if stored.content]
        for language, stored_objects in by_language.items()
    }
    return {
        "status": answer.status_code,
        "catalogue": address,
        **counts,
        "refused": refused,
        "datasets": datasets,
        "profiles": by_profile(address),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", help="the address of the server")
    parser.add_argument("--state", type=Path, help="what was known after the last harvest")
    options = parser.parse_args()
    known = options.state and options.state.exists()
    state: dict[str, Any] = json.loads(options.state.read_text(encoding="utf-8")) if known else {}
    sys.stdout.write(json.dumps(harvest(options.home, state), ensure_ascii=False, indent=1) + "\n")
    if options.state:
        options.state.write_text(json.dumps(state), encoding="utf-8")


if __name__ == "__main__":
    main()
