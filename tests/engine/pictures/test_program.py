"""The cells that bring a built-in set into memory, run without this package."""

import pytest
import torch

from lessons.engine.pictures import program, sources


@pytest.mark.parametrize("key", sources.DOODLES)
def test_the_cells_draw_the_very_pictures_of_the_set(key, monkeypatch):
    monkeypatch.setitem(sources.DOODLES, key, ("Doodles", 30, 20))
    pictures = sources.load(key)
    text = "\n".join(program.cells(sources.source(key)).values())
    names = {"__name__": "cell"}

    exec(text, names)

    assert "lessons" not in text
    for split, expected in (("train", pictures.train), ("test", pictures.test)):
        assert torch.equal(names[f"{split}_images"], expected.images)
        assert torch.equal(names[f"{split}_labels"], expected.labels)
