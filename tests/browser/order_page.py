"""A page of its own with the steps of an order, each with a picture; what was made of them stands below."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import streamlit as st
from PIL import Image

from pages.kit.look import dress
from pages.kit.order.order import Change, Tile, order

SIDE = 8


def picture(shift: int) -> bytes:
    """Stripes of eight by eight pixels, in colours that depend on the number."""
    down, across = np.mgrid[:SIDE, :SIDE]
    pixels = np.stack([30 * down, 30 * across, np.full_like(down, 60 * shift)], axis=-1)
    file = BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def points(mirrored: bool) -> tuple[tuple[float, float] | None, ...]:
    """Of four by four points; mirrored, those of the first column are outside."""
    places = [(x + 0.5, y + 0.5) for y in range(0, SIDE, 2) for x in range(0, SIDE, 2)]
    return tuple(None if mirrored and x < 1 else (SIDE - x if mirrored else x, y) for x, y in places)


def tile(key: int, title: str, mirrored: bool = False) -> Tile:
    return Tile(
        key,
        title,
        fixed=key == 1,
        picture=picture(key),
        size=(SIDE, SIDE),
        lines=(f"{SIDE} × {SIDE}", f"mean {key / 7:.3f}"),
        bars=tuple(tuple(((at * (channel + key)) % 16) / 15 for at in range(16)) for channel in range(3)),
        points=points(mirrored),
        values=tuple(f"{place / key:.3g}" for place in range(16)),
    )


def change(made: Change) -> None:
    tiles: list[Tile] = st.session_state.tiles
    at = next(at for at, each in enumerate(tiles) if each.key == made.key)
    st.session_state.changes.append(made.do)
    if made.do == "move":
        tiles.insert(made.to, tiles.pop(at))
    elif made.do == "switch":
        tiles[at] = replace(tiles[at], on=not tiles[at].on)
    elif made.do == "copy":
        tiles.insert(at + 1, replace(tiles[at], key=max(each.key for each in tiles) + 1))
    elif made.do == "remove":
        del tiles[at]
    elif made.do == "mend":
        tiles[at] = tile(made.key, tiles[at].title)
    else:
        st.session_state.selected = made.key


st.set_page_config(layout="wide")
dress()
if "tiles" not in st.session_state:
    st.session_state.tiles = [tile(1, "Picture"), tile(2, "Resize"), tile(3, "Flip", mirrored=True)]
    trouble = Tile(4, "Normalize", trouble="It takes a tensor, not a picture.", mend="Put ToTensor before it")
    st.session_state.tiles.append(replace(trouble, points=(None,) * 16, values=("",) * 16))
    st.session_state.update({"selected": None, "changes": []})
order("strip", st.session_state.tiles, st.session_state.selected, change)
st.text(" ".join(f"{each.key}{'' if each.on else ' off'}" for each in st.session_state.tiles))
st.text(f"selected {st.session_state.selected}")
st.text(f"changes: {' '.join(st.session_state.changes)}")
