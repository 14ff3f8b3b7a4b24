"""The freeze audit: its numbers are those of its program, and tell what is frozen and what only seems so."""

import pytest
import torch

from lessons.core.numbers import show
from lessons.models.finetuning import audit, calls
from lessons.models.finetuning.audit import NOTHING, STATISTICS, STEPS, describe, figure, percent
from lessons.models.finetuning.inputs import FROZEN, SCRATCH, WHOLE
from tests.oracles import executed

EVERY = [(FROZEN, False), (FROZEN, True), (WHOLE, False), (SCRATCH, False)]
every = pytest.mark.parametrize(("way", "kept"), EVERY)
both = pytest.mark.parametrize("overridden", [False, True])


def made(way: str, kept: bool = False) -> audit.Audit:
    return audit.audit(way, kept)


@every
@pytest.mark.usefixtures("beside_the_file")
def test_the_program_gives_every_number_of_the_page(way, kept):
    theirs, ours = executed(audit.program(way, kept)), made(way, kept)
    assert tuple(theirs["losses"]) == ours.losses
    assert theirs["moved"] == ours.features
    assert list(theirs["moves"]) == list(theirs["gradients"]) == [layer.name for layer in ours.layers]
    for layer in ours.layers:
        assert theirs["gradients"][layer.name] == layer.gradient
        statistics = layer.statistics
        remembered = [statistics.mean, statistics.var, statistics.batches] if statistics else []
        assert theirs["moves"][layer.name] == [layer.moved, *remembered]


@every
def test_what_has_no_requires_grad_has_no_gradient_and_does_not_move(way, kept):
    layers = made(way, kept).layers
    assert [layer.name for layer in layers if layer.learns] == (
        ["8"] if way == FROZEN else [layer.name for layer in layers]
    )
    for layer in layers:
        assert (layer.gradient is not None) == (layer.moved > 0) == layer.learns


@every
def test_running_statistics_move_in_every_step_unless_the_backbone_is_kept_in_eval(way, kept):
    statistics = {layer.name: layer.statistics for layer in made(way, kept).layers if layer.statistics}
    assert len(statistics) == 9
    for each in statistics.values():
        assert each.batches == (0 if kept else STEPS)
        assert (each.mean > 0) == (each.var > 0) == (not kept)
    assert (made(way, kept).features == 0) == kept


def test_an_audit_leaves_chance_and_threads_as_they_are():
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    torch.set_num_threads(3)
    audit.audit.__wrapped__(FROZEN)
    left = torch.get_num_threads()
    torch.set_num_threads(threads)
    assert left == 3
    assert torch.equal(torch.get_rng_state(), state)


# What is asked


def test_how_many_parameters_learn_is_counted():
    head, alexnet = audit.ask_head(), audit.ask_alexnet()
    assert (head.answer, alexnet.answer) == (970, 40_970)
    assert "96 × 10 + 10 = 970, of 174,274 in all" in str(head.reason)
    assert str(alexnet.reason) == "4096 × 10 + 10 = 40,970 of 57,044,810: 0.0718 %."


@pytest.mark.parametrize(("kept", "moves"), [(False, STATISTICS), (True, NOTHING)])
def test_what_moves_of_a_frozen_backbone_is_asked_of_its_numbers(kept, moves):
    assert audit.ask_moved(made(FROZEN, kept)).answer == moves


@pytest.mark.parametrize(
    ("way", "most", "least"), [(WHOLE, "net[5]", "net[:2]"), (SCRATCH, "net[3]", "net[5]")]
)
def test_pretrained_weights_move_least_near_the_picture_and_random_ones_do_not(way, most, least):
    question, parts = audit.ask_moved(made(way)), made(way).backbone
    shares = [part.share for part in parts]
    assert question.answer == shares.index(max(shares))
    assert most in str(question.choices[question.answer])
    assert least in str(parts[shares.index(min(shares))].name)
    assert max(shares) < made(way).parts[-1].share


# What is seen


@every
def test_what_is_said_and_drawn_is_made_of_the_numbers(way, kept):
    result = made(way, kept)
    told = [str(line) for line in describe(result)]
    assert told[0].startswith(f"{970 if way == FROZEN else 174274:,} of 174,274 parameters")
    assert f"the head, net[-1], by {percent(result.parts[-1].share)} %" in told[0]
    assert ("No running statistics moved" in told[1]) == kept
    assert told[2].startswith("So the backbone is" if way == FROZEN else "So the features")
    assert percent(result.features) in told[2] or kept
    weights, statistics = figure(result).data
    for layer, name, share, drift in zip(result.layers, weights.y, weights.x, statistics.x, strict=True):
        assert name.split(",")[0] == layer.name
        assert share == pytest.approx(100 * layer.moved / layer.before)
        assert (drift is None) == (layer.statistics is None)


# Who switches what


@both
@pytest.mark.usefixtures("beside_the_file")
def test_the_program_of_the_calls_gives_the_rows_of_the_table(overridden):
    rows = [(call.learning, call.training, call.drift) for call in calls.calls(overridden)]
    assert executed(calls.program(overridden))["rows"] == rows


def test_eval_holds_until_the_next_train_and_a_train_of_its_own_keeps_it():
    plain, kept = ([call.training for call in calls.calls(overridden)] for overridden in (False, True))
    assert plain == [9, 9, 9, 0, 0, 9, 9]
    assert kept == [9, 0, 0, 0, 0, 0, 0]
    question = calls.ask_undone()
    assert str(question.choices[question.answer]) == "in train() again"
    assert {call.learning for call in (*calls.calls(False), *calls.calls(True))} == {970}


@both
def test_only_a_forward_pass_in_train_moves_the_running_means(overridden):
    for call in calls.calls(overridden):
        assert (call.drift > 0) == (call.code == "net(images)" and call.training > 0)
    drifts = [show(call.drift) for call in calls.calls(overridden) if call.code == "net(images)"]
    assert "by {}, {} and {}:".format(*drifts) in str(calls.describe(overridden))
