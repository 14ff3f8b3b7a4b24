"""What a net gets right and wrong on the test pictures, and what its first filters look like.

logits: (pictures, classes), float32 as the net gave them: with fewer digits, or as probabilities, two answers
may look equal that are not. labels: (pictures,), the true classes.
"""

import numpy as np

from lessons.core import style


def log_probabilities(logits: np.ndarray) -> np.ndarray:
    """log_softmax, float64: minus the loss of each class, if it were the true one."""
    below = logits - logits.max(axis=1, keepdims=True).astype(np.float64)
    return np.asarray(below - np.log(np.exp(below).sum(axis=1, keepdims=True)))


def probabilities(logits: np.ndarray) -> np.ndarray:
    """softmax, float64."""
    return np.asarray(np.exp(log_probabilities(logits)))


def confusion(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(classes, classes): how many pictures of the row's class were taken for the column's."""
    classes = logits.shape[1]
    pairs = labels * classes + logits.argmax(axis=1)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def taken_for(logits: np.ndarray, labels: np.ndarray, true: int, predicted: int) -> np.ndarray:
    """Which pictures of class true were taken for class predicted, the surest first."""
    (found,) = np.nonzero((labels == true) & (logits.argmax(axis=1) == predicted))
    return found[np.argsort(-log_probabilities(logits)[found, predicted], kind="stable")]


def worst_mistakes(logits: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """The wrong answers that cost the highest loss: the least probability for the true class, first."""
    (wrong,) = np.nonzero(logits.argmax(axis=1) != labels)
    return wrong[np.argsort(log_probabilities(logits)[wrong, labels[wrong]], kind="stable")][:count]


def got_by_one(one: np.ndarray, other: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Which pictures the first answers get right and the other do not, the surest first."""
    (found,) = np.nonzero((one.argmax(axis=1) == labels) & (other.argmax(axis=1) != labels))
    return found[np.argsort(-log_probabilities(one)[found, labels[found]], kind="stable")]


def largest_class(logits: np.ndarray) -> float:
    """The share of pictures that are taken for the class that is named most."""
    return float(np.bincount(logits.argmax(axis=1)).max() / len(logits))


def alike(logits: np.ndarray) -> float:
    """The share of pictures that get the same answer in every number, within half a percent."""
    numbers = probabilities(logits)
    usual = np.median(numbers, axis=0)
    return float(np.isclose(numbers, usual, rtol=0.005, atol=1e-6).all(axis=1).mean())


def loss_of_mean_answer(logits: np.ndarray) -> float:
    """What it costs to give every picture the mean of all answers, if the classes are as common as that says.

    This is its entropy: ln(classes) where all are equally common.
    """
    mean = probabilities(logits).mean(axis=0)
    return float(-(mean * np.log(mean, where=mean > 0, out=np.zeros_like(mean))).sum())


def filters_sheet(filters: np.ndarray, zoom: int = 8, columns: int = 16) -> np.ndarray:
    """First-layer filters (out, in, height, width) side by side, uint8 (rows, columns, 3).

    Grey is zero. Filters for colour pictures are shown in their colours, others in blue (positive) and
    orange (negative) on white, all on one scale.
    """
    scaled = filters / max(float(np.abs(filters).max()), 1e-12)
    tiles = [_filter_tile(each) for each in scaled]
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % columns)
    framed = [
        np.pad(tile.repeat(zoom, 0).repeat(zoom, 1), ((2, 2), (2, 2), (0, 0)), constant_values=255)
        for tile in tiles
    ]
    return np.vstack([np.hstack(framed[start : start + columns]) for start in range(0, len(framed), columns)])


def _filter_tile(weights: np.ndarray) -> np.ndarray:
    """(in, height, width) in -1..1 to uint8 (height, width, 3)."""
    if len(weights) == 3:
        return np.asarray((weights.transpose(1, 2, 0) + 1) * 127.5, np.uint8)
    return style.paint(weights.mean(axis=0))
