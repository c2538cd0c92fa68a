"""How the text of an API key is made and taken apart. Pure."""

import hashlib
import secrets

HEAD = "cpa_live_"


def new_key() -> tuple[str, str, str]:
    """(the key to show once, its public prefix, the hash to store)."""
    prefix = secrets.token_hex(8)
    key = f"{HEAD}{prefix}_{secrets.token_urlsafe(32)}"
    return key, prefix, hash_of(key)


def prefix_of(key: str) -> str:
    """The part a key is looked up by; "" for a text that is no key."""
    return key.removeprefix(HEAD).partition("_")[0] if key.startswith(HEAD) else ""


def hash_of(key: str) -> str:
    """Hex SHA-256."""
    return hashlib.sha256(key.encode()).hexdigest()
