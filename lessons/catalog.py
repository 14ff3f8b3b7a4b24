"""The course: chapters and lessons in order. Navigation, home page and tests are made from this list.

A slug names everything a lesson has: ``lessons/<slug>.py``, ``pages/<chapter>/<slug>.py``,
``lessons/prose/<language>/<slug>.md``, ``pages/home/miniatures/<slug>.svg`` and the address ``/<slug>``.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """One idea to touch. title and idea: English, the keys of their translations; icon: Material name."""

    slug: str
    title: str
    idea: str
    icon: str


@dataclass(frozen=True)
class Chapter:
    """Lessons that belong together, in the order they are best met."""

    slug: str
    title: str
    idea: str
    lessons: tuple[Lesson, ...]


COURSE = (
    Chapter("data", "Data", "What a network is given to learn from.", ()),
    Chapter(
        "layers",
        "Layers",
        "What happens to the numbers on their way through a network.",
        (
            Lesson(
                "convolution",
                "Convolution",
                "Step a kernel over an image and watch every output number being made.",
                "grid_on",
            ),
            Lesson(
                "pooling",
                "Pooling",
                "Keep one number of every window: the largest, or the mean.",
                "compress",
            ),
        ),
    ),
    Chapter("learning", "Learning", "How a network finds out what to change.", ()),
    Chapter(
        "training",
        "Training",
        "Put it all together, and let a network learn.",
        (
            Lesson(
                "classifier",
                "Train a classifier",
                "Press Train and watch a network learn to tell pictures apart, step by step.",
                "model_training",
            ),
        ),
    ),
)


def built_chapters() -> Iterator[Chapter]:
    """The chapters that have lessons, in order."""
    return (chapter for chapter in COURSE if chapter.lessons)


def find_lesson(slug: str) -> Lesson:
    """The lesson with this slug; KeyError where there is none."""
    return {lesson.slug: lesson for chapter in COURSE for lesson in chapter.lessons}[slug]
