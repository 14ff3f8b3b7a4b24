"""Cross-entropy step by step: sample by sample from the scores to the term, then all terms to the loss."""

import math
from collections.abc import Sequence
from itertools import chain, product

from torch import Tensor

from lessons.core.messages import Message
from lessons.core.numbers import equation, exact, show, sum_of_products, term, texts
from lessons.core.questions import ask_number
from lessons.core.stage import Canvas, Handle, Line, Stage, Step
from lessons.core.tensors import tensor
from lessons.learning.losses.entropy import Gradients, Result
from lessons.learning.losses.inputs import LOGITS, PROBABILITIES, RIGHT, UNLOGGED, Inputs

TITLES = {LOGITS: Message("Logits"), PROBABILITIES: Message("Probabilities")}


def steps(inputs: Inputs, result: Result) -> Stage:
    """Scores, less the largest, exp, their sum, shares, logs, what counts, and the loss."""
    canvas, (samples, classes) = Canvas(), inputs.shape
    boards = {"scores": _paint_scores(canvas, inputs, result)}
    stages = () if inputs.call == UNLOGGED else STAGES
    for name, made, _sources, _lines in stages:
        numbers = getattr(result, made)
        boards[made] = canvas.board(name, numbers.shape[1], [""] * numbers.numel())
    width = len(inputs.target[0])
    target = canvas.board(Message("Target"), width, _texts(tensor(inputs.target)), field="target")
    weight = canvas.board(
        Message("Weight"), classes, _texts(tensor(inputs.weight)), below=True, field="weight"
    )
    counted = _paint_counted(canvas, inputs, result)
    terms = canvas.board(Message("Term"), 1, [""] * samples)
    loss = canvas.board(Message("Loss"), 1, [""], below=True) if inputs.reduction != "none" else None
    for sample in canvas.each(range(samples)):
        row = _row(sample, classes)
        where = Message("sample {row}", row=sample + 1)
        for _name, made, sources, lines in stages:
            values = getattr(result, made)[sample]
            cells = _row(sample, len(values))
            with canvas.step(boards[made], *cells) as step:
                for source in sources:
                    step.light(boards[source], _row(sample, getattr(result, source).shape[1]))
                _fill(inputs, step, boards[made], cells, values, where, lines(result, sample))
        with canvas.step(terms, sample) as step:
            counting = [cell for cell in row if result.counted.flatten()[cell]]
            step.light(boards["logs" if stages else "scores"], counting)
            step.light(target, row if inputs.soft else [sample])
            step.light(weight, [cell - row[0] for cell in counting])
            step.light(counted, counting)
            _fill(inputs, step, terms, [sample], result.terms[[sample]], where, _term(result, sample))
    for board in canvas.each([loss] if loss is not None else []):
        with canvas.step(board, 0) as step:
            step.light(terms, range(samples))
            _fill(inputs, step, board, [0], result.output[None], Message("the loss"), _loss(result))
    return canvas.stage()


def backward_steps(inputs: Inputs, result: Gradients) -> Stage:
    """What each score adds to the loss, for every sample; then back to the numbers that were typed."""
    canvas, (samples, classes), forward = Canvas(), inputs.shape, result.forward
    scores = _paint_scores(canvas, inputs, forward)
    shares = canvas.board(Message("Softmax"), classes, _texts(forward.softmax))
    canvas.tell(shares, _of_softmax(forward.scores, forward.softmax))
    counted = _paint_counted(canvas, inputs, forward)
    made = [
        (
            canvas.board(Message("Gradient of the scores"), classes, [""] * (samples * classes)),
            result.on_scores,
        )
    ]
    if not result.numbers.equal(result.on_scores):
        name = Message("Gradient of what you typed")
        made.append((canvas.board(name, classes, [""] * (samples * classes)), result.numbers))
    for sample in canvas.each(range(samples)):
        row = _row(sample, classes)
        where = Message("sample {row}", row=sample + 1)
        for (board, values), lines in zip(made, (_slopes, _chain), strict=False):
            with canvas.step(board, *row) as step:
                step.light(shares if board == made[0][0] else scores, row)
                step.light(counted if board == made[0][0] else made[0][0], row)
                _fill(inputs, step, board, row, values[sample], where, lines(inputs, result, sample))
    return canvas.stage()


