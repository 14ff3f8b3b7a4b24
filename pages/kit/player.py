"""The words of player.html."""

from pages.kit.text import _


def player_words() -> dict[str, str]:
    return {
        "start": _("To the start"),
        "back": _("Step back"),
        "play": _("Play"),
        "pause": _("Pause"),
        "on": _("Step on"),
        "end": _("To the end"),
        "scrub": _("Step"),
    }
