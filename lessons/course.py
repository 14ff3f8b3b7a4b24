"""The course: chapters and lessons in order. Navigation, home page and tests are made from this list.

A lesson is one folder, ``lessons/<chapter>/<slug>/``, and one page, ``pages/<chapter>/<slug>.py``, whose
address is ``/<slug>``. Its title and its idea are the head of its text (``en.md``, ``zh.md``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LESSONS = Path(__file__).parent


@dataclass(frozen=True)
class Entry:
    """One lesson. icon: the name of a Material icon."""

    chapter: str
    slug: str
    icon: str

    @property
    def folder(self) -> Path:
        return LESSONS / self.chapter / self.slug

    @property
    def module(self) -> str:
        """Where its ``LESSON`` is."""
        return f"lessons.{self.chapter}.{self.slug}.lesson"

    @property
    def page(self) -> str:
        """Its script, from the project folder."""
        return f"pages/{self.chapter}/{self.slug}.py"


@dataclass(frozen=True)
class Chapter:
    """Lessons that belong together, in the order they are best met. title and idea: English, translated."""

    title: str
    idea: str
    lessons: tuple[Entry, ...]


COURSE = (
    Chapter(
        "Data", "What a network is given to learn from.", (Entry("data", "transforms", "filter_b_and_w"),)
    ),
    Chapter(
        "Layers",
        "What happens to the numbers on their way through a network.",
        (Entry("layers", "convolution", "grid_on"), Entry("layers", "pooling", "compress")),
    ),
    Chapter(
        "Learning",
        "How a network finds out what to change.",
        (
            Entry("learning", "losses", "calculate"),
            Entry("learning", "regression", "show_chart"),
            Entry("learning", "descent", "south_east"),
        ),
    ),
    Chapter(
        "Training",
        "Put it all together, and let a network learn.",
        (Entry("training", "classifier", "model_training"),),
    ),
    Chapter(
        "Models",
        "Use what others have trained, and build on it.",
        (Entry("models", "finetuning", "tune"), Entry("models", "inference", "visibility")),
    ),
)


def built_chapters() -> Iterator[Chapter]:
    """The chapters that have lessons, in order."""
    return (chapter for chapter in COURSE if chapter.lessons)


def every_lesson() -> tuple[Entry, ...]:
    return tuple(lesson for chapter in COURSE for lesson in chapter.lessons)


def find_lesson(slug: str) -> Entry:
    """The lesson with this slug; KeyError where there is none."""
    return {lesson.slug: lesson for lesson in every_lesson()}[slug]