def _paint_scores(canvas: Canvas, inputs: Inputs, result: Result) -> Handle:
    """What is typed; and what the loss is given, where that is something else."""
    classes, numbers = inputs.shape[1], tensor(inputs.numbers)
    board = canvas.board(TITLES[inputs.given], classes, _texts(numbers), field="numbers")
    if numbers.equal(result.scores):
        return board
    given = canvas.board(Message("Given to the loss"), classes, _texts(result.scores))
    canvas.tell(given, _given(inputs, result))
    return given


def _paint_counted(canvas: Canvas, inputs: Inputs, result: Result) -> Handle:
    board = canvas.board(Message("Target × weight"), inputs.shape[1], _texts(result.counted))
    canvas.tell(board, _counted(inputs, result))
    return board


def _row(sample: int, columns: int) -> list[int]:
    """Its cells on a board of so many columns."""
    return list(range(sample * columns, (sample + 1) * columns))


def _texts(numbers: Tensor) -> tuple[str, ...]:
    return texts([numbers.flatten().tolist()])[0]


def _fill(
    inputs: Inputs,
    step: Step,
    board: Handle,
    cells: Sequence[int],
    values: Tensor,
    where: Message,
    lines: Sequence[Line],
) -> None:
    """Write them, tell the arithmetic, and have one of them asked, if it is a number."""
    step.write(board, _texts(values), cells)
    step.say(Message("{name}: {value}", name=where, value=lines[0]), *lines)
    for number, (cell, value) in enumerate(zip(cells, values.tolist(), strict=True)):
        if math.isfinite(value):
            one = Message("{name}, class {number}", name=where, number=inputs.label(number))
            place = one if len(cells) > 1 else where
            step.ask(board, cell, ask_number(place, value, Message("{line}", line=lines[number])))
            return


# The arithmetic, as text


def _given(inputs: Inputs, result: Result) -> list[Line]:
    """log(0.3) ≈ -1.204, or 3 / 2 = 1.5, or a softmax, for every number that is typed."""
    divided = tensor(inputs.numbers) / inputs.divided
    if inputs.call != RIGHT:
        return _of_softmax(divided, result.scores)
    typed, given = texts([chain(*inputs.numbers)])[0], result.scores.flatten().tolist()
    if inputs.given == LOGITS:
        by = show(inputs.divided)
        return [
            equation(f"{term(one)} / {by}", [float(one) / float(by)], score)
            for one, score in zip(typed, given, strict=True)
        ]
    return [
        equation(f"log({one})", [math.log(float(one))], score) if float(one) else "log(0) → -∞"
        for one, score in zip(typed, given, strict=True)
    ]


def _of_softmax(scores: Tensor, shares: Tensor) -> list[Line]:
    """exp(-2) / (exp(-2) + exp(-1) + exp(0)) ≈ 0.09003, for every number: the largest is taken off first."""
    lines: list[Line] = []
    for shifted, made in zip(scores - scores.max(dim=1, keepdim=True).values, shares.tolist(), strict=True):
        shown = list(map(_exponent, shifted.tolist()))
        powers = [math.exp(float(each.replace("∞", "inf"))) for each in shown]
        whole = " + ".join(f"exp({each})" for each in shown)
        lines += [
            equation(f"exp({each}) / ({whole})", [power / sum(powers)], share)
            for each, power, share in zip(shown, powers, made, strict=True)
        ]
    return lines


