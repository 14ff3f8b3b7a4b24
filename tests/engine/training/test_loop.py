"""The loop does what the textbook loop does, can stop after any step, and says when it cannot go on."""

import io
import math
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from lessons.core import limits
from lessons.core.messages import LessonError
from lessons.engine.training import loop, nets
from lessons.engine.training.choices import NETS, OPTIMIZERS
from lessons.engine.training.config import Config
from lessons.engine.training.loop import Diverged, Training, fit
from lessons.engine.training.preparing import scale
from lessons.engine.training.reports import Answered, Epoch, Step

SMALL = Config(net="cnn", batch_size=16, epochs=2, device="cpu")


def losses(reports) -> list[float]:
    return [report.loss for report in reports if isinstance(report, Step)]


def through_a_file(state):
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


def kept(reports) -> list[Step | Epoch]:
    """Without those that only tell how far a test has come."""
    return [report for report in reports if not isinstance(report, Answered)]


def test_it_reports_every_step_and_every_epoch(noise) -> None:
    reports = list(fit(SMALL, Training(SMALL, noise(60))))
    assert [type(report) for report in reports] == [Step, Step, Step, Step, Answered, Epoch] * 2
    assert [report.step for report in kept(reports)] == [1, 2, 3, 4, 4, 5, 6, 7, 8, 8]
    assert [report.epoch for report in reports] == [1] * 6 + [2] * 6


def test_a_long_test_reports_every_250_pictures(noise) -> None:
    config = replace(SMALL, epochs=1)
    tested = [
        report for report in fit(config, Training(config, noise(16, 510))) if isinstance(report, Answered)
    ]
    assert [(report.done, report.total) for report in tested] == [(250, 510), (500, 510), (510, 510)]


