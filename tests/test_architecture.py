"""The shape of the house: imports go one way, and every lesson in the catalog has all its parts."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lessons.catalog import COURSE
from lessons.words import LANGUAGES

ROOT = Path(__file__).parent.parent
LESSONS = [(chapter, lesson) for chapter in COURSE for lesson in chapter.lessons]
SOURCES = [ROOT / "app.py", *sorted(ROOT.glob("lessons/**/*.py")), *sorted(ROOT.glob("pages/**/*.py"))]

# From the ground up. A module imports from its own floor or from a lower one.
FLOORS = [
    {"lessons.checks", "lessons.errors", "lessons.limits", "lessons.places"},
    {"lessons.data"},
    {"lessons.training"},
    {"lessons"},
    {"pages.kit"},
    {"pages", "app"},
]

IMPORT_EVERY_LESSON = """
import importlib, pkgutil, sys, lessons
for module in pkgutil.walk_packages(lessons.__path__, "lessons."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
assert not [name for name in sys.modules if name.split(".")[0] in ("streamlit", "pages")]
"""

IMPORT_WITHOUT_TORCH = """
import sys
import lessons.catalog, lessons.errors, lessons.limits, lessons.places, lessons.cells, lessons.questions
import lessons.style, lessons.words, lessons.classifier, lessons.data.sources, lessons.training.supervisor
assert "torch" not in sys.modules
"""


def floor(module: str) -> int | None:
    """How high a module stands; None outside the house. The longest matching name decides."""
    parts = module.split(".")
    names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next((level for name in names for level, floor in enumerate(FLOORS) if name in floor), None)


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in the file; `from a import b` counts as a.b."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_imports_go_one_way(path):
    own = floor(module_name(path))
    higher = [name for name in imports(path) if (level := floor(name)) is not None and level > own]
    assert not higher


@pytest.mark.parametrize("path", sorted(ROOT.glob("lessons/**/*.py")), ids=module_name)
def test_lessons_do_not_know_streamlit(path):
    assert not [name for name in imports(path) if name.split(".")[0] == "streamlit"]


@pytest.mark.parametrize("program", [IMPORT_EVERY_LESSON, IMPORT_WITHOUT_TORCH], ids=["streamlit", "torch"])
def test_lessons_are_imported_without(program):
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=120)


def test_no_script_lies_directly_in_pages():
    assert not list(ROOT.glob("pages/*.py"))


def test_catalog_and_pages_match_one_to_one():
    pages = {path.relative_to(ROOT / "pages") for path in ROOT.glob("pages/*/*.py")}
    lessons = {path for path in pages if path.parts[0] not in ("kit", "home")}
    assert lessons == {Path(chapter.slug, f"{lesson.slug}.py") for chapter, lesson in LESSONS}


def test_no_two_lessons_share_a_slug():
    slugs = [lesson.slug for _, lesson in LESSONS]
    assert len(set(slugs)) == len(slugs)


@pytest.mark.parametrize("slug", [lesson.slug for _, lesson in LESSONS])
def test_a_lesson_has_all_its_parts(slug):
    parts = [ROOT / f"lessons/{slug}.py", ROOT / f"pages/home/miniatures/{slug}.svg"]
    parts += [ROOT / f"lessons/prose/{language}/{slug}.md" for language in LANGUAGES]
    assert not [path for path in parts if not path.exists()]


def test_every_text_and_every_drawing_belongs_to_a_lesson():
    slugs = {lesson.slug for _, lesson in LESSONS}
    left = [*ROOT.glob("lessons/prose/*/*.md"), *ROOT.glob("pages/home/miniatures/*.svg")]
    assert {path.stem for path in left} == slugs