def _shifting(result: Result, sample: int) -> list[Line]:
    """3 - 4 = -1, for every class."""
    scores, shifted = result.scores[sample].tolist(), result.shifted[sample].tolist()
    return [
        _less(one, max(scores), other) if math.isfinite(one) else "log(0) → -∞"
        for one, other in zip(scores, shifted, strict=True)
    ]


def _less(one: float, other: float, difference: float) -> Line:
    """With all digits where those shown have another difference: 1357 and 1398 may be 40.03 apart."""
    shown = float(show(one)) - float(show(other))
    write = exact if abs(shown - difference) > 1e-3 * abs(difference) else show
    left, right = write(one), write(other)
    return equation(f"{left} - {term(right)}", [float(left), -float(right)], difference)


def _exponents(result: Result, sample: int) -> list[Line]:
    """exp(-1) ≈ 0.3679, for every class."""
    return [
        equation(f"exp({_exponent(one)})", [math.exp(float(_exponent(one)))], power)
        if math.isfinite(one)
        else "exp(-∞) → 0"
        for one, power in zip(result.shifted[sample].tolist(), result.powers[sample].tolist(), strict=True)
    ]


def _exponent(value: float) -> str:
    """With all digits where exp of what is shown is another number: far below 0 a digit counts for much."""
    if math.isinf(value):
        return show(value)
    power = math.exp(value)
    return show(value) if abs(math.exp(float(show(value))) - power) <= 1e-3 * power else exact(value)


def _sum(result: Result, sample: int) -> list[Line]:
    """0.1353 + 0.3679 + 1 ≈ 1.503."""
    powers = list(map(show, result.powers[sample].tolist()))
    return [equation(" + ".join(powers), list(map(float, powers)), result.sums[sample].item())]


def _shares(result: Result, sample: int) -> list[Line]:
    """0.3679 / 1.503 ≈ 0.2447, for every class."""
    powers, total = list(map(show, result.powers[sample].tolist())), show(result.sums[sample].item())
    return [
        equation(f"{power} / {total}", [float(power) / float(total)], share)
        for power, share in zip(powers, result.softmax[sample].tolist(), strict=True)
    ]


def _logs(result: Result, sample: int) -> list[Line]:
    """-1 - log(1.503) ≈ -1.408, for every class: the log of the share, however small that is."""
    total = result.sums[sample].item()
    lines: list[Line] = []
    for shifted, log in zip(result.shifted[sample].tolist(), result.logs[sample].tolist(), strict=True):
        if not math.isfinite(log):
            lines.append("log(0) → -∞")
            continue
        rounded = abs(math.log(float(show(total))) - math.log(total)) > 1e-3 * abs(log)
        shown = exact(total) if rounded else show(total)
        summands = [float(show(shifted)), -math.log(float(shown))]
        lines.append(equation(f"{show(shifted)} - log({shown})", summands, log))
    return lines


def _counted(inputs: Inputs, result: Result) -> list[Line]:
    """1×5 = 5, or smoothed (0.9×1 + 0.1 / 3)×5 ≈ 4.667, for every class of every sample."""
    samples, classes = inputs.shape
    smooth, weights = inputs.label_smoothing, texts(inputs.weight)[0]
    kept, spread = show(1 - smooth), show(smooth)
    lines: list[Line] = []
    for sample, number in product(range(samples), range(classes)):
        if not inputs.counts(sample):
            lines.append(Message("This sample does not count."))
            continue
        target = show(inputs.target[sample][number] if inputs.soft else inputs.classes[sample] == number)
        times, counts = weights[number], result.counted[sample, number].item()
        if smooth:
            left = f"({kept}×{target} + {spread} / {classes})×{times}"
            summands = [float(kept) * float(target), float(spread) / classes]
            lines.append(equation(left, [each * float(times) for each in summands], counts))
        else:
            lines.append(sum_of_products([(target, times)], counts))
    return lines


