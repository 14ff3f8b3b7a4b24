"""What one part of a page could not get, the others do without: no name is set behind a guard alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(ROOT.glob("pages/**/*.py"))
Scope = ast.Module | ast.FunctionDef


def is_guard(node: ast.AST) -> bool:
    return isinstance(node, ast.With) and any(
        isinstance(item.context_expr, ast.Call) and ast.unparse(item.context_expr.func) == "guard"
        for item in node.items
    )


def own(scope: ast.AST) -> Iterator[ast.AST]:
    """What stands in a scope, without the functions in it."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            yield from own(child)


def names(nodes: Iterator[ast.AST], kind: type[ast.expr_context]) -> set[tuple[str, int]]:
    return {
        (node.id, node.lineno) for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, kind)
    }


def read_outside(source: str) -> list[str]:
    """Names that are set within a guard alone, and read behind it.

    >>> read_outside("with guard():\\n    run = find()\\nif run:\\n    show(run)")
    ['run in line 3', 'run in line 4']
    >>> read_outside("run = None\\nwith guard():\\n    run = find()\\nif run:\\n    show(run)")
    []
    """
    tree = ast.parse(source)
    found = []
    for scope in (tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))):
        for guarded in filter(is_guard, own(scope)):
            set_here = {name for name, _line in names(own(guarded), ast.Store)}
            before = {name for name, line in names(own(scope), ast.Store) if line < guarded.lineno}
            read = {
                (line, name)
                for name, line in names(ast.walk(scope), ast.Load)
                if line > guarded.end_lineno and name in set_here - before
            }
            found += [
                f"{name} in line {line}"
                for line, name in sorted(read)
                if not _set_again(scope, guarded, name, line)
            ]
    return found


def _set_again(scope: ast.AST, guarded: ast.With, name: str, line: int) -> bool:
    """Behind the guard and before that line."""
    return any(
        stored == name and guarded.end_lineno < at <= line for stored, at in names(own(scope), ast.Store)
    )


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_name_that_is_set_within_a_guard_is_read_behind_it_without_a_default(path):
    assert not read_outside(path.read_text(encoding="utf-8"))


def test_a_name_that_may_be_missing_is_found():
    assert read_outside("with page(), guard():\n    run = find()\nshow(run)") == ["run in line 3"]
    assert read_outside("def f():\n    with guard():\n        a = b = 1\n    return lambda: a + b") == [
        "a in line 4",
        "b in line 4",
    ]
    assert not read_outside("with guard():\n    run = find()\n    show(run)")
    assert not read_outside("with guard():\n    run = find()\nrun = None\nshow(run)")
