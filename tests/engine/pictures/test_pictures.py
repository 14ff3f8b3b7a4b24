"""What is true of every set of pictures, wherever it came from."""

import hashlib
from dataclasses import replace

import pytest
import torch

from lessons.engine.pictures.pictures import Pictures, Split


@pytest.fixture
def dots() -> Pictures:
    images = torch.randint(256, (6, 3, 2, 4), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor([0, 1, 0, 1, 0, 1])
    return Pictures("dots", ("small", "large"), Split(images[:4], labels[:4]), Split(images[4:], labels[4:]))


def altered(split: Split) -> list[Split]:
    pixel, label = split.images.clone(), split.labels.clone()
    pixel[-1, -1, -1, -1] ^= 1
    label[-1] ^= 1
    return [
        Split(pixel, split.labels),
        Split(split.images, label),
        Split(split.images.flip(0), split.labels),
        Split(split.images.transpose(2, 3), split.labels),
        Split(split.images[1:], split.labels[1:]),
    ]


def test_the_mark_tells_sets_apart_by_what_is_in_them(dots):
    others = [
        replace(dots, classes=("small", "huge")),
        replace(dots, classes=("large", "small")),
        replace(dots, train=dots.test, test=dots.train),
        *(replace(dots, train=each) for each in altered(dots.train)),
        *(replace(dots, test=each) for each in altered(dots.test)),
    ]

    assert len({each.mark for each in [dots, *others]}) == 1 + len(others)


def test_the_mark_depends_on_neither_the_name_nor_the_layout_in_memory(dots):
    laid_otherwise = Split(dots.train.images.contiguous(memory_format=torch.channels_last), dots.train.labels)

    assert replace(dots, name="points", train=laid_otherwise).mark == dots.mark


def test_the_mark_is_computed_once(dots, monkeypatch):
    first = dots.mark
    monkeypatch.delattr(hashlib, "sha256")

    assert dots.mark == first


def test_an_empty_split_has_a_mark(dots):
    assert len(replace(dots, test=Split(dots.test.images[:0], dots.test.labels[:0])).mark) == 64
