"""`validation/` reads like the specification: a module for each section, each of a length to read at once."""

import re
from pathlib import Path
from typing import Any, cast

import pytest
from typer.main import get_command

from kankei import validation
from kankei.cli.main import application
from kankei.validation.plan.plan import SECTIONS

FOLDER = Path(validation.__file__).parent
MODULES = sorted(FOLDER.rglob("*.py"))
OF_SHACL = {
    "targets": "2.1.3",
    "value_type": "4.1",
    "cardinality": "4.2",
    "value_range": "4.3",
    "string_based": "4.4",
    "property_pair": "4.5",
    "logical": "4.6",
    "shape_based": "4.7",
    "other": "4.8",
    "sparql_based": "5",
    "custom_components": "6",
}
"""Module to section of the specification that it is about."""


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(FOLDER)))
def test_a_module_is_short(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize(("name", "section"), OF_SHACL.items(), ids=OF_SHACL)
def test_a_section_is_a_module_that_names_it(name: str, section: str) -> None:
    first = (FOLDER / "components" / f"{name}.py").read_text(encoding="utf-8").partition("\n")[0]
    assert re.search(rf"\(SHACL, section {re.escape(section)}\)", first)


def test_no_section_is_left_out() -> None:
    """In the order of the specification."""
    names = [section.__name__.rpartition(".")[2] for section in SECTIONS]
    assert names == [name for name in OF_SHACL if name != "targets"]


def test_the_page_tells_of_every_module_and_option() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [name for name in OF_SHACL if f"`components/{name}.py`" not in page] == []
    command = cast("Any", get_command(application)).commands["validate"]
    options = {option for given in command.params for option in given.opts if option.startswith("--")}
    assert [option for option in options if f"`{option}" not in page] == ["--base"]