def test_its_losses_are_those_of_the_textbook_loop(noise) -> None:
    pictures = noise(60)
    torch.manual_seed(SMALL.seed)
    net = nets.build("cnn", pictures.shape, 3)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    expected = []
    for epoch in (1, 2):
        shuffle = torch.Generator().manual_seed(SMALL.seed * 1000 + epoch)
        for batch in torch.randperm(60, generator=shuffle).split(16):
            images = (pictures.train.images[batch].float() / 255 - 0.5) / 0.5
            loss = F.cross_entropy(net(images), pictures.train.labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            expected.append(loss.item())
    assert losses(fit(SMALL, Training(SMALL, pictures))) == pytest.approx(expected, rel=1e-4)


def test_an_epochs_averages_are_over_its_pictures(noise) -> None:
    config = replace(SMALL, epochs=1)
    *steps, epoch = kept(fit(config, Training(config, noise(60))))
    sizes = [16, 16, 16, 12]
    mean = sum(step.loss * size for step, size in zip(steps, sizes, strict=True)) / 60
    assert epoch.train_loss == pytest.approx(mean)
    assert 0 <= epoch.train_accuracy <= 1
    assert epoch.seconds > 0


def test_an_epoch_brings_what_the_page_shows(noise) -> None:
    training = Training(SMALL, noise(60, 20))
    epoch = next(report for report in fit(SMALL, training) if isinstance(report, Epoch))
    assert epoch.logits.shape == (20, 3)
    assert epoch.logits.dtype == torch.float32
    assert epoch.filters.shape == (32, 3, 5, 5)
    right = epoch.logits.argmax(dim=1) == training.pictures.test.labels
    assert epoch.test_accuracy == right.sum().item() / 20


def test_reported_filters_stay_as_they_were_when_the_net_learns_on(noise) -> None:
    first, second = (r for r in fit(SMALL, Training(SMALL, noise())) if isinstance(r, Epoch))
    assert not torch.equal(first.filters, second.filters)


def test_a_net_without_convolution_has_no_filters(noise) -> None:
    config = replace(SMALL, net="mlp")
    assert [r.filters for r in fit(config, Training(config, noise())) if isinstance(r, Epoch)] == [None, None]


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_net_learns_its_pictures_with_every_optimizer(net, optimizer, noise) -> None:
    lr = 0.05 if optimizer == "sgd" else 0.001
    config = Config(net=net, optimizer=optimizer, lr=lr, batch_size=10, epochs=4, device="cpu")
    curve = losses(fit(config, Training(config, noise(30))))
    assert sum(curve[-3:]) < sum(curve[:3])


def test_the_same_seed_gives_the_same_curve_and_another_seed_another(noise) -> None:
    config = replace(SMALL, flip=True, shift=2)
    first, again = (losses(fit(config, Training(config, noise()))) for _ in range(2))
    other = replace(config, seed=1)
    assert first == again
    assert first != losses(fit(other, Training(other, noise())))


@pytest.mark.parametrize(
    ("net", "optimizer"), [("resnet", "sgd"), *(("lenet", optimizer) for optimizer in OPTIMIZERS)]
)
def test_a_run_stopped_after_any_report_goes_on_exactly_as_if_it_had_not_been(net, optimizer, noise) -> None:
    config = replace(SMALL, net=net, optimizer=optimizer, lr=0.001, flip=True, shift=2)
    pictures = noise(40)
    undisturbed = Training(config, pictures)
    reports = list(fit(config, undisturbed))
    for stop in range(1, len(reports)):
        stopped = Training(config, pictures)
        early = fit(config, stopped)
        before = [next(early) for _ in range(stop)]
        resumed = Training(config, pictures)
        resumed.load_state_dict(through_a_file(stopped.state_dict()))
        after = list(fit(config, resumed))
        assert [type(r) for r in kept(before + after)] == [type(r) for r in kept(reports)]
        assert losses(before + after) == losses(reports)
        assert after[-1].test_loss == reports[-1].test_loss
        assert after[-1].train_accuracy == reports[-1].train_accuracy
        for name, value in resumed.net.state_dict().items():
            assert torch.equal(value, undisturbed.net.state_dict()[name])


def test_a_finished_run_can_go_on_for_one_more_epoch(noise) -> None:
    training = Training(SMALL, noise())
    list(fit(SMALL, training))
    longer = replace(SMALL, epochs=3)
    resumed = Training(longer, noise())
    resumed.load_state_dict(through_a_file(training.state_dict()))
    assert losses(fit(longer, resumed)) == losses(fit(longer, Training(longer, noise())))[-4:]


def test_the_rate_can_be_changed_while_it_runs(noise) -> None:
    training = Training(SMALL, noise())
    reports = fit(SMALL, training)
    seen = [next(reports)]
    training.change_lr(0.5)
    seen.extend(reports)
    assert [r.lr for r in seen if isinstance(r, Step)] == [0.01] + [0.5] * 7
    assert losses(seen)[:2] == losses(fit(SMALL, Training(SMALL, noise())))[:2]
    assert losses(seen)[2:] != losses(fit(SMALL, Training(SMALL, noise())))[2:]


def test_a_rate_that_is_too_high_ends_the_run_in_words(noise) -> None:
    config = replace(SMALL, net="mlp", lr=10.0, epochs=5)
    with pytest.raises(Diverged, match=r"at step \d+: with a learning rate of 10 .* ten times smaller: 1\."):
        list(fit(config, Training(config, noise())))


@pytest.mark.parametrize(("lr", "advised"), [(0.7, 0.07), (10.0, 1.0), (3e-5, 3e-6)])
def test_the_advised_rate_is_the_one_that_is_told(lr, advised) -> None:
    diverged = Diverged(step=3, lr=lr)
    assert diverged.advised_lr == advised
    assert str(diverged).endswith(f"ten times smaller: {advised:g}.")


def test_weights_that_are_not_finite_never_become_a_checkpoint(noise) -> None:
    training = Training(SMALL, noise())
    with torch.no_grad():
        next(training.net.parameters())[0, 0, 0, 0] = math.inf
    with pytest.raises(Diverged):
        training.state_dict()


def test_a_test_loss_that_is_not_finite_ends_the_run_before_the_epoch_is_reported(noise, monkeypatch) -> None:
    bad = loop.Evaluation(loss=math.nan, accuracy=0.1, logits=torch.zeros(20, 3))
    monkeypatch.setattr(loop, "grade", lambda *arguments: bad)
    seen = []
    with pytest.raises(Diverged):
        seen.extend(fit(SMALL, Training(SMALL, noise(60))))
    assert not any(isinstance(report, Epoch) for report in seen)


def test_a_checkpoint_of_another_net_is_refused_in_words(noise) -> None:
    other = Training(replace(SMALL, net="lenet"), noise())
    with pytest.raises(LessonError, match="does not fit the run"):
        Training(SMALL, noise()).load_state_dict(other.state_dict())


def test_a_checkpoint_of_other_data_is_refused_in_words(noise) -> None:
    training = Training(SMALL, noise(200))
    list(fit(SMALL, training))
    with pytest.raises(LessonError, match="step 26 is not in epoch 3"):
        Training(SMALL, noise(60)).load_state_dict(training.state_dict())


@pytest.mark.parametrize("missing", ["net", "optimizer", "generator", "step", "losses"])
def test_an_incomplete_checkpoint_is_refused_in_words(noise, missing) -> None:
    state = Training(SMALL, noise()).state_dict()
    del state[missing]
    with pytest.raises(LessonError, match="or not complete"):
        Training(SMALL, noise()).load_state_dict(state)


def test_more_pictures_than_there_are_is_refused_in_words(noise) -> None:
    with pytest.raises(LessonError, match="61 training pictures are asked for, and there are 60"):
        Training(replace(SMALL, train_size=61), noise(60))


def test_a_subset_is_spread_over_the_whole_set(noise) -> None:
    whole = noise(10).train
    assert torch.equal(loop.subset(whole, 4).images, whole.images[[0, 2, 5, 7]])
    assert torch.equal(loop.subset(whole, 4).labels, whole.labels[[0, 2, 5, 7]])
    assert loop.subset(whole, None) is whole


def test_a_net_that_could_not_be_resumed_is_refused_before_it_is_built(noise) -> None:
    config = replace(SMALL, net="mlp", optimizer="adam")
    with pytest.raises(
        LessonError, match=r"mlp has 100\d+ parameters, and with adam its checkpoint has 1\d+ MB"
    ):
        Training(config, noise(2, 1, shape=(3, 256, 256)))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_checkpoint_is_as_large_as_was_counted(noise, optimizer, monkeypatch) -> None:
    config = replace(SMALL, net="mlp", optimizer=optimizer)
    training = Training(config, noise())
    next(fit(config, training))
    file = io.BytesIO()
    torch.save(training.state_dict(), file)
    monkeypatch.setattr(limits, "CHECKPOINT_BYTES", file.tell())
    Training(config, noise())
    monkeypatch.setattr(limits, "CHECKPOINT_BYTES", int(file.tell() * 0.9))
    with pytest.raises(LessonError, match="are allowed"):
        Training(config, noise())


def test_a_device_that_is_not_there_is_refused_in_words(noise, monkeypatch) -> None:
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda check_available: None)
    with pytest.raises(LessonError, match="no cuda device that torch can use; it has: cpu"):
        Training(replace(SMALL, device="cuda"), noise())
    assert loop.pick_device("auto") == torch.device("cpu")


