"""The shape of the house: imports go one way, and every lesson of the course has all its parts."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lessons.core.words import LANGUAGES
from lessons.course import every_lesson

ROOT = Path(__file__).parent.parent
SLUGS = [lesson.slug for lesson in every_lesson()]
SOURCES = [ROOT / "app.py", *sorted(ROOT.glob("lessons/**/*.py")), *sorted(ROOT.glob("pages/**/*.py"))]

# From the ground up. A module imports from its own floor or from a lower one.
FLOORS = [{"lessons.core"}, {"lessons.engine"}, {"lessons"}, {"pages.kit"}, {"pages", "app"}]

IMPORT_EVERY_LESSON = """
import importlib, pkgutil, sys, lessons
for module in pkgutil.walk_packages(lessons.__path__, "lessons."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
assert not [name for name in sys.modules if name.split(".")[0] in ("streamlit", "pages")]
"""

IMPORT_WITHOUT_TORCH = """
import sys
import lessons.course, lessons.core.notebook, lessons.core.questions, lessons.core.style, lessons.core.words
import lessons.training.classifier.lesson, lessons.engine.pictures.sources, lessons.engine.training.supervisor
import lessons.engine.weights.catalog
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
def test_torch_is_imported_before_a_part_of_it(path):
    """A part alone, while another thread imports torch, locks both: Python gives up, and torch is broken."""
    named = [module for module in imports(path) if module.split(".")[0] == "torch"]
    assert not named or named[0].count(".") < 2


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


def unguarded(source: str) -> list[str]:
    """Callbacks and fragments of a page that run without a guard around them."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("st.fragment", "st.dialog"):
            found.append(ast.unparse(node))
        for keyword in node.keywords if isinstance(node, ast.Call) else ():
            value = ast.unparse(keyword.value)
            if re.fullmatch(r"on_\w+", keyword.arg or "") and not (
                value.startswith("guarded(") or value in GUARDED or isinstance(keyword.value, ast.Constant)
            ):
                found.append(f"{keyword.arg}={value}")
    return found


GUARDED = ("st.rerun",)  # nothing of ours
PAGES = [path for path in SOURCES if "pages" in path.parts and path != ROOT / "pages/kit/frame.py"]


@pytest.mark.parametrize("path", PAGES, ids=module_name)
def test_every_callback_and_every_fragment_has_a_guard(path):
    assert not unguarded(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source",
    ["st.button('Go', on_click=go)", "_grid(on_cell_change=lambda: None)", "@st.fragment\ndef show(): ..."],
)
def test_one_without_a_guard_is_found(source):
    assert unguarded(source)


def test_no_script_lies_directly_in_pages():
    assert not list(ROOT.glob("pages/*.py"))


def room(path: Path) -> str:
    """The lesson that a file belongs to, as chapter/slug; "" where it belongs to none or to many."""
    name = "/".join(path.relative_to(ROOT).with_suffix("").parts[1:])
    rooms = [f"{lesson.chapter}/{lesson.slug}" for lesson in every_lesson()]
    return next((each for each in rooms if re.match(rf"{each}(/|_|$)", name)), "")


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_a_lesson_knows_no_other_lesson_and_what_all_share_knows_none(path):
    own = room(path)
    rooms = {room(ROOT / f"{name.replace('.', '/')}.py") for name in imports(path) if floor(name) is not None}
    assert rooms <= {"", own}


def test_every_lesson_has_a_page_and_every_folder_of_pages_a_lesson():
    pages = {ROOT / lesson.page for lesson in every_lesson()}
    scripts = {path for path in ROOT.glob("pages/*/*.py") if path.parent.name not in ("kit", "home")}
    assert pages <= scripts
    assert {path.parent for path in pages} == {path.parent for path in scripts}


def test_no_two_lessons_share_a_slug():
    assert len(set(SLUGS)) == len(SLUGS)


@pytest.mark.parametrize("lesson", every_lesson(), ids=SLUGS)
def test_a_lesson_has_all_its_parts(lesson):
    parts = ["lesson.py", "card.svg", *(f"{language}.md" for language in LANGUAGES), "zh.json"]
    assert not [part for part in parts if not (lesson.folder / part).exists()]


def test_every_text_and_every_drawing_belongs_to_a_lesson():
    left = [*ROOT.glob("lessons/**/*.md"), *ROOT.glob("lessons/**/*.svg")]
    assert {path.parent for path in left} == {lesson.folder for lesson in every_lesson()}
