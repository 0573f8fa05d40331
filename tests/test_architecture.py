"""Who may import whom: layers run downward, each dependency has one door, torch stays out of the built-in path."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted([*(ROOT / "index").rglob("*.py"), *(ROOT / "assistant").rglob("*.py")])

# dependency -> the modules that may import it
DOORS = {
    "kiwipiepy": {"index/korean.py"},
    "kiwipiepy_model": {"index/korean.py"},
    "faiss": {"index/dense.py"},
    "sentence_transformers": {"index/encoders/transformer.py"},
    "torch": {"index/encoders/transformer.py"},
    "transformers": {"index/encoders/transformer.py"},
    "selectolax": {"index/parse/html.py"},
    "yaml": {"index/parse/document.py"},
    "sqlite3": {"index/store.py"},
    "httpx": {"assistant/generative.py"},
    "mcp": {"assistant/mcp_server.py"},
}
# From the ground up: a module of the index imports only from layers below its own.
LAYERS = [
    ["types", "errors"],
    ["settings", "normalise", "quantities", "korean", "fuse", "dense", "lexical", "aliases", "parse.raw"],
    ["terms", "parse.text", "encoders.words", "columns"],
    ["parse.html", "spelling", "thesaurus", "encoders.kiwi", "encoders.transformer", "encoders", "notices"],
    ["structure"],
    ["parse.document", "chunk", "snapshot"],
    ["store"],
    ["build", "search"],
]


def imported(path: Path) -> set[str]:
    """Every module that the file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names.update({node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)})
    return names


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_index_never_imports_the_assistant() -> None:
    for path in MODULES:
        if named(path).startswith("index/"):
            assert not any(name.split(".")[0] == "assistant" for name in imported(path)), named(path)


def test_each_dependency_has_one_door() -> None:
    for path in MODULES:
        for package in {name.split(".")[0] for name in imported(path)} & DOORS.keys():
            assert named(path) in DOORS[package], f"{named(path)} imports {package}"


def test_the_modules_of_the_index_import_only_downward() -> None:
    height = {f"index.{name}": layer for layer, names in enumerate(LAYERS) for name in names}
    for path in MODULES:
        module = named(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        if module.startswith("index.") and module != "index.parse":
            assert module in height, f"{module} has no layer: give it one"
            for name in imported(path) & height.keys():
                # A package's front page may import its own rooms, and rooms of one layer each other never.
                below = height[name] < height[module] or name.startswith(f"{module}.")
                assert below, f"{module} imports {name}"


def test_no_two_modules_import_each_other_in_a_circle() -> None:
    graph = {
        named(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."): imported(path) for path in MODULES
    }
    done: set[str] = set()

    def visit(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, " -> ".join([*above, module])
        if module not in done:
            for name in sorted(graph[module] & graph.keys()):
                visit(name, (*above, module))
            done.add(module)

    for module in graph:
        visit(module, ())


@pytest.mark.parametrize("module", ["index.build", "index.search", "index.encoders", "assistant.__main__"])
def test_torch_is_not_imported_where_the_built_in_encoder_serves(module: str) -> None:
    program = f"import sys, {module}; sys.exit(any(n in sys.modules for n in ('torch', 'sentence_transformers')))"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT).returncode == 0


def test_every_module_opens_with_one_sentence() -> None:
    for path in MODULES:
        text = ast.get_docstring(ast.parse(path.read_text("utf-8")))
        assert text, named(path)
        assert text.split("\n\n")[0].count("\n") <= 2, named(path)
