"""The import rule: a room imports from rooms to its left and from the ground floor, at the file's top."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import kankei

PACKAGE = Path(kankei.__file__).parent
ROOMS = ("source", "model", "validation", "release", "engine", "web")
GROUND_FLOOR = {"namespaces", "errors", "settings"}
SERVER_SIDE = {"engine", "web"}
MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    return ".".join(("kankei", *file.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


def room_of(module: str) -> str:
    """The room or ground-floor module of a dotted name; empty for the package itself."""
    return module.split(".")[1] if "." in module else ""


def imports(tree: ast.AST) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, node.module or ""


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_imports_look_left_and_down(file: Path) -> None:
    room = room_of(name_of(file))
    for node, module in imports(parsed(file)):
        if module.partition(".")[0] != "kankei":
            continue
        target = room_of(module)
        if room in GROUND_FLOOR:
            assert target in GROUND_FLOOR | {""}, f"line {node.lineno}: {module}"
        elif room in ROOMS:
            allowed = {"", *GROUND_FLOOR, *ROOMS[: ROOMS.index(room) + 1]}
            assert target in allowed, f"line {node.lineno}: {module}"
            if room in SERVER_SIDE:
                assert target not in {"source", "model", "validation"}, f"line {node.lineno}: {module}"


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_imports_stand_at_the_top(file: Path) -> None:
    # The command line alone loads the build side only where it builds, so that a server never does.
    if name_of(file).startswith("kankei.cli."):
        return
    tree = parsed(file)
    inner = [node.lineno for node, _ in imports(tree) if node not in tree.body]
    assert inner == []


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_only_the_command_line_reads_the_environment(file: Path) -> None:
    if name_of(file).startswith(("kankei.cli.", "kankei.__main__")):
        return
    names = {node.attr for node in ast.walk(parsed(file)) if isinstance(node, ast.Attribute)}
    assert not names & {"environ", "environb", "getenv", "getenvb"}


def test_there_is_no_cycle() -> None:
    graph = {
        name_of(file): {module for _, module in imports(parsed(file)) if module.startswith("kankei.")}
        for file in MODULES
    }
    remaining = {module: {name for name in found if name in graph} for module, found in graph.items()}
    while free := {module for module, found in remaining.items() if not found & remaining.keys()}:
        remaining = {module: found for module, found in remaining.items() if module not in free}
    assert remaining == {}


def server_modules() -> list[str]:
    return [name_of(file) for file in MODULES if room_of(name_of(file)) in SERVER_SIDE]


def test_a_server_process_never_loads_rdflib_or_pyshacl() -> None:
    modules = [*server_modules(), "kankei.release.reader", "kankei.release.manifest", "kankei.release.jsonld"]
    script = f"import sys, importlib\nfor name in {modules!r}: importlib.import_module(name)\n"
    script += (
        "print(*({'rdflib', 'pyshacl', 'kankei.dataset.dataset', 'kankei.validation'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, [], "")
