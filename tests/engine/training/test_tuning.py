"""Runs that start from pretrained weights: what learns, what stays, and how they are repeated and resumed."""

import io
from dataclasses import replace

import pytest
import torch
from torch import nn

from lessons.core import limits
from lessons.core.messages import LessonError
from lessons.engine.backbone import backbone
from lessons.engine.pictures.pictures import Pictures, Split
from lessons.engine.training import loop, nets, possible, trained, tuning
from lessons.engine.training.choices import PUBLISHED_NETS
from lessons.engine.training.config import HEAD_EPOCHS, Config
from lessons.engine.training.loop import Training, fit
from lessons.engine.training.reports import Answered, Epoch, Step
from lessons.engine.weights import nets as weights

SMALL = Config(
    net="resnet",
    tuning="frozen",
    per_class=4,
    batch_size=5,
    epochs=HEAD_EPOCHS + 1,
    nesterov=True,
    device="cpu",
)
SHAPE = (3, 32, 32)
TUNED = ("frozen", "whole", "head-first")


@pytest.fixture
def pictures(noise) -> Pictures:
    return noise(60, 20, SHAPE)


def begun(tuning_: str, pictures: Pictures, **settings) -> Training:
    return Training(replace(SMALL, tuning=tuning_, **settings), pictures)


def losses(reports) -> list[float]:
    return [report.loss for report in reports if isinstance(report, Step)]


def state_of(layers: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in layers.state_dict().items()}


def moved(layers: nn.Module, before: dict[str, torch.Tensor]) -> bool:
    return any(not torch.equal(value, before[name]) for name, value in layers.state_dict().items())


@pytest.mark.parametrize("way", TUNED)
def test_a_tuned_net_begins_with_the_backbones_weights_and_a_new_head(way, pictures) -> None:
    net = begun(way, pictures).net
    kept = {name: value for name, value in backbone.load().items() if not name.startswith("8.")}
    assert all(torch.equal(value, kept[name]) for name, value in net[:-1].state_dict().items())
    assert net[-1].weight.shape == (3, 96)


def test_after_one_seed_every_way_draws_the_same_head(pictures) -> None:
    heads = [begun(way, pictures).net[-1].weight for way in ("scratch", *TUNED)]
    assert all(torch.equal(head, heads[0]) for head in heads)


def test_of_a_frozen_backbone_no_number_moves_and_the_head_learns(pictures) -> None:
    training = begun("frozen", pictures)
    body, head = state_of(training.net[:-1]), state_of(training.net[-1])
    list(fit(training.config, training))
    assert not moved(training.net[:-1], body)
    assert moved(training.net[-1], head)


def test_head_first_moves_the_backbone_only_after_the_first_epochs(pictures) -> None:
    training = begun("head-first", pictures)
    before = state_of(training.net[:-1])
    has_moved = [
        moved(training.net[:-1], before)
        for report in fit(training.config, training)
        if isinstance(report, Epoch)
    ]
    assert has_moved == [False] * HEAD_EPOCHS + [True]


def test_the_features_are_those_that_the_backbone_gives_each_picture(pictures) -> None:
    training = begun("frozen", pictures)
    list(training.begin_epoch())
    training.net.eval()
    with torch.no_grad():
        expected = training.net[:-1](training.prepared.scale(training.images))
    torch.testing.assert_close(training.features[0], expected)
    assert len(training.features[1]) == 20


def test_they_are_computed_once_and_told_of_as_they_come(pictures) -> None:
    training = begun("frozen", pictures)
    first, *later = [list(training.begin_epoch()) for _epoch in range(3)]
    assert [(report.done, report.total) for report in first] == [(12, 32), (32, 32)]
    assert all(isinstance(report, Answered) for report in first)
    assert later == [[], []]


