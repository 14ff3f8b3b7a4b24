"""What a net gets right and wrong, and its first filters as a picture."""

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.engine.training import answers


@settings(deadline=None)  # machines differ
@given(st.integers(2, 6), st.integers(0, 30), st.randoms(use_true_random=False))
def test_the_confusion_matrix_counts_every_picture_once_in_its_row(classes, pictures, chance) -> None:
    labels = np.array([chance.randrange(classes) for _ in range(pictures)], dtype=np.int64)
    rows = [[chance.uniform(-9, 9) for _ in range(classes)] for _ in range(pictures)]
    logits = np.array(rows, np.float32).reshape(-1, classes)
    counts = answers.confusion(logits, labels)
    assert counts.sum(axis=1).tolist() == np.bincount(labels, minlength=classes).tolist()
    expected = torch.zeros(classes, classes, dtype=torch.int64)
    for true, row in zip(labels, logits, strict=True):
        expected[true, int(row.argmax())] += 1
    assert counts.tolist() == expected.tolist()
    for true in range(classes):
        for predicted in range(classes):
            found = answers.taken_for(logits, labels, true, predicted)
            assert len(found) == counts[true, predicted]
            sure = torch.tensor(logits).double().softmax(dim=1)[found, predicted].tolist()
            assert sure == sorted(sure, reverse=True)


def test_the_worst_mistake_is_the_one_with_the_highest_loss() -> None:
    logits = np.log([[0.4, 0.6], [0.1, 0.9], [0.8, 0.2], [0.3, 0.7]])
    labels = np.array([0, 0, 0, 1])
    assert answers.worst_mistakes(logits, labels, 5).tolist() == [1, 0]
    assert answers.worst_mistakes(logits, labels, 1).tolist() == [1]


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1e-3, 1.0, 30.0, 1e4]))
def test_answers_are_counted_and_ordered_as_torch_takes_them_down_to_the_last_digit(seed, scale) -> None:
    """Half precision would make many of these equal, and so would probabilities of 0 and 1."""
    logits = scale * torch.randn(200, 5, generator=torch.Generator().manual_seed(seed))
    labels = torch.arange(200) % 5
    right = int((logits.argmax(dim=1) == labels).sum())
    assert np.trace(answers.confusion(logits.numpy(), labels.numpy())) == right
    found = answers.worst_mistakes(logits.numpy(), labels.numpy(), 200)
    assert len(found) == 200 - right
    losses = F.cross_entropy(logits.double(), labels, reduction="none")[found]
    assert (losses.diff() <= 1e-9 * scale).all()
    ours = torch.tensor(answers.probabilities(logits.numpy()))
    torch.testing.assert_close(ours, logits.double().softmax(dim=1))


def test_filters_lie_in_rows_and_zero_is_grey() -> None:
    sheet = answers.filters_sheet(np.zeros((20, 3, 5, 5), dtype=np.float32), zoom=2, columns=16)
    assert sheet.shape == (2 * 14, 16 * 14, 3)
    assert sheet[7, 7].tolist() == [127, 127, 127]


def test_the_strongest_weight_of_a_grey_filter_is_blue_or_orange() -> None:
    filters = np.zeros((2, 1, 1, 1), dtype=np.float32)
    filters[0], filters[1] = 0.5, -0.5
    sheet = answers.filters_sheet(filters, zoom=1, columns=2)
    assert sheet[2, 2].tolist() == [0x2F, 0x6F, 0xDE]
    assert sheet[2, 7].tolist() == [0xD4, 0x65, 0x0F]
