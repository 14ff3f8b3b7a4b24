"""The built-in pictures: the same every time, fair to every kind, and not to be told apart by color alone."""

import numpy as np
import pytest

from lessons.engine.pictures import doodles, others
from lessons.engine.pictures.doodles import CHUNK, CLASSES, KINDS, draw

EVERY_KIND = KINDS | others.KINDS


@pytest.fixture(scope="module")
def train() -> tuple[np.ndarray, np.ndarray]:
    return draw(1500)


@pytest.fixture(scope="module")
def test() -> tuple[np.ndarray, np.ndarray]:
    return draw(500, "test")


def test_pictures_are_bytes_of_three_channels_with_a_label_each(train):
    images, labels = train
    assert images.shape == (1500, 3, 32, 32)
    assert images.dtype == np.uint8
    assert labels.shape == (1500,)
    assert labels.dtype == np.int64
    assert set(labels) == set(range(len(CLASSES)))


def test_the_same_arguments_give_the_same_pictures(test):
    images, labels = draw(500, "test")
    assert np.array_equal(images, test[0])
    assert np.array_equal(labels, test[1])


@pytest.mark.parametrize("count", [0, 1, 7, CHUNK - 1, CHUNK, CHUNK + 1, 1000])
def test_fewer_pictures_are_the_beginning_of_more(count, train):
    images, labels = draw(count)
    assert images.shape == (count, 3, 32, 32)
    assert np.array_equal(images, train[0][:count])
    assert np.array_equal(labels, train[1][:count])


@pytest.mark.parametrize("count", [1, 9, 10, 23, CHUNK + 5, 1500])
def test_every_beginning_has_as_many_of_one_kind_as_of_another_give_or_take_one(count, train):
    each = np.bincount(train[1][:count], minlength=len(CLASSES))
    assert each.max() - each.min() <= (count % len(CLASSES) > 0)


def test_the_order_of_the_kinds_is_shuffled(train):
    rounds = train[1].reshape(-1, len(CLASSES))
    assert len(np.unique(rounds, axis=0)) > len(rounds) / 2


def test_train_and_test_share_no_picture(train, test):
    seen = {image.tobytes() for image in train[0]}
    assert not any(image.tobytes() in seen for image in test[0])


def test_train_and_test_share_no_variant(monkeypatch):
    sheets = []
    sketch_all = doodles.sketch_all

    def kept(kinds, rng):
        sheets.append(sketch_all(kinds, rng))
        return sheets[-1]

    monkeypatch.setattr(doodles, "sketch_all", kept)
    draw(1)
    draw(1, "test")
    train, test = ({variant.tobytes() for variant in sheet} for sheet in sheets)
    assert len(train) == len(test) == len(CLASSES) * doodles.VARIANTS
    assert not train & test


def test_another_seed_gives_other_pictures(test):
    images, _ = draw(500, "test", seed=1)
    assert not (images == test[0]).all(axis=(1, 2, 3)).any()


@pytest.mark.parametrize("kind", range(len(CLASSES)), ids=CLASSES)
def test_pictures_of_one_kind_vary(kind, train):
    images = train[0][train[1] == kind]
    assert len(np.unique(images, axis=0)) == len(images)
    assert images.std(axis=0).min() > 30, "every spot differs from picture to picture"


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_variant_stays_on_its_paper_and_uses_several_inks(kind):
    variants = doodles.sketch_all({kind: EVERY_KIND[kind]}, np.random.default_rng(0)) / 255
    used = variants.sum(axis=(1, 2))
    assert ((used > 20).sum(axis=1) >= 2).all(), "a shape of one ink is a blot"
    coverage = variants.sum(axis=-1)
    assert coverage.max() <= 1.02, "inks cover each other, they never add up"
    assert 0.1 < coverage.mean() < 0.6
    edge = np.ones(coverage.shape[1:], bool)
    edge[1:-1, 1:-1] = False
    assert coverage[:, edge].max() == 0, "ink on the edge would smear outwards when the drawing shrinks"


def test_average_pictures_tell_kinds_apart_a_little_but_not_well(train, test):
    (images, labels), (unseen, truth) = train, test
    averages = np.stack([images[labels == kind].mean(axis=0).ravel() for kind in range(len(CLASSES))])
    points = unseen.reshape(len(unseen), 1, -1).astype(np.float32)
    guesses = np.array([np.square(point - averages).sum(axis=1).argmin() for point in points])
    assert 0.15 < (guesses == truth).mean() < 0.5


def test_twenty_other_kinds_come_from_the_same_renderer():
    images, labels = draw(CHUNK + 10, kinds=others.KINDS)
    assert images.shape == (CHUNK + 10, 3, 32, 32)
    assert set(labels) == set(range(20))
    assert len(EVERY_KIND) == 30, "none is among the ten"
    assert not {kind.sketch for kind in KINDS.values()} & {kind.sketch for kind in others.KINDS.values()}


def test_an_unknown_split_is_refused_in_words():
    with pytest.raises(ValueError, match=r"'valid'.*train, test"):
        draw(10, "valid")


def test_a_negative_count_is_refused_in_words():
    with pytest.raises(ValueError, match="-1 pictures"):
        draw(-1)


def test_the_module_needs_nothing_of_ours_so_that_its_source_can_stand_alone():
    source = doodles.__loader__.get_source(doodles.__name__)
    alone = {"__name__": "cell"}
    exec(source, alone)
    assert np.array_equal(alone["draw"](5)[0], draw(5)[0])
    assert "lessons" not in source
