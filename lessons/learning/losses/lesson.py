"""Losses: one number tells how wrong a net is. Cross-entropy, worked out number by number."""

import math
from typing import Any

import torch
from torch import Tensor

from lessons.core.lesson import Check, Lesson, Preset
from lessons.core.matrix import Matrix
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.program import Program, call
from lessons.core.questions import Answer
from lessons.core.tensors import tensor
from lessons.learning.losses import questions, steps
from lessons.learning.losses.entropy import Gradients, Result, backward, given_to_the_loss, run
from lessons.learning.losses.inputs import PROBABILITIES, RIGHT, TWICE, UNLOGGED, Inputs
from lessons.learning.losses.questions import FLOOR, floor

WRITTEN_OUT = 6  # classes: a formula lists their numbers up to here

# Torch's word for it


def check(inputs: Inputs, result: Result) -> Check:
    name = f"torch.nn.functional.{_function(inputs)}"
    return Check.between(name, (_by_torch(inputs, tensor(inputs.numbers)), result.output))


def check_backward(inputs: Inputs, result: Gradients) -> Check:
    numbers = tensor(inputs.numbers).requires_grad_()
    _by_torch(inputs, numbers).sum().backward()
    assert numbers.grad is not None
    return Check.between("autograd", (numbers.grad, result.numbers))


def _by_torch(inputs: Inputs, numbers: Tensor) -> Tensor:
    scores = numbers / inputs.divided
    if inputs.given == PROBABILITIES:
        scores = scores.log() if inputs.call == RIGHT else scores
    elif inputs.call != RIGHT:
        scores = scores.softmax(dim=1)
    target = tensor(inputs.target) if inputs.soft else tensor(inputs.target)[:, 0].long()
    settings = _settings(inputs)
    if "weight" in settings:
        settings["weight"] = tensor(inputs.weight)[0]
    loss: Tensor = getattr(torch.nn.functional, _function(inputs))(scores, target, **settings)
    return loss


def _function(inputs: Inputs) -> str:
    return "nll_loss" if inputs.call == UNLOGGED else "cross_entropy"


def _settings(inputs: Inputs) -> dict[str, Any]:
    """What torch's function is called with; a setting that is torch's default is left out."""
    given = {
        "weight": inputs.weight if set(inputs.weight[0]) != {1.0} else None,
        "ignore_index": inputs.ignore_index,
        "reduction": inputs.reduction if inputs.reduction != "mean" else None,
        "label_smoothing": inputs.label_smoothing or None,
    }
    return {name: value for name, value in given.items() if value is not None}


# What it comes to


def formula(inputs: Inputs) -> tuple[str | Answer, ...]:
    """The term of a sample, as TeX: in letters, and with the numbers of the first."""
    if inputs.call == UNLOGGED:
        return (r"\ell_n = -w_{y_n}\, p_{n, y_n}",)
    letters = (
        r"p_{n,c} = \frac{e^{z_{n,c}}}{\sum_k e^{z_{n,k}}} \quad "
        r"\ell_n = -\sum_c w_c\, q_{n,c} \log p_{n,c}"
    )
    scores = given_to_the_loss(inputs)[0].tolist()
    if inputs.soft or inputs.label_smoothing or not inputs.counts(0) or len(scores) > WRITTEN_OUT:
        return (letters,)
    if not all(map(math.isfinite, scores)):
        return (letters,)
    powers = [f"e^{{{show(score)}}}" for score in scores]
    target = inputs.classes[0]
    weight = show(inputs.weight[0][target])
    numbers = rf"\ell_1 = -{weight} \cdot \log \frac{{{powers[target]}}}{{{' + '.join(powers)}}}"
    return letters, numbers


def notes(inputs: Inputs, result: Result) -> tuple[Message, ...]:
    """Who is right, what mean divides by, and what a mistake does."""
    told = []
    if not inputs.soft:
        told.append(_accuracy(inputs, result))
    if inputs.reduction == "mean":
        told.append(_division(inputs, result))
    if inputs.call == TWICE:
        told.append(
            Message(
                "Softmax twice: of a sample without a weight, the loss cannot go below {floor} here.",
                floor=Answer(FLOOR, show(floor(inputs.shape[1]))),
            )
        )
    if inputs.call == UNLOGGED:
        told.append(Message("nll_loss takes logs, and got probabilities: the loss is not above 0."))
    return tuple(told)


def _accuracy(inputs: Inputs, result: Result) -> Message:
    counting = [sample for sample in range(inputs.shape[0]) if inputs.counts(sample)]
    guesses = result.scores.argmax(dim=1).tolist()
    return Message(
        "{right} of {count} {count:sample is|samples are} right: argmax(dim=1), where the largest number of "
        "each row stands, is {guesses}.",
        right=sum(guesses[sample] == inputs.classes[sample] for sample in counting),
        count=len(counting),
        guesses=str(guesses),
    )


