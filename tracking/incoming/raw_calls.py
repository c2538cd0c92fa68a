"""Parameters of a call as they may be kept: bounded, printable, without the secret. Pure."""

from collections.abc import Mapping

TOKEN_NAMES = ("token", "key")
UNREAD = "(body)"  # holds why the body of a call could not be read
LONG = {"items": 16_000}
MOST_PARAMETERS = 60
LONGEST_NAME = 60
LONGEST_VALUE = 1000


def kept(parameters: Mapping[str, str]) -> dict[str, str]:
    """The first 60 parameters, names cut to 60 and values to 1,000 characters, the token masked."""
    pairs = list(parameters.items())[:MOST_PARAMETERS]
    return {clean(name)[:LONGEST_NAME]: _kept_value(name, value) for name, value in pairs}


def token_of(parameters: Mapping[str, str]) -> str:
    """The secret among the parameters, "" without one."""
    return next((value for name, value in parameters.items() if name.lower() in TOKEN_NAMES), "")


def masked(secret: str) -> str:
    """Enough to tell two secrets apart, too little to use: the last four characters of a long one."""
    return "••••" + (secret[-4:] if len(secret) >= 16 else "")


def _kept_value(name, value):
    return clean(masked(value) if name.lower() in TOKEN_NAMES else value[: LONG.get(name.lower(), LONGEST_VALUE)])


def clean(text: str) -> str:
    """Without what PostgreSQL cannot keep: NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode(errors="replace").decode()
