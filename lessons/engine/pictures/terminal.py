"""Pictures in a terminal: ``python -m lessons pictures list``, ``draw`` or ``fetch``."""

import argparse
import time

from tqdm import tqdm

from lessons.core.folders import data_folder
from lessons.engine.fetching.terminal import fetch
from lessons.engine.pictures import layout, published, sources


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """``pictures``, with its own commands."""
    about = "Sets of pictures to learn from."
    pictures = commands.add_parser("pictures", help=about, description=about)
    commands = pictures.add_subparsers(required=True, metavar="command")
    listing = commands.add_parser("list", help="list the sets: the built-in, the published, your own folders")
    listing.set_defaults(run=_list)
    draw = commands.add_parser("draw", help="draw the doodles and keep them")
    which = draw.add_mutually_exclusive_group()
    for option, key, what in (
        ("--full", "doodles-full", "10,000 and 2,000 pictures instead of 5,000 and 1,000"),
        ("--others", "doodles-others", "twenty other kinds, which the backbone learns from"),
    ):
        which.add_argument(option, dest="set", action="store_const", const=key, help=what)
    draw.set_defaults(run=_draw, set="doodles")
    fetching = commands.add_parser("fetch", help="download a published set")
    fetching.add_argument("set", choices=published.SETS)
    fetching.set_defaults(run=_fetch)


def _list(asked: argparse.Namespace) -> int:
    for each in sources.sources():
        size = f"{each.train_size:,} + {each.test_size:,}" if each.train_size else "not read yet"
        if not each.ready:
            size += f", {each.download_bytes / 1e6:.0f} MB to fetch"
        if each.drawn_for_test:
            size += ", a fifth of each class is for the test"
        print(f"{each.key:16} {each.title:24} {size}")
    for other in layout.unusable():
        print(f"data/{other.file} is no set to learn from. {other.reason}")
    return 0


def _draw(asked: argparse.Namespace) -> int:
    started = time.perf_counter()
    with tqdm(total=1.0, bar_format="{l_bar}{bar}") as bar:
        pictures = sources.load(asked.set, lambda done: bar.update(done - bar.n))
    print(
        f"{len(pictures.train):,} + {len(pictures.test):,} pictures "
        f"in {time.perf_counter() - started:.1f} s, kept in {data_folder()}"
    )
    return 0


def _fetch(asked: argparse.Namespace) -> int:
    return fetch(published.parcel(asked.set))
