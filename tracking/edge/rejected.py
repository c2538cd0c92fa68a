"""Lines that PostgreSQL refused: kept with the reason, for a person to look at."""

import base64
import json
import logging
import os
from pathlib import Path

log = logging.getLogger("cpanet.edge.shipper")


def keep_rejected(spool: Path, segment: str, refused: list[tuple[bytes, str]]) -> Path:
    """Append `refused` (line, reason) to `rejected/<segment>.jsonl`; on the disk when this returns.

    A shipper that dies right after may write a line a second time: look at the line, not at the count.
    """
    folder = spool / "rejected"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{segment}.jsonl"
    with open(path, "ab") as file:
        for line, reason in refused:
            file.write(json.dumps(_record(line, reason), ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    log.critical("%s click lines were refused by the database and lie in %s: %s", len(refused), path, refused[0][1])
    return path


def _record(line: bytes, reason: str) -> dict:
    try:
        return {"reason": reason, "line": line.decode()}
    except UnicodeDecodeError:
        return {"reason": reason, "line_base64": base64.b64encode(line).decode()}
