"""Weights in a terminal: ``python -m lessons weights list`` or ``fetch``."""

import argparse

from lessons.engine.fetching.terminal import fetch
from lessons.engine.weights import catalog


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """``weights``, with its own commands."""
    about = "What nets of torchvision learned on ImageNet."
    weights = commands.add_parser("weights", help=about, description=about)
    commands = weights.add_subparsers(required=True, metavar="command")
    listing = commands.add_parser("list", help="list the nets, and where their files belong")
    listing.set_defaults(run=_list)
    fetching = commands.add_parser("fetch", help="download the weights of a net")
    fetching.add_argument("net", choices=catalog.NETS)
    fetching.set_defaults(run=_fetch)


def _list(asked: argparse.Namespace) -> int:
    for key, net in catalog.NETS.items():
        state = "here" if catalog.is_here(key) else f"{net.size / 1e6:.0f} MB to fetch"
        print(f"{key:20} {net.title:20} {net.parameters:>11,} parameters  {state:16} {catalog.file(key)}")
    return 0


def _fetch(asked: argparse.Namespace) -> int:
    return fetch(catalog.parcel(asked.net))
