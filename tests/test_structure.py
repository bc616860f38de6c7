"""The law of rooms and floors: what may import what, and that each room's README names its modules."""

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

import kankei

PACKAGE = Path(kankei.__file__).parent
GROUND = {"errors", "namespaces", "settings", "localisation"}

LAW = {
    # room: (rooms that it may import, its folders from the lowest floor to the highest)
    "source": ("", "lines text pdf grammars guidebook review"),
    "dataset": ("source", ""),
    "curation": ("source dataset", "candidate matching report ingest review"),
    "validation": ("source dataset", "shapes sparql report printed components plan pyshacl"),
    "release": ("dataset validation", "tables profiles history columns"),
    "linking": ("source dataset", ""),
    "diff": ("source dataset release", ""),
    "engine": ("release", "query algebra columnar embedded remote"),
    "search": ("release", "normalisation index query matching"),
    "mcp_server": ("release engine search", ""),
    "web": (
        "release engine search mcp_server",
        "http html rdf plain_json telemetry responses sparql resources",
    ),
    "server": ("release engine search mcp_server web", ""),
    "cli": (
        "source dataset curation linking validation release diff engine search mcp_server web server",
        "",
    ),
}
"""A folder imports folders of its room that are named before it; other modules stand on any floor."""

SERVING = {"engine", "search", "mcp_server", "web", "server"}
"""Rooms that know the pipeline only by the files of a release: they never load rdflib or pySHACL."""

IMPORTED_LATE = {
    "kankei.validation.pyshacl.reference",
    "kankei.engine.columnar.evaluation",
    "kankei.mcp_server.protocol_server",
}
"""With pySHACL and rdflib, or the SDK of the Model Context Protocol: long to import, and seldom used."""


def module_name(file: Path) -> str:
    return ".".join(("kankei", *file.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


MODULES = {module_name(file): file for file in sorted(PACKAGE.rglob("*.py"))}


def room_of(module: str) -> str:
    """The room or ground-floor module of a dotted name; empty for the package itself."""
    return module.split(".")[1] if "." in module else ""


def unit_of(module: str) -> str:
    """The folder of its room that a module stands in, or the module itself where it stands beside them."""
    return ".".join(module.split(".")[:3])


def imports(tree: ast.AST) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    """Import statements, with each module that they name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield node, submodule if submodule in MODULES else node.module or ""


@cache
def parsed(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def imported(module: str) -> set[str]:
    """The modules of this package that a module imports."""
    return {name for _, name in imports(parsed(module)) if name in MODULES and name != "kankei"}


@cache
def all_imports() -> dict[str, set[str]]:
    """Each module with those that it imports; read when the first test asks, so that collecting is quick."""
    return {module: imported(module) for module in MODULES}


def cycle(graph: Mapping[str, Iterable[str]]) -> set[str]:
    """The nodes that are part of a cycle or lead to one."""
    remaining = {node: set(targets) - {node} for node, targets in graph.items()}
    while free := {node for node, targets in remaining.items() if not targets & remaining.keys()}:
        remaining = {node: targets for node, targets in remaining.items() if node not in free}
    return remaining.keys() & set(graph)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_rooms_and_floors_below(module: str) -> None:
    room = room_of(module)
    if room in GROUND:
        assert {room_of(name) for name in all_imports()[module]} <= GROUND
    elif room in LAW:
        below, floors = (value.split() for value in LAW[room])
        targets = {room_of(name) for name in all_imports()[module]} - GROUND - {room}
        assert targets <= set(below)
        own = unit_of(module).rpartition(".")[2]
        for target in {
            unit_of(name).rpartition(".")[2] for name in all_imports()[module] if room_of(name) == room
        }:
            if own in floors and target in floors:
                assert floors.index(target) <= floors.index(own), f"{own} imports {target}"
    else:
        assert module in {"kankei", "kankei.__main__"}, f"{room} is no room: give it a row of LAW"


def test_every_folder_has_a_floor() -> None:
    folders = {(room_of(name), name.split(".")[2]) for name in MODULES if name.count(".") > 2}
    assert folders == {(room, folder) for room, (_, floors) in LAW.items() for folder in floors.split()}


def test_there_is_no_cycle_of_modules_floors_or_rooms() -> None:
    assert cycle(all_imports()) == set()
    for name in (unit_of, room_of):
        graph: dict[str, set[str]] = {name(module): set() for module in MODULES}
        for module, targets in all_imports().items():
            graph[name(module)] |= {name(target) for target in targets}
        assert cycle(graph) == set()


READMES = sorted(file for room in LAW for file in (PACKAGE / room).rglob("README.md"))


def readme_of(module: Path) -> Path:
    """The README beside a module, or else the nearest one above it."""
    return next(folder / "README.md" for folder in module.parents if folder / "README.md" in READMES)


@pytest.mark.parametrize("room", LAW)
def test_a_room_has_a_readme_that_leads_to_those_of_its_folders(room: str) -> None:
    readme = (PACKAGE / room / "README.md").read_text(encoding="utf-8")
    below = {file.relative_to(PACKAGE / room) for file in READMES if room in file.relative_to(PACKAGE).parts}
    assert {str(file) for file in below if len(file.parts) > 1 and f"`{file}`" not in readme} == set()


@pytest.mark.parametrize("readme", READMES, ids=lambda file: str(file.relative_to(PACKAGE).parent))
def test_a_readme_names_each_module_of_its_folder(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    files = (file for file in readme.parent.rglob("*.py") if readme_of(file) == readme)
    modules = {str(file.relative_to(readme.parent)) for file in files}
    assert {name for name in modules if Path(name).name != "__init__.py" and f"`{name}`" not in text} == set()
    named = {line.split("`")[1] for line in text.splitlines() if ".py`" in line and line[0] in "-|"}
    assert {name for name in named if name.endswith(".py")} <= modules
    assert len(text.splitlines()) <= 60


@pytest.mark.parametrize("module", MODULES)
def test_imports_stand_at_the_top(module: str) -> None:
    # The command line alone loads the build side only where it builds, so that a server never does.
    if room_of(module) == "cli":
        return
    tree = parsed(module)
    assert [
        node.lineno for node, name in imports(tree) if node not in tree.body and name not in IMPORTED_LATE
    ] == []


@pytest.mark.parametrize("module", MODULES)
def test_only_the_command_line_reads_the_environment(module: str) -> None:
    if room_of(module) not in {"cli", "__main__"}:
        names = {node.attr for node in ast.walk(parsed(module)) if isinstance(node, ast.Attribute)}
        assert not names & {"environ", "environb", "getenv", "getenvb"}


def test_a_serving_process_never_loads_rdflib_or_pyshacl() -> None:
    modules = [module for module in MODULES if room_of(module) in SERVING]
    loaded = {"rdflib", "pyshacl", "xlsxwriter", "kankei.dataset.dataset", "kankei.validation"}
    # The process that holds the columns loads it, when it opens them.
    columnar = [module for module in modules if unit_of(module) == "kankei.engine.columnar"]
    script = f"""import sys, importlib
for name in {[module for module in modules if module not in columnar]!r}: importlib.import_module(name)
print(*({loaded | {"duckdb"}!r} & set(sys.modules)))
for name in {columnar!r}: importlib.import_module(name)
print(*({loaded!r} & set(sys.modules)))"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, [], "")