def _term(result: Result, sample: int) -> list[Line]:
    """-1×(-1.408) = 1.408: the logs that count."""
    both = zip(result.counted[sample].tolist(), result.logs[sample].tolist(), strict=True)
    counting = [(counts, log) for counts, log in both if counts]
    if not counting:
        return [Message("This sample does not count.")]
    if not all(math.isfinite(log) for _counts, log in counting):
        return ["-log(0) → ∞"]
    factors = [(show(-counts), show(log)) for counts, log in counting]
    return [sum_of_products(factors, result.terms[sample].item())]


def _loss(result: Result) -> list[Line]:
    """(0.41 + 0.41 + 0.46) / 3 ≈ 0.4267."""
    parts, loss = result.terms.tolist(), result.output.item()
    if not result.divisor:
        return [Message("Nothing counts: 0 / 0 is no number.")]
    if not math.isfinite(loss):
        return ["∞"]
    shown, divisor = list(map(show, parts)), show(result.divisor)
    if len(parts) == 1 and divisor == "1":
        return [Message("There is one term, and nothing to divide by.")]
    left = " + ".join(map(term, shown))
    if divisor != "1":
        left = f"({left}) / {divisor}"
    return [equation(left, [float(each) / float(divisor) for each in shown], loss)]


def _slopes(inputs: Inputs, result: Gradients, sample: int) -> list[Line]:
    """(0.2447×1 - 1) / 3 ≈ -0.2518, for every class."""
    forward = result.forward
    divisor, counts = show(forward.divisor), forward.counted[sample].tolist()
    whole = show(sum(counts))
    lines: list[Line] = []
    for share, own, slope in zip(
        forward.softmax[sample].tolist(), counts, result.on_scores[sample].tolist(), strict=True
    ):
        if not math.isfinite(slope):
            lines.append(Message("Nothing counts: 0 / 0 is no number."))
            continue
        through = 0.0 if inputs.call == UNLOGGED else share  # nll_loss has no softmax
        left = f"({show(through)}×{whole} - {show(own)}) / {divisor}"
        summands = [float(show(through)) * float(whole), -float(show(own))]
        lines.append(equation(left, [each / float(divisor) for each in summands], slope))
    return lines


def _chain(inputs: Inputs, result: Gradients, sample: int) -> list[Line]:
    """From the scores to what was typed: through a softmax, a log, or a division by the temperature."""
    slopes, numbers = result.on_scores[sample].tolist(), result.numbers[sample].tolist()
    if not all(map(math.isfinite, (*slopes, *numbers))):
        return [Message("There is no number for some of these.")] * len(slopes)
    shown, divided = list(map(show, slopes)), show(inputs.divided)
    if inputs.given == PROBABILITIES:
        typed = list(map(show, inputs.numbers[sample]))
        return [
            equation(f"{term(one)} / {below}", [float(one) / float(below)], value)
            for one, below, value in zip(shown, typed, numbers, strict=True)
        ]
    if inputs.call == RIGHT:
        return [
            equation(f"{term(one)} / {divided}", [float(one) / float(divided)], value)
            for one, value in zip(shown, numbers, strict=True)
        ]
    shares = list(map(show, result.forward.scores[sample].tolist()))
    mean = show(float(result.forward.scores[sample] @ result.on_scores[sample]))
    lines: list[Line] = [
        equation(
            f"{share}×({one} - {term(mean)}) / {divided}",
            [float(share) * each / float(divided) for each in (float(one), -float(mean))],
            value,
        )
        for share, one, value in zip(shares, shown, numbers, strict=True)
    ]
    return lines


STAGES = (  # a name, what it is of the result, what it is made from, and how
    (Message("Less the largest"), "shifted", ("scores",), _shifting),
    (Message("exp"), "powers", ("shifted",), _exponents),
    (Message("Sum"), "sums", ("powers",), _sum),
    (Message("Softmax"), "softmax", ("powers", "sums"), _shares),
    (Message("log"), "logs", ("shifted", "sums"), _logs),
)
