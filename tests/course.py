"""The lessons of the course, as tests meet them."""

import importlib
from typing import Any

import pytest

from lessons.core.lesson import Lesson
from lessons.course import Entry, every_lesson


def lesson_of(entry: Entry) -> Lesson[Any, Any]:
    lesson: Lesson[Any, Any] = importlib.import_module(entry.module).LESSON
    return lesson


WALKS = [entry for entry in every_lesson() if lesson_of(entry).steps]
every_entry = pytest.mark.parametrize("entry", every_lesson(), ids=lambda entry: entry.slug)
every_walk = pytest.mark.parametrize("entry", WALKS, ids=lambda entry: entry.slug)
PRINTED = [entry for entry in WALKS if any(preset.printed for preset in lesson_of(entry).presets)]
every_printed = pytest.mark.parametrize("entry", PRINTED, ids=lambda entry: entry.slug)
every_preset = pytest.mark.parametrize(
    ("entry", "index"),
    [(entry, index) for entry in WALKS for index in range(len(lesson_of(entry).presets))],
    ids=lambda each: each.slug if isinstance(each, Entry) else str(each),
)
