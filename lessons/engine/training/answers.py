"""What a net gets right and wrong on the test pictures, and what its first filters look like.

probabilities: (pictures, classes); labels: (pictures,), the true classes.
"""

import numpy as np

from lessons.core import style


def confusion(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(classes, classes): how many pictures of the row's class were taken for the column's."""
    classes = probabilities.shape[1]
    pairs = labels * classes + probabilities.argmax(axis=1)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def taken_for(probabilities: np.ndarray, labels: np.ndarray, true: int, predicted: int) -> np.ndarray:
    """Which pictures of class true were taken for class predicted, the surest first."""
    (found,) = np.nonzero((labels == true) & (probabilities.argmax(axis=1) == predicted))
    return found[np.argsort(-probabilities[found, predicted], kind="stable")]


def worst_mistakes(probabilities: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """The wrong answers that cost the highest loss: the least probability for the true class, first."""
    (wrong,) = np.nonzero(probabilities.argmax(axis=1) != labels)
    return wrong[np.argsort(probabilities[wrong, labels[wrong]], kind="stable")][:count]


def got_by_one(one: np.ndarray, other: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Which pictures the first answers get right and the other do not, the surest first."""
    (found,) = np.nonzero((one.argmax(axis=1) == labels) & (other.argmax(axis=1) != labels))
    return found[np.argsort(-one[found, labels[found]], kind="stable")]


def largest_class(probabilities: np.ndarray) -> float:
    """The share of pictures that are taken for the class that is named most."""
    return float(np.bincount(probabilities.argmax(axis=1)).max() / len(probabilities))


def alike(probabilities: np.ndarray) -> float:
    """The share of pictures that get the same answer in every number, within half a percent."""
    numbers = probabilities.astype(np.float32)
    usual = np.median(numbers, axis=0)
    return float(np.isclose(numbers, usual, rtol=0.005, atol=1e-6).all(axis=1).mean())


def loss_of_mean_answer(probabilities: np.ndarray) -> float:
    """What it costs to give every picture the mean of all answers, if the classes are as common as that says.

    This is its entropy: ln(classes) where all are equally common.
    """
    mean = probabilities.astype(np.float64).mean(axis=0)
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
