"""The words of the course in each language: labels, sentences with gaps, and the text of every lesson.

English is the key. ``prose/<language>/labels.json`` maps English to the language; what is not there stays
English. ``prose/<language>/<slug>.md`` holds a lesson's text in sections whose headings are the same English
words in every language (``## Idea``); pages show them translated.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lessons.errors import Message

LANGUAGES = {"en": "English", "zh": "中文"}
SECTIONS = ("Idea", "Notice", "Try", "Questions")
PROSE = Path(__file__).parent / "prose"


@cache
def labels(language: str) -> Mapping[str, str]:
    """English to the language; empty for English itself."""
    path = PROSE / language / "labels.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


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
    return look_up(message.template, language).format(**values)


@cache
def read_prose(slug: str, language: str) -> Mapping[str, str]:
    """A lesson's text: section heading -> Markdown, in the file's order. FileNotFoundError without one."""
    text = (PROSE / language / f"{slug}.md").read_text(encoding="utf-8")
    return split_headings(text, level=2)


def split_headings(markdown: str, level: int) -> dict[str, str]:
    """Heading -> the Markdown below it; what stands before the first heading is left out.

    >>> split_headings("## One\\na\\n\\n## Two\\nb", level=2)
    {'One': 'a', 'Two': 'b'}
    """
    parts = re.split(rf"^{'#' * level} (.+)$", markdown, flags=re.MULTILINE)[1:]
    return {heading.strip(): body.strip() for heading, body in zip(parts[::2], parts[1::2], strict=True)}
