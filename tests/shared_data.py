"""Real files that other people's software wrote; they are not part of the repository."""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("CPANET_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def shared_file(name: str) -> Path:
    """The path of a shared file or folder; skips the test where it is missing."""
    path = ROOT / name
    if not path.exists():
        pytest.skip(f"{name} is not here; set CPANET_SHARED_DATA to the folder that holds it")
    return path
