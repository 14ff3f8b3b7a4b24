"""Mistakes of fine-tuning: each is made by the program that is shown, and mended by one line of it."""

import pytest
import torch

from lessons.core.twins import Twin, changed_cells, describe, patch
from lessons.models.finetuning import mistakes
from lessons.models.finetuning.mistakes import MISTAKES, OUTCOMES, REFUSES, STAYS, STEPS, Mistake
from tests.oracles import executed

REFUSED = "element 0 of tensors does not require grad and does not have a grad_fn"
LINES = {  # of each mistake those that go, and those that come
    "everything": ["-net.requires_grad_(False).eval()", "+net[:-1].requires_grad_(False).eval()"],
    "freeze": ["+net.requires_grad_(False).eval()", "-net.requires_grad_(False).eval()"],
    "optimizer": ["+net[-1] = nn.Linear(96, 10)", "-net[-1] = nn.Linear(96, 10)"],
    "gradients": ["-    optimizer.zero_grad()", "+    net.zero_grad()"],
}
every = pytest.mark.parametrize("slug", MISTAKES)


def made(slug: str) -> Mistake:
    _name, make = MISTAKES[slug]
    return make()


def assert_it_makes(slug: str, twin: Twin) -> None:
    theirs = executed(twin.program)
    assert tuple(theirs["norms" if slug == "gradients" else "losses"]) == twin.losses
    assert len(twin.losses) == STEPS


@every
@pytest.mark.usefixtures("beside_the_file")
def test_the_right_program_makes_the_numbers_of_the_page(slug):
    assert_it_makes(slug, made(slug).twins.right)


@every
@pytest.mark.usefixtures("beside_the_file")
def test_the_wrong_program_makes_its_numbers_or_is_refused_in_these_words(slug):
    wrong = made(slug).twins.wrong
    if not wrong.refusal:
        assert_it_makes(slug, wrong)
        return
    with pytest.raises(RuntimeError, match=REFUSED) as refused:
        executed(wrong.program)
    assert wrong.refusal == f"RuntimeError: {refused.value}"
    assert wrong.losses == ()


@every
def test_one_line_mends_it(slug):
    twins = made(slug).twins
    marked = patch(*changed_cells(twins.wrong.program, twins.right.program)).split("\n")
    assert [line for line in marked if line[0] in "+-"] == LINES[slug]


@every
def test_without_the_mistake_the_loss_falls_and_the_question_has_its_answer(slug):
    twins, question = made(slug).twins, made(slug).question
    assert question.is_right(question.answer)
    assert twins.right.losses[-1] < twins.right.losses[0]
    for line in (*describe(twins, both=True), twins.symptom, twins.diagnosis, question.reason):
        assert str(line)


@pytest.mark.parametrize("slug", ["everything", "freeze"])
def test_torch_refuses_in_the_first_step(slug):
    twins, question = made(slug).twins, made(slug).question
    assert (twins.first_difference, question.answer) == (0, REFUSES)
    assert question.choices == OUTCOMES
    assert REFUSED in str(question.reason)
    assert str(describe(twins, both=True)[1]).endswith(
        f"torch refuses at step 0. It says: {twins.wrong.refusal}"
    )


def test_an_optimizer_that_holds_the_old_head_never_moves_the_new_one():
    twins, question = made("optimizer").twins, made("optimizer").question
    assert len(set(twins.wrong.losses)) == 1
    assert (twins.first_difference, question.answer) == (1, STAYS)
    variables, _refusal = mistakes.carried_out(
        mistakes.training(mistakes.FREEZE + mistakes.OPTIMIZE + mistakes.REPLACE), replaced=False
    )
    net, optimizer = variables["net"], variables["optimizer"]
    assert not any(each is net[-1].weight for each in optimizer.param_groups[0]["params"])
    assert net[-1].weight.grad is not None


def test_gradients_that_nobody_empties_pile_up_and_the_losses_tell_nothing():
    twins, question = made("gradients").twins, made("gradients").question
    assert twins.first_difference == 1
    assert twins.wrong.losses[-1] > 5 * twins.wrong.losses[0]
    assert str(question.choices[question.answer]) == "more than 2 times as large"
    emptied, piled = (
        mistakes.carried_out(mistakes.training(mistakes.HEAD_ALONE, name, mistakes.NORM), replaced=True)[0]
        for name in ("net.zero_grad()", "optimizer.zero_grad()")
    )
    assert emptied["losses"] == piled["losses"]
    # What the diagnosis says of clipping: the head's own gradient is cut to a smaller share of itself.
    shares = [_after_clipping(each["net"]) for each in (emptied, piled)]
    assert shares[1] < shares[0]


def _after_clipping(net: torch.nn.Sequential) -> float:
    """How much of the head's gradient is left."""
    before = net[-1].weight.grad.norm().item()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 1)
    return net[-1].weight.grad.norm().item() / before


@pytest.mark.parametrize(
    ("right", "wrong", "refusal", "answer"),
    [
        ((2.0, 1.0), (), "no", mistakes.REFUSES),
        ((2.0, 1.0), (2.0, 2.0), "", mistakes.STAYS),
        ((2.0, 1.0), (2.0, 1.5), "", mistakes.SLOWER),
        ((2.0, 1.0), (2.0, 1.0), "", mistakes.SAME),
    ],
)
def test_the_outcome_is_told_by_the_losses(right, wrong, refusal, answer):
    about = made("everything").twins
    twins = type(about)(
        Twin(about.right.name, right, ""),
        Twin(about.wrong.name, wrong, "", refusal),
        about.symptom,
        about.diagnosis,
    )
    assert mistakes.outcome(twins) == answer


def test_what_a_freeze_spares_is_told_as_the_ratio_of_two_times():
    told = str(mistakes.tell_times(mistakes.Times(0.06, 0.02)))
    assert "60 where the backbone has requires_grad, 20 where it is frozen. That is 3 ×" in told
