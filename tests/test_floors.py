"""Data flows one way: a module imports from its own folder or from lower floors, without cycles."""

from __future__ import annotations

import ast
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "tts"
FLOORS = [  # from the lowest; places on the same floor may not import each other
    {"errors"},
    {"common"},
    {"config", "options"},
    {"card", "bundled"},
    {"text", "audio", "model", "voice", "voices"},
    {"decoding"},
    {"prosody", "corpus"},
    {"speech"},
    {"session"},
    {"synthesizer", "subtitle_cues", "training"},
    {"subtitles"},
    {"server", "speechd", "batch", "books", "evaluation", "export"},
    {"cli"},
    {"__main__"},
]
FLOOR_OF = {place: number for number, places in enumerate(FLOORS) for place in places}
MAKING = {"corpus", "training", "export"}  # places that make a voice
SPEAKING = {"decoding", "prosody", "speech", "session", "synthesizer"}


def modules() -> dict[str, Path]:
    """Return every module of the package except `tts/__init__.py`, which names the public API."""
    paths = [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"]
    return {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in paths}


def imports(path: Path) -> set[str]:
    """Return the names that a file imports, also inside functions; `from tts.a import b` may name a module b."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the import from 'tts.' on"
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def place(module: str) -> str:
    """Return the folder or the single file of `tts` that contains a module."""
    return module.split(".")[1]


def imported_places(module: str, path: Path) -> set[str]:
    """Return the folders and single files of `tts` that a module imports from, except its own."""
    found = {name for name in imports(path) if name == "tts" or name.startswith("tts.")}
    assert "tts" not in found, f"{module} imports the public API: import the module that has it"
    return {place(name) for name in found} - {place(module)}


def test_every_module_has_a_floor() -> None:
    assert {place(name) for name in modules()} == set(FLOOR_OF)


def test_imports_point_down() -> None:
    for name, path in modules().items():
        for target in imported_places(name, path):
            assert FLOOR_OF[target] < FLOOR_OF[place(name)], f"{name} must not import tts.{target}"


def test_making_a_voice_needs_nothing_of_what_speaks() -> None:
    needed: dict[str, set[str]] = {}
    for name, path in modules().items():
        needed.setdefault(place(name), set()).update(imported_places(name, path))
    reached, waiting = set(), set(MAKING)
    while waiting:
        reached |= waiting
        waiting = set().union(*(needed[target] for target in waiting)) - reached
    assert not reached & SPEAKING


def test_recipes_and_scripts_are_imported_by_nothing() -> None:
    files = [*REPOSITORY.glob("recipes/*/*.py"), *REPOSITORY.glob("scripts/*/*.py")]
    forbidden = {"recipes", "scripts"} | {path.stem for path in files}
    for name, path in modules().items():
        assert not {target.split(".")[0] for target in imports(path)} & forbidden, name


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


def test_no_class_name_twice() -> None:
    found: dict[str, list[str]] = {}
    for module, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(module)
    assert len(found) > 100
    assert {name: places for name, places in found.items() if len(places) > 1} == {}
