"""The words of the course in each language: labels, sentences with gaps, and the text of every lesson.

English is the key. A ``zh.json`` maps the English of its folder to Chinese; what is not there stays English.
A lesson's text, ``<language>.md``, begins with its title and its idea; then come sections whose headings are
the same English words in every language (``## Idea``). Pages show them translated. The first paragraph of
Idea is two sentences, which stand above what the learner touches.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lessons.core.folders import PROJECT
from lessons.core.messages import Message, fill

LANGUAGES = {"en": "English", "zh": "中文"}
SECTIONS = ("Idea", "Notice", "Try", "Questions")
Scalar = str | int | float  # what a gap of a message that is written down can hold


def label_files(language: str) -> list[Path]:
    """Every file of labels: those of the lessons, and those of the pages."""
    return [
        file
        for folder in ("lessons", "pages")
        for file in sorted((PROJECT / folder).rglob(f"{language}.json"))
    ]


@cache
def labels(language: str) -> Mapping[str, str]:
    """English to the language; empty for English itself."""
    files = [json.loads(file.read_text(encoding="utf-8")) for file in label_files(language)]
    return {key: words for file in files for key, words in file.items()}


def look_up(key: str, language: str) -> str:
    """The label in the language, or the English key itself."""
    return labels(language).get(key, key)


def say(message: Message, language: str, show: Callable[[Any], Any] = lambda value: value) -> str:
    """The sentence in the language. show prepares each value for the gap; a value may be a message itself.

    >>> say(Message("row {row} is {what}", row=2, what=Message("empty")), "en")
    'row 2 is empty'
    """
    values = {
        name: say(value, language, show) if isinstance(value, Message) else show(value)
        for name, value in message.values.items()
    }
    return fill(look_up(message.template, language), values)


def recall(template: str, values: Mapping[str, Scalar | Message]) -> Message:
    """The message of a template and values that were written down: what a file says is never a format.

    ValueError unless the template is one of the program's own, and the values fit its gaps.
    """
    message = Message(template, **values)
    if template not in labels("zh"):
        raise ValueError(f"nobody says {template!r}")
    try:
        str(message)
    except KeyError as error:
        raise ValueError(f"nothing for the gap {error}") from error
    except (TypeError, ArithmeticError) as error:
        raise ValueError(f"a value does not fit its gap: {error}") from error
    return message


@dataclass(frozen=True)
class Prose:
    """A lesson's text. idea: one sentence; opening: two more, which the section Idea begins with;
    sections: heading -> Markdown, in the file's order, Idea without its opening."""

    title: str
    idea: str
    opening: str
    sections: Mapping[str, str]


@cache
def read_prose(folder: Path, language: str) -> Prose:
    """The text in a lesson's folder; FileNotFoundError without one."""
    text = (folder / f"{language}.md").read_text(encoding="utf-8")
    ((title, idea),) = split_headings(text.partition("\n## ")[0], level=1).items()
    sections = split_headings(text, level=2)
    opening, _, sections["Idea"] = sections["Idea"].partition("\n\n")
    return Prose(title, idea, opening, sections)


def split_headings(markdown: str, level: int) -> dict[str, str]:
    """Heading -> the Markdown below it; what stands before the first heading is left out.

    >>> split_headings("## One\\na\\n\\n## Two\\nb", level=2)
    {'One': 'a', 'Two': 'b'}
    """
    parts = re.split(rf"^{'#' * level} (.+)$", markdown, flags=re.MULTILINE)[1:]
    return {heading.strip(): body.strip() for heading, body in zip(parts[::2], parts[1::2], strict=True)}
