"""The prediction changes: what is random is repeated by its seed, and shared nets stay as they are."""

import copy

import pytest
import torch
from torch import nn

from lessons.core.plane import Mark
from lessons.engine.training.trained import Trained
from lessons.engine.training.tuning import OWN
from lessons.models.inference.changing import (
    COUNT,
    CROP,
    EVAL,
    WAYS,
    Changing,
    ask_which,
    change,
    describe,
    explain,
    random_steps,
    scene,
    with_dropout,
)
from lessons.models.inference.choosing import Inputs, Seen, see


def seen_by(*layers: nn.Module) -> Seen:
    """A heart, seen by a net of these layers with random weights."""
    torch.manual_seed(0)
    net = nn.Sequential(*layers).eval()
    inputs = Inputs()
    return Seen(inputs, Trained(net, ("a", "b", "c"), OWN), inputs.cut())


@pytest.mark.parametrize("way", WAYS)
def test_the_same_seed_gives_the_same_answers_and_the_net_and_the_generator_stay(way):
    seen = see(Inputs())
    before = copy.deepcopy(seen.trained.net.state_dict())
    generator = torch.get_rng_state()
    first, again, other = (change(seen, way, seed) for seed in (0, 0, 1))
    assert first == again
    assert first.answers != other.answers
    assert torch.equal(torch.get_rng_state(), generator)
    assert not seen.trained.net.training
    assert all(torch.equal(before[name], value) for name, value in seen.trained.net.state_dict().items())


@pytest.mark.parametrize("way", WAYS)
def test_twenty_answers_differ_and_the_right_way_always_gives_one(way):
    seen = see(Inputs())
    changing = change(seen, way, 0)
    assert len(changing.answers) == COUNT
    assert len(set(changing.answers)) > COUNT / 2
    batch = seen.trained.preparation.prepare(seen.picture)[None]
    assert all(float(seen.trained.probabilities(batch).max()) == changing.share for _ in range(3))


def test_a_net_with_dropout_keeps_its_own_and_one_without_gets_one_before_its_last_layer():
    own = seen_by(nn.Flatten(), nn.Dropout(0.3), nn.Linear(3072, 8), nn.Dropout(0.3), nn.Linear(8, 3))
    changing = change(own, EVAL, 0)
    assert (changing.dropouts, changing.put_in, changing.norms) == (2, False, None)
    assert "2 layers of Dropout" in str(explain(changing)[0])
    net, put_in = with_dropout(nn.Sequential(nn.Flatten(), nn.Linear(4, 2)))
    assert put_in
    assert [type(layer) for layer in net[1]] == [nn.Dropout, nn.Linear]


def test_batchnorm_alone_and_after_is_what_torch_gives():
    seen = see(Inputs())
    norms = change(seen, EVAL, 0).norms
    net = copy.deepcopy(seen.trained.net).train()
    batch = seen.trained.preparation.prepare(seen.picture)[None]
    with torch.inference_mode():
        best = int(seen.trained.net(batch).argmax())
        for _ in range(COUNT):
            alone = net(batch).softmax(1)[0, best]
        after = net.eval()(batch).softmax(1)[0, best]
    assert norms.layers == 9
    assert norms.alone == pytest.approx(float(alone), abs=1e-6)
    assert norms.after == pytest.approx(float(after), abs=1e-6)


def test_what_batchnorm_and_dropout_do_is_said_with_before_and_after():
    changing = change(see(Inputs()), EVAL, 0)
    dropout, norms = map(str, explain(changing))
    assert "half of the features to 0 on average, others each time, and doubles those that stay." in dropout
    name, alone = changing.classes[changing.best], changing.norms.alone
    assert f"That alone takes {name} from {changing.share:.1%} to {alone:.1%}." in norms


def test_a_small_net_answers_on_one_thread_from_a_single_copy(monkeypatch):
    threads, copies = set(), []
    copied = copy.deepcopy

    class Watched(nn.BatchNorm2d):
        def forward(self, batch):
            threads.add(torch.get_num_threads())
            return super().forward(batch)

    seen = seen_by(Watched(3), nn.Flatten(), nn.Linear(3072, 3))
    before = torch.get_num_threads()

    def copy_it(net, *memo):
        if not memo:
            copies.append(net)
        return copied(net, *memo)

    monkeypatch.setattr(copy, "deepcopy", copy_it)
    torch.set_num_threads(2)
    try:
        change(seen, EVAL, 0)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    assert threads == {2, 1}  # the right way's answer is that of the other views
    assert len(copies) == 1


def test_the_random_crop_stands_where_resize_and_centercrop_stood():
    names = [type(step).__name__ for step in random_steps(OWN)]
    assert names == ["RGB", "RandomResizedCrop", "ToImage", "ToDtype", "Normalize"]


def test_what_the_dots_show_is_said_with_its_numbers():
    answers = ((0, 0.5), (0, 0.75), (1, 0.9), *((0, 0.6),) * 17)
    changing = Changing(CROP, ("a", "b", "c"), 0, 0.8, answers)
    assert str(describe(changing)) == (
        "19 of 20 answers are a, with a probability from 50.0% to 75.0%. The other 1 is for 1 other class."
    )
    alike = Changing(CROP, ("a", "b", "c"), 0, 0.8, ((2, 0.5),) * COUNT)
    assert str(describe(alike)) == "All 20 answers are c, with a probability from 50.0% to 50.0%."
    assert alike.named == ((2, COUNT),)


def test_every_answer_has_its_dot_and_the_right_one_comes_with_the_reason():
    answers = tuple((number % 5, number / 20) for number in range(COUNT))
    changing = Changing(EVAL, tuple("abcde"), 0, 0.8, answers)
    (hidden,), (shown,) = (scene(changing, shown=each).planes for each in (False, True))
    assert sorted(place for dots in hidden.parts for place in dots.places) == [
        (float(at), share) for at, (_place, share) in enumerate(answers, 1)
    ]
    assert len(hidden.parts) == 4  # three classes, and the others
    assert [part.y for part in shown.parts if isinstance(part, Mark)] == [0.8]
    assert not any(isinstance(part, Mark) for part in hidden.parts)


@pytest.mark.parametrize(("way", "cure"), [(EVAL, "net.eval()"), (CROP, "Resize and CenterCrop")])
def test_none_of_the_twenty_is_to_be_believed(way, cure):
    changing = change(see(Inputs()), way, 0)
    question = ask_which(changing)
    assert str(question.choices[int(question.answer)]) == "none of these"
    assert cure in str(question.reason)
    assert f"always {changing.classes[changing.best]} with {changing.share:.1%}" in str(question.reason)
