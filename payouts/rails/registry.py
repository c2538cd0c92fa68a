"""The rails there are, by name. A new one is a module with a class, a line here and its name in NAMES."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from payouts.rails.http import HttpRail
from payouts.rails.simulated import SimulatedRail
from payouts.rails.words import Rail

REGISTER = "register"
NAMES = {
    REGISTER: _("Register: a file for the bank"),
    "http": _("API: signed calls to a payment service"),
    "simulated": _("Simulated: for trying out, no money moves"),
}


@dataclass(frozen=True)
class RailConfig:
    """What a method says about its rail."""

    name: str
    url: str = ""
    secret: str = ""


def offered() -> list[tuple[str, str]]:
    """(name, words) of the rails that a method may use on this installation."""
    return [(name, words) for name, words in NAMES.items() if name != "simulated" or settings.SIMULATED_RAIL]


def open_rail(config: RailConfig) -> Rail:
    """The rail of a method. Raises KeyError for a name that is no calling rail."""
    if config.name == "http":
        return HttpRail(url=config.url, secret=config.secret)
    if config.name == "simulated":
        return SimulatedRail(Path(settings.DATA_DIR) / "simulated-rail.sqlite3")
    raise KeyError(config.name)
