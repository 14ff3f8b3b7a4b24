"""The lesson "Train a classifier": its program, its arithmetic, its questions."""

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lessons.core.numbers import show
from lessons.core.words import LANGUAGES
from lessons.training.classifier import lesson as classifier
from lessons.training.classifier.lesson import Inputs
from tests.oracles import told_in


@pytest.fixture
def tiny(home: Path) -> str:
    """A set of 24 + 8 random pictures of two classes; its key."""
    noise = np.random.default_rng(0)
    for split, count in (("train", 12), ("test", 4)):
        for name in ("a", "b"):
            folder = home / "data" / "tiny" / split / name
            folder.mkdir(parents=True)
            for number in range(count):
                pixels = noise.integers(0, 255, (32, 32, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / f"{number}.png")
    return "folder:tiny"


def test_the_snippet_gives_the_numbers_of_the_run(tiny, home, monkeypatch) -> None:
    inputs = Inputs(data=tiny, net="lenet", epochs=2, batch_size=5, lr=0.05, flip=True, threads=1)
    result = classifier.run(inputs)
    assert len(result.losses) == 2 * math.ceil(24 / 5)
    monkeypatch.chdir(home)
    variables: dict[str, object] = {}
    exec(classifier.snippet(inputs), variables)
    assert variables["losses"] == list(result.losses)


@pytest.mark.parametrize(
    ("pictures", "batch", "epochs", "ending"),
    [
        (5000, 64, 8, "79 \\times 8 = 632"),
        (50000, 32, 1, "1563 \\times 1 = 1563"),
        (10000, 32, 1, "313 = 313"),
    ],
)
def test_the_steps_are_counted_with_their_arithmetic(pictures, batch, epochs, ending) -> None:
    answer = classifier.steps_arithmetic(Inputs(batch_size=batch, epochs=epochs), pictures)
    shown, asked = str(answer), answer.unless({"steps"})
    assert asked == rf"\lceil {pictures} / {batch} \rceil \times {epochs} = {{?}}"
    assert shown.startswith(rf"\lceil {pictures} / {batch} \rceil")
    assert shown.endswith(ending.replace("313 = 313", r"313 \times 1 = 313"))


def test_the_questions_are_answered_from_the_settings() -> None:
    steps, untrained = classifier.questions(Inputs(batch_size=64), 5000, 10)
    assert steps.is_right(79)
    assert not steps.is_right(78)
    assert "the last batch holds 8" in str(steps.reason)
    assert untrained.is_right(2.3)
    assert not untrained.is_right(1.0)
    for question in (steps, untrained):
        assert question.is_right(float(show(question.answer)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_prose_answers_no_question_of_the_usual_settings(language: str) -> None:
    prose = (Path(classifier.__file__).parent / f"{language}.md").read_text(encoding="utf-8")
    for question in classifier.questions(Inputs(), 5000, 10):
        assert not any(map(question.is_right, told_in(prose)))