def test_a_head_on_kept_features_learns_as_it_would_behind_its_backbone(pictures) -> None:
    training = begun("frozen", pictures, epochs=1)
    reported = losses(fit(training.config, training))
    net = tuning.build(training.config, SHAPE, 3)
    torch.manual_seed(SMALL.seed)
    net = tuning.build(training.config, SHAPE, 3).eval().requires_grad_(False)
    net[-1].requires_grad_(True)
    optimizer = torch.optim.SGD(net[-1].parameters(), lr=SMALL.lr, momentum=0.9, nesterov=True)
    shuffle = torch.Generator().manual_seed(1)
    expected = []
    for batch in torch.randperm(12, generator=shuffle).split(5):
        logits = net(training.prepared.scale(training.images[batch]))
        loss = nn.functional.cross_entropy(logits, training.labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        expected.append(loss.item())
    assert reported == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("way", ["scratch", *TUNED])
def test_a_run_stopped_after_any_report_goes_on_exactly_as_if_it_had_not_been(way, pictures) -> None:
    config = replace(SMALL, tuning=way)
    undisturbed = list(fit(config, Training(config, pictures)))
    curve = losses(undisturbed)
    for stop in range(1, len(undisturbed), 5):
        stopped = Training(config, pictures)
        early = fit(config, stopped)
        before = losses(next(early) for _ in range(stop))
        file = io.BytesIO()
        torch.save(stopped.state_dict(), file)
        file.seek(0)
        resumed = Training(config, pictures)
        resumed.load_state_dict(torch.load(file, weights_only=True))
        assert before + losses(fit(config, resumed)) == curve


def test_a_checkpoint_of_a_frozen_backbone_holds_the_head_alone(pictures) -> None:
    frozen, whole = (begun(way, pictures).state_dict()["net"] for way in ("frozen", "whole"))
    assert set(frozen) == {"weight", "bias"}
    assert len(whole) > 50


# The pictures


def test_as_many_of_each_class_are_taken_as_asked_and_another_seed_takes_others(pictures) -> None:
    first, again, other = (loop.chosen(replace(SMALL, seed=seed), pictures) for seed in (0, 0, 1))
    assert torch.bincount(first.labels).tolist() == [4, 4, 4]
    assert torch.equal(first.images, again.images)
    assert not torch.equal(first.images, other.images)


def test_a_class_with_too_few_pictures_is_named(pictures) -> None:
    least = int(torch.bincount(pictures.train.labels).min())
    with pytest.raises(LessonError, match=rf"60 training pictures of each class .* has {least}\.|has \d+\."):
        loop.chosen(replace(SMALL, per_class=60), pictures)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 64, 64), (3, 20, 40)])
def test_pictures_of_any_shape_are_made_as_the_backbone_wants_them(shape, noise) -> None:
    training = Training(replace(SMALL, tuning="scratch"), noise(40, 8, shape))
    assert training.images.shape[1:] == training.test.images.shape[1:] == SHAPE
    assert training.images.dtype == torch.uint8


def test_without_tuning_pictures_stay_as_they_are(noise) -> None:
    training = Training(Config(net="resnet", device="cpu"), noise(40, 8, (3, 20, 40)))
    assert training.images.shape[1:] == (3, 20, 40)


def test_of_a_large_test_some_pictures_are_used_spread_evenly(pictures, monkeypatch) -> None:
    monkeypatch.setattr(tuning, "TESTED", 4)
    some = tuning.tested(SMALL, pictures.test)
    assert torch.equal(some.images, pictures.test.images[[0, 5, 10, 15]])
    assert tuning.tested(Config(), pictures.test) is pictures.test


def test_more_pictures_than_fit_in_memory_are_refused_with_their_size(monkeypatch) -> None:
    split = Split(torch.zeros(9, 3, 8, 8, dtype=torch.uint8), torch.zeros(9, dtype=torch.long))
    prepared = tuning.wanted("resnet18")
    monkeypatch.setattr(limits, "FOLDER_TENSOR_BYTES", limits.MEGABYTE)
    with pytest.raises(LessonError, match="9 pictures of 224 x 224 would take 1 MB of memory; up to 1 MB"):
        prepared.fit(split)


# What cannot be


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"tuning": "frozen", "net": "cnn"}, "no pretrained weights for cnn"),
        ({"tuning": "", "net": "resnet18"}, "resnet18 is given pictures as its weights want them"),
        ({"tuning": "frozen", "flip": True}, "features of each picture are computed once"),
        ({"tuning": "head-first", "shift": 2}, "features of each picture are computed once"),
        ({"train_size": 100}, "train_size and per_class both say"),
        ({"tuning": "thawed"}, "thawed"),
    ],
)
def test_settings_that_cannot_be_together_are_told_apart(settings, words) -> None:
    with pytest.raises(LessonError, match=words):
        replace(SMALL, **settings)


