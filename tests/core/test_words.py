"""Everything said to a learner is said in every language, with the same gaps and the same sections."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from lessons.core.messages import Message, fill
from lessons.core.words import (
    LANGUAGES,
    SECTIONS,
    label_files,
    labels,
    look_up,
    read_prose,
    recall,
    say,
    split_headings,
)
from lessons.course import COURSE, every_lesson

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "app.py", *sorted(ROOT.glob("lessons/**/*.py")), *sorted(ROOT.glob("pages/**/*.py"))]
SPEAKERS = {"_", "translate", "Message", "LessonError", "Damaged"}
TRANSLATED = [language for language in LANGUAGES if language != "en"]
LESSONS = every_lesson()
SLUGS = [lesson.slug for lesson in LESSONS]


def trees() -> Iterator[ast.AST]:
    """Every source but messages.py, which defines the speakers."""
    for path in SOURCES:
        if path != ROOT / "lessons/core/messages.py":
            yield ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def spoken() -> Iterator[ast.expr]:
    """The first argument of every _(), Message() and LessonError()."""
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SPEAKERS:
                yield node.args[0]


def needed() -> set[str]:
    """What must be translated: every literal that is spoken, and the course."""
    literals = {argument.value for argument in spoken() if isinstance(argument, ast.Constant)}
    return literals | set(SECTIONS) | {words for chapter in COURSE for words in (chapter.title, chapter.idea)}


# Limits of the app, and what is there only where there are several of it.
NEVER_ONE = re.compile("all|allowed|classes|expected|most|parameters|products|seconds|smallest|wanted")
SEVERAL = (
    "{count} rows are too many; at most {most}.",
    "{count} columns are too many; at most {most}.",
    "These are {count} matrices; paste one at a time.",
)
OF_ONE = re.compile(r"(?<!× )\b1(?= ([a-z]+)(?: ([a-z]+))?)")
PLURAL = re.compile(r"are|were|matrices|\w+s")
SINGULAR = re.compile(
    "allows|class|differs|divides|does|ends|falls|goes|has|holds|is|its|learns|makes|needs|rises|sees|sends"
    "|spans|stands|stays|swings|was"
)


def plurals_of_one(sentence: str) -> list[str]:
    """What a sentence says of a single thing as if there were several.

    >>> plurals_of_one("1 wrong cells of 5 rows"), plurals_of_one("1 row and 1 were left")
    (['1 wrong cells'], ['1 were'])
    """
    found = []
    for words in OF_ONE.finditer(sentence):
        first, second = words.groups("")
        if is_plural(first):
            found.append(f"1 {first}")
        elif is_plural(second) and not SINGULAR.fullmatch(first):
            found.append(f"1 {first} {second}")
    return found


def is_plural(word: str) -> bool:
    return bool(PLURAL.fullmatch(word)) and not SINGULAR.fullmatch(word)


def gaps(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_nothing_is_spoken_with_the_values_already_filled_in():
    assert not [
        ast.unparse(argument) for argument in spoken() if isinstance(argument, ast.JoinedStr | ast.BinOp)
    ]


def test_no_english_punctuation_is_glued_to_what_is_translated():
    texts = (
        ast.unparse(node) for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
    )
    speaks = r"\{(_|tell|say)\("
    glued = [text for text in texts if re.search(rf"[:;,(] ?{speaks}|{speaks}[^{{}}]*\}}[:;,)]", text)]
    assert not glued


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_spoken_is_translated(language):
    assert not sorted(needed() - labels(language).keys())


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_gaps_of_its_key(language):
    assert not [key for key, words in labels(language).items() if gaps(key) != gaps(words)]


@pytest.mark.parametrize("template", sorted(key for key in needed() if gaps(key) and key not in SEVERAL))
def test_of_a_single_thing_nothing_is_said_in_the_plural(template):
    assert not plurals_of_one(
        fill(template, {name: 2 if NEVER_ONE.fullmatch(name) else 1 for name in gaps(template)})
    )


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over(language):
    constants = {node.value for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert not sorted(labels(language).keys() - constants)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_key_is_translated_twice(language):
    texts = [file.read_text(encoding="utf-8") for file in label_files(language)]
    keys = [key for text in texts for key, _ in json.loads(text, object_pairs_hook=list)]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("lesson", LESSONS, ids=SLUGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_of_a_lesson_has_every_section_and_no_other(lesson, language):
    prose = read_prose(lesson.folder, language)
    assert tuple(prose.sections) == SECTIONS
    assert all([prose.title, prose.idea, *prose.sections.values()])
    assert len(re.findall(r"[.!?](?:\s|$)|[。！？]", prose.opening)) == 2


@pytest.mark.parametrize("lesson", LESSONS, ids=SLUGS)
def test_the_text_of_a_lesson_asks_the_same_number_of_questions_in_every_language(lesson):
    texts = [read_prose(lesson.folder, language).sections["Questions"] for language in LANGUAGES]
    counts = {len(split_headings(text, level=3)) for text in texts}
    assert len(counts) == 1
    assert counts != {0}


def test_what_has_no_translation_stays_english():
    assert look_up("a word that nobody translated", "zh") == "a word that nobody translated"


def test_a_message_is_translated_and_then_filled():
    message = Message(
        "There is no language called {asked}; {used} is used.", asked="xx", used=Message("Home")
    )
    assert say(message, "zh") == "没有名为 xx 的语言，现在使用 首页。"


def test_a_word_is_chosen_by_its_number_and_only_in_the_language_that_has_a_choice():
    rows = [
        Message("{count} {count:row|rows}; {allowed}.", count=count, allowed="3 to 9") for count in (0, 1, 2)
    ]
    assert [say(each, "en").split(";")[0] for each in rows] == ["0 rows", "1 row", "2 rows"]
    assert [say(each, "zh").split("；")[0] for each in rows] == ["有 0 行", "有 1 行", "有 2 行"]


def test_values_are_shown_as_the_caller_wants_them():
    assert (
        say(Message("{name} is {count}", name="a", count=2), "en", show=lambda value: f"<{value}>")
        == "<a> is <2>"
    )


def test_what_was_written_down_is_said_again() -> None:
    template = "The disk is full. Free some space, then resume from the last checkpoint."
    assert str(recall(template, {})) == template
    assert str(recall("There is no run {id!r} here.", {"id": "{x:>999999999}"})) == (
        "There is no run '{x:>999999999}' here."
    )


@pytest.mark.parametrize(
    ("template", "values"),
    [
        ("{x:>999999999}", {"x": "1"}),
        ("Anybody's words", {}),
        ("There is no run {id!r} here.", {}),
        ("The file has {size:.1f} MB; up to {allowed} MB are allowed.", {"size": "large", "allowed": 20}),
    ],
)
def test_a_file_puts_no_template_of_its_own_into_a_sentence(template, values) -> None:
    with pytest.raises(ValueError, match=r"nobody says|nothing for the gap|format code"):
        recall(template, values)


@pytest.mark.parametrize("gap", ["{name.__class__}", "{name[0]}", "{name.__init__.__globals__}"])
def test_a_gap_reaches_into_no_value(gap) -> None:
    with pytest.raises(KeyError):
        fill(gap, {"name": "cats"})