def _division(inputs: Inputs, result: Result) -> Message:
    if inputs.soft:
        return Message(
            "mean divides by the number of samples, {divisor}: targets for every class have no weight of "
            "their own.",
            divisor=show(result.divisor),
        )
    if not result.divisor:
        return Message("Nothing counts: mean divides 0 by 0, and gives nan. sum would give 0.")
    return Message(
        "mean divides by the weights of the targets, together {divisor}.", divisor=show(result.divisor)
    )


# The program


def snippet(inputs: Inputs) -> str:
    """The same in torch."""
    return str(_program(inputs, learns=False))


def backward_snippet(inputs: Inputs) -> str:
    """The same in torch, and its gradient."""
    return str(_backward_program(inputs))


def step_snippet(inputs: Inputs, rate: float) -> str:
    """The same in torch, its gradient, and a step against it."""
    program = _backward_program(inputs)
    program.line("", "with torch.no_grad():", f"    numbers -= {rate:g} * numbers.grad")
    return str(program.line(f"after = {loss_call(inputs)}").show("numbers", "after"))


def _backward_program(inputs: Inputs) -> Program:
    reduced = "output.sum()" if inputs.reduction == "none" else "output"
    return _program(inputs, learns=True).line(f"{reduced}.backward()").show("numbers.grad")


def _program(inputs: Inputs, learns: bool) -> Program:
    program = written_out(inputs, learns)
    return program.line("", f"output = {loss_call(inputs)}").show("output")


def written_out(inputs: Inputs, learns: bool) -> Program:
    """The beginning of a program: the tensors that ``loss_call`` names."""
    shape = ": ".join(filter(None, ("(samples, classes)", ", ".join(inputs.names))))
    program = Program().tensor("numbers", inputs.numbers, shape, learns)
    if inputs.soft:
        program.tensor("target", inputs.target)
    else:
        program.line(f"target = torch.tensor({list(inputs.classes)})")
    if "weight" in _settings(inputs):
        program.tensor("weight", inputs.weight[0])
    return program


def loss_call(inputs: Inputs) -> str:
    """The call of torch's function."""
    settings = _settings(inputs)
    if "weight" in settings:
        settings["weight"] = _Code("weight")
    return call(f"F.{_function(inputs)}", [_scores(inputs), "target"], settings)


class _Code:
    """A name in a program, and no text."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __str__(self) -> str:
        return self._name


def _scores(inputs: Inputs) -> str:
    """What the loss is given."""
    if inputs.given == PROBABILITIES:
        return "numbers.log()" if inputs.call == RIGHT else "numbers"
    numbers = "numbers" if inputs.divided == 1 else f"numbers / {inputs.divided:g}"
    return numbers if inputs.call == RIGHT else f"F.softmax({numbers}, dim=1)"


# Numbers to start from

THREE_ONES = ((1.0, 1.0, 1.0),)
PIG_DOG_CAT: Matrix = ((2.0,), (1.0,), (0.0,))
FIRST: Matrix = ((0.3, 0.3, 0.4), (0.3, 0.4, 0.3), (0.1, 0.2, 0.7))
SECOND: Matrix = ((0.1, 0.2, 0.7), (0.1, 0.7, 0.2), (0.3, 0.4, 0.3))


def _animals(name: Message, numbers: Matrix, **more: Any) -> Preset[Inputs]:
    """What a model says of a pig, a dog and a cat."""
    return Preset(name, Inputs(numbers, PIG_DOG_CAT, PROBABILITIES, names=("cat", "dog", "pig"), **more))


PRESETS = (
    _animals(Message("One model"), FIRST),
    _animals(Message("Another model"), SECOND),
    _animals(Message("Mistake: softmax twice"), FIRST, call=TWICE),
    _animals(Message("Mistake: no log"), FIRST, call=UNLOGGED),
    _animals(Message("Cat counts five times"), FIRST, weight=((5.0, 1.0, 1.0),)),
    Preset(Message("A pure guess among ten"), Inputs(((0.0,) * 10,), ((3.0,),), weight=((1.0,) * 10,))),
    Preset(Message("Sure, and wrong"), Inputs(((0.0, 5.0) + (0.0,) * 8,), ((0.0,),), weight=((1.0,) * 10,))),
    Preset(
        Message("Classes, or one-hot"),
        Inputs(((0.0, 3.0, 2.0), (0.0, 3.0, 3.0), (0.0, 3.0, 1.0)), PIG_DOG_CAT, weight=((2.0, 6.0, 1.0),)),
    ),
    Preset(Message("A logit of 1000"), Inputs(((1000.0, 0.0),), ((1.0,),), weight=((1.0, 1.0),))),
)

BACKWARD = Lesson(Inputs, backward, backward_snippet, check_backward, PRESETS, steps.backward_steps)
LESSON = Lesson(
    Inputs,
    run,
    snippet,
    check,
    PRESETS,
    steps.steps,
    questions.questions,
    formula,
    notes,
    backward=BACKWARD,
)
