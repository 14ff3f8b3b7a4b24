"""Inference: a picture of one's own through a net that has learned, every value on the way."""

from lessons.core.boxes import Box
from lessons.core.lesson import Lesson, Preset
from lessons.core.messages import Message
from lessons.core.questions import Question
from lessons.models.inference.choosing import Inputs
from lessons.models.inference.program import program
from lessons.models.inference.seeing import Result, ask_answer, ask_shape, check, run

PRESETS = (
    Preset(Message("A test picture"), Inputs()),
    Preset(Message("A kind it does not know"), Inputs(picture="other-4")),
    Preset(Message("A sun in a large picture"), Inputs(picture="coast", box=Box(440, 20, 120, 120))),
)


def questions(inputs: Inputs, result: Result, seed: int) -> tuple[Question, ...]:
    return ask_shape(result), ask_answer(result)


LESSON = Lesson(Inputs, run, program, check, PRESETS, questions=questions)
