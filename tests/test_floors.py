"""Data flows one way: a module imports from lower floors or from its own folder, without cycles."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "tts"
FLOORS = {
    "config": 0,
    "cores": 0,
    "text": 1,
    "audio": 1,
    "model": 1,
    "voices": 1,
    "voice": 2,
    "engine": 2,
    "guard": 2,
    "intonation": 2,
    "delivery": 2,
    "pacing": 2,
    "planning": 2,
    "prefetch": 2,
    "reading": 2,
    "timing": 2,
    "subtitles": 2,
    "synthesizer": 3,
    "training": 4,
    "evaluation": 4,
    "batch": 4,
    "server": 4,
    "cli": 5,
    "__main__": 6,
}


def modules() -> dict[str, Path]:
    """Every module of the package but `tts/__init__.py`, which names the public API."""
    paths = [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"]
    return {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in paths}


def imports(path: Path) -> set[str]:
    """Modules of `tts` that a file imports, inside functions too; `from tts.a import b` may name a module b."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the import from 'tts.' on"
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name == "tts" or name.startswith("tts.")}


def place(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_every_module_has_a_floor() -> None:
    assert {place(name) for name in modules()} <= set(FLOORS)


def test_imports_point_down() -> None:
    known = modules()
    for name, path in known.items():
        for target in imports(path):
            if target not in known and not any(other.startswith(f"{target}.") for other in known):
                continue  # a name inside a module, whose module is in the set as well
            assert target != "tts", f"{name} imports the public API: import the module that has it"
            here, there = place(name), place(target)
            beside = known.get(target, PACKAGE).parent == path.parent and FLOORS[there] == FLOORS[here]
            assert here == there or beside or FLOORS[there] < FLOORS[here], f"{name} must not import {target}"


def test_no_cycles() -> None:
    known = modules()
    graph = {name: {target for target in imports(path) if target in known} for name, path in known.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"cycle: {' -> '.join((*trail, name))}"
        if name not in done:
            for target in graph[name]:
                visit(target, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_subpackages_are_docstrings_only() -> None:
    for path in PACKAGE.rglob("__init__.py"):
        if path != PACKAGE / "__init__.py":
            (statement,) = ast.parse(path.read_text(encoding="utf-8")).body
            assert isinstance(statement, ast.Expr), f"{path} must hold a docstring and nothing else"
