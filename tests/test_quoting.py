"""Text from outside stands in a program as a string, and never as code."""

import ast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lessons.core.messages import Message
from lessons.core.program import commented, quoted
from lessons.engine.pictures import layout
from lessons.engine.pictures import program as pictures
from lessons.engine.pictures.skipped import Skipped
from lessons.engine.pictures.sources import Source
from lessons.models.inference import lists, several
from lessons.models.inference.choosing import BACKBONE

TEXTS = st.text(st.characters(exclude_characters="\0/", codec=None), min_size=1, max_size=40)
HOSTILE = (
    'pets"); import os; os.system("echo"); ("',
    "pets\nimport os\n# %% Net",
    "pets\r\x0b\x0c\x1c\x85\u2028import os",
    "pets\\",
    "\"\"\"pets'''",
    "{pets!r:>99999999}",
    "pe\udcffts",
    "\u202estep",
    "猫和狗",
)


def hostile(test):
    for text in HOSTILE:
        test = example(text)(test)
    return given(TEXTS)(test)


def strings(program: str) -> set[str]:
    return {node.value for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Constant)}


def skeleton(program: str) -> str:
    """What a program does, whatever its strings are."""
    tree = ast.parse(program)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


@hostile
def test_what_is_quoted_is_read_back_and_stands_on_one_line_of_a_file(text) -> None:
    code = quoted(text)
    assert ast.literal_eval(code) == text
    assert len(code.splitlines()) == 1
    assert code.encode()


@hostile
def test_what_is_commented_does_nothing(text) -> None:
    assert ast.parse(commented(text).encode(errors="replace")).body == []


def of_a_folder(name: str, test: str | None) -> str:
    """All names in it are that one: of the folder, of one a floor deeper, and of a file that is left out."""
    skipped = (Skipped(name, Message("This file is damaged.")),)
    about = Source(f"folder:{name}", name, shape=(3, 8, 8), classes=("cat", "dog"), skipped=skipped)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "find", lambda _: layout.Layout(name, test and f"{name}/{test}"))
        return "\n".join(pictures.cells(about).values())


@pytest.mark.parametrize("test", ["test", None])
@hostile
def test_the_name_of_a_folder_and_of_its_files_never_becomes_code(test, name) -> None:
    program = of_a_folder(name, test)
    assert skeleton(program) == skeleton(of_a_folder("pets", test))
    assert {name, f"data/{name}", f"data/{name}/{name}"} <= strings(program)


@hostile
def test_the_name_of_a_folder_without_labels_and_of_a_class_never_becomes_code(name) -> None:
    assert skeleton(lists.snippet(1, [name])) == skeleton(lists.snippet(1, ["pets"]))
    assert name in strings(lists.snippet(1, [name]))
    ours, usual = (several.snippet(BACKBONE, f"data/{each}") for each in (name, "pets"))
    assert skeleton(ours) == skeleton(usual)