def test_a_whole_net_too_large_to_be_resumed_is_refused_but_its_head_may_learn(noise) -> None:
    config = replace(SMALL, net="alexnet", tuning="whole")
    with torch.device("meta"), pytest.raises(LessonError, match=r"alexnet has 57\d+ parameters"):
        possible.require_resumable(config, (3, 224, 224), 10)
    possible.require_resumable(replace(config, tuning="frozen"), (3, 224, 224), 10)


# The nets of torchvision


@pytest.mark.parametrize("name", PUBLISHED_NETS)
def test_a_published_net_is_a_backbone_and_a_head_that_fit_each_other(name) -> None:
    side = tuning.wanted(name).crop[0]
    with torch.device("meta"):
        net = nets.build(name, (3, side, side), 7).eval()
        assert net(torch.zeros(2, 3, side, side)).shape == (2, 7)
        assert net[-1](net[:-1](torch.zeros(2, 3, side, side))).shape == (2, 7)


@pytest.mark.parametrize(
    ("name", "of_head", "of_all"),
    [
        ("alexnet", 40_970, 57_044_810),
        ("resnet18", 5_130, 11_181_642),
        ("resnet50", 20_490, 23_528_522),
        ("efficientnet_b0", 12_810, 4_020_358),
    ],
)
def test_with_ten_classes_as_many_parameters_learn_as_the_course_counts(name, of_head, of_all) -> None:
    with torch.device("meta"):
        net = nets.build(name, (3, 224, 224), 10)
    assert (nets.parameters(net[-1]), nets.parameters(net)) == (of_head, of_all)


@pytest.fixture
def squeezenet(monkeypatch) -> nn.Module:
    """Stands for one whose weights are here."""
    torch.manual_seed(3)
    net = nets.models.get_model("squeezenet1_1").eval()
    monkeypatch.setattr(weights, "imagenet", lambda name: net)
    return net


def test_a_published_net_is_tuned_from_its_weights_on_pictures_of_its_size(squeezenet, noise) -> None:
    before = state_of(squeezenet.features)
    config = replace(SMALL, net="squeezenet1_1", per_class=1, epochs=1)
    training = Training(config, noise(20, 2, SHAPE))
    epoch = [report for report in fit(config, training) if isinstance(report, Epoch)][-1]
    assert training.images.shape[1:] == (3, 224, 224)
    assert epoch.logits.shape == (2, 3)
    assert not moved(training.net.backbone.features, before)


def test_its_preparation_is_that_of_its_weights() -> None:
    from PIL import Image

    picture = Image.effect_noise((300, 260), 80).convert("RGB")
    theirs = weights.transforms("resnet18")(picture)
    torch.testing.assert_close(tuning.wanted("resnet18").prepare(picture), theirs)


# Ready to be used


def test_a_trained_net_answers_as_in_its_last_test(tiny_run) -> None:
    run, reports = tiny_run
    used = trained.of_run(run)
    last = [report for report in reports if isinstance(report, Epoch)][-1]
    test = Training(run.config()).test
    ours = used.probabilities(used.preparation.scale(test.images))
    torch.testing.assert_close(ours, last.logits.softmax(dim=1), atol=1e-6, rtol=0)


@pytest.fixture(params=["", "frozen", "whole"])
def tiny_run(request, home, tiny_data):
    """A run that is done, and what it reported."""
    import shutil

    from lessons.engine.training import runs, work

    shutil.copytree(tiny_data, home / "data")
    config = Config(data="folder:tiny", net="resnet", tuning=request.param, epochs=1, device="cpu")
    run = runs.create(home / "runs", config)
    reports: list = []
    work.carry_out(run, watch=reports.append)
    assert run.state().status == "done", run.state().reason
    return run, reports


def test_the_backbone_knows_its_own_kinds() -> None:
    from lessons.engine.pictures import doodles, others

    images, labels = map(torch.from_numpy, doodles.draw(200, "test", kinds=others.KINDS))
    used = trained.of_backbone()
    answers = used.probabilities(used.preparation.scale(images)).argmax(dim=1)
    assert (answers == labels).float().mean() > 0.9
