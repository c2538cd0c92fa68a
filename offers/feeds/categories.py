"""The category tree of a YML feed: parents may come after their children, be missing, or run in a circle."""

MAX_DEPTH = 50


def paths_of(nodes: dict[str, tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """`nodes` are id → (name, parent id); the answer is id → names from the root. A missing parent ends the path; a
    circle is cut where it closes."""
    return {key: _path(key, nodes) for key in nodes}


def _path(key: str, nodes: dict[str, tuple[str, str]]) -> tuple[str, ...]:
    names, seen = [], set()
    while key in nodes and key not in seen and len(names) < MAX_DEPTH:
        seen.add(key)
        name, key = nodes[key]
        names.append(name)
    return tuple(reversed(names))