def test_auto_takes_the_accelerator_where_there_is_one(monkeypatch) -> None:
    found = torch.device("mps")
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda check_available: found)
    assert loop.pick_device("auto") == loop.pick_device("mps") == found
    assert loop.pick_device("cpu") == torch.device("cpu")


def test_bf16_follows_the_curve_of_float32(noise) -> None:
    config = replace(SMALL, bf16=True)
    exact = losses(fit(SMALL, Training(SMALL, noise())))
    rounded = losses(fit(config, Training(config, noise())))
    assert rounded != exact
    assert rounded == pytest.approx(exact, abs=0.05)


def test_pictures_are_scaled_to_minus_one_to_one() -> None:
    scaled = scale(torch.tensor([0, 51, 255], dtype=torch.uint8).reshape(1, 3, 1, 1))
    assert scaled.flatten().tolist() == pytest.approx([-1, -0.6, 1])


def test_a_flip_mirrors_some_pictures_and_leaves_the_others() -> None:
    images = torch.arange(3 * 4 * 5, dtype=torch.uint8).reshape(1, 3, 4, 5).repeat(64, 1, 1, 1)
    flipped = loop.flip(images, torch.Generator().manual_seed(0))
    mirrored = [torch.equal(picture, images[0].flip(2)) for picture in flipped]
    untouched = [torch.equal(picture, images[0]) for picture in flipped]
    assert sum(mirrored) + sum(untouched) == 64
    assert 20 < sum(mirrored) < 44


def test_a_shift_moves_each_picture_its_own_way_and_fills_with_black() -> None:
    images = torch.zeros(200, 3, 9, 9, dtype=torch.uint8)
    images[:, :, 4, 4] = torch.tensor([1, 2, 3], dtype=torch.uint8)
    shifted = loop.shift(images, 2, torch.Generator().manual_seed(0))
    assert shifted.shape == images.shape
    assert {
        tuple(picture[:, row, column].tolist()) for picture in shifted for row, column in picture[0].nonzero()
    } == {(1, 2, 3)}
    places = shifted[:, 0].nonzero()[:, 1:]
    assert {tuple(place) for place in places.tolist()} == {(r, c) for r in range(2, 7) for c in range(2, 7)}


def test_testing_leaves_a_batchnorm_net_as_it_was(noise) -> None:
    training = Training(replace(SMALL, net="resnet"), noise())
    before = {name: value.clone() for name, value in training.net.state_dict().items()}
    list(loop.answers(training.net, training.pictures.test.images, scale))
    assert all(torch.equal(value, before[name]) for name, value in training.net.state_dict().items())


def test_the_net_is_in_training_mode_whenever_it_learns(noise) -> None:
    config = replace(SMALL, net="resnet")
    training = Training(config, noise())
    assert all(training.net.training for report in fit(config, training) if isinstance(report, Step))
