"""What a decision needs, as plain objects, and the file that carries them from the sidecar to the edge.

The file is JSON lines: a head that lists the networks with the digest and length of each section, then the sections.
A reader that holds a former snapshot takes over every section whose digest is the same, with all that was compiled
from it, so a change in one network costs the reading of one network.
"""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

FORMAT = 3


class BadSnapshot(Exception):
    """The file is not a snapshot this version can read."""


@dataclass(slots=True, frozen=True)
class Landing:
    """`weight` is a share among the offer's landings; 0 takes the landing out of rotation."""

    id: int
    url: str
    weight: int = 1


@dataclass(slots=True, frozen=True)
class FullCap:
    """A cap that is full: for one webmaster (0: for all), until a time in Unix milliseconds; `refuses` says whether
    visitors are sent away or only marked."""

    affiliate_id: int
    until: int
    refuses: bool


@dataclass(slots=True, frozen=True)
class Offer:
    """Empty sets allow all; times are Unix milliseconds, `hours` hours of the week (0 to 167, the network's own time);
    only status "active" is open. `full` holds the caps that are full; for `cookie_seconds` a browser remembers its
    click where the advertiser uses the pixel (0: it gets no cookie)."""

    id: int
    advertiser_id: int
    status: str = "active"
    landings: tuple[Landing, ...] = ()
    countries: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    systems: frozenset[str] = frozenset()
    browsers: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    hours: frozenset[int] = frozenset()
    full: tuple[FullCap, ...] = ()
    deep_link_domains: tuple[str, ...] = ()
    fallback_url: str = ""
    starts_at: int | None = None
    ends_at: int | None = None
    cookie_seconds: int = 0


@dataclass(slots=True, frozen=True)
class Link:
    """`subs` are the presets of sub1…sub10, `deep_link` the page to show unless the address asks for another one;
    `landing_id` pins the link to one landing of the offer. `fallback_url` is the link's own or the webmaster's,
    `is_welcome` says whether the offer takes its kind of traffic."""

    id: int
    code: str
    affiliate_id: int
    offer_id: int
    landing_id: int | None = None
    subs: tuple[str, ...] = ("",) * 10
    source: str = ""
    deep_link: str = ""
    fallback_url: str = ""
    is_active: bool = True
    has_access: bool = True
    is_welcome: bool = True


@dataclass(slots=True)
class Network:
    """One tenant's section. `routes` holds what decide compiled per link code, `digest` names the section's content."""

    id: int
    name: str
    fallback_url: str = ""
    uniqueness_hours: int = 24
    timezone: str = "UTC"
    config_version: int = 0
    offers: dict[int, Offer] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    digest: str = ""
    routes: dict = field(default_factory=dict, repr=False, compare=False)


@dataclass(slots=True)
class Snapshot:
    """`version` grows with every file written, `built_at` is Unix seconds, `hosts` maps host names to networks."""

    version: int
    built_at: float
    hosts: dict[str, int]
    networks: dict[int, Network]

    def network_of(self, host: str) -> Network | None:
        """The network behind a lower-case host name without port."""
        return self.networks.get(self.hosts.get(host))


EMPTY = Snapshot(0, 0.0, {}, {})


_NETWORK_FIELDS = ("id", "name", "fallback_url", "uniqueness_hours", "timezone", "config_version")
_SETS = ("countries", "devices", "systems", "browsers", "languages", "hours")


def section_of(network: Network) -> bytes:
    """The section of one network, ready for `write_snapshot`."""
    head = {name: getattr(network, name) for name in _NETWORK_FIELDS}
    rows = [head, *map(_offer_row, network.offers.values()), *map(asdict, network.links.values())]
    return b"".join(_line(row) for row in rows)


def digest_of(section: bytes) -> str:
    return hashlib.blake2b(section, digest_size=16).hexdigest()


def write_snapshot(path: Path, *, version: int, built_at: float, hosts: dict[str, int], sections: dict[int, bytes]):
    """Write the file atomically: a reader sees the old one or the new one, also after a crash."""
    index = [[network, digest_of(section), len(section)] for network, section in sections.items()]
    head = {"format": FORMAT, "version": version, "built_at": built_at, "hosts": hosts, "sections": index}
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".snapshot-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines([_line(head), *sections.values()])
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def read_snapshot(path: Path, former: Snapshot = EMPTY) -> Snapshot:
    """The snapshot in the file, sharing unchanged networks with `former`. Raises OSError and BadSnapshot."""
    with open(path, "rb") as file:
        try:
            head = json.loads(file.readline())
            if head["format"] != FORMAT:
                raise BadSnapshot(f"{path} has format {head['format']}, this edge reads format {FORMAT}")
            networks = {number: _network(file, digest, size, former.networks.get(number))
                        for number, digest, size in head["sections"]}  # fmt: skip
            return Snapshot(head["version"], head["built_at"], head["hosts"], networks)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadSnapshot(f"{path} is damaged: {error!r}") from error


def read_head(path: Path) -> dict:
    """The head of the file alone. Raises OSError and BadSnapshot."""
    with open(path, "rb") as file:
        try:
            return dict(json.loads(file.readline()))
        except (ValueError, TypeError) as error:
            raise BadSnapshot(f"{path} is damaged: {error!r}") from error


def _network(file, digest: str, size: int, former: Network | None) -> Network:
    section = file.read(size)
    if former is not None and former.digest == digest:
        return former
    if digest_of(section) != digest:
        raise ValueError("a section does not match its digest")
    head, *rows = section.splitlines()
    network = Network(**json.loads(head), digest=digest)
    for row in rows:  # line by line, so that requests are served in between
        fields = json.loads(row)
        if "code" in fields:
            fields["subs"] = tuple(fields["subs"])
            network.links[fields["code"]] = Link(**fields)
        else:
            network.offers[fields["id"]] = _offer(fields)
    return network


def _offer(fields: dict) -> Offer:
    landings = tuple(Landing(*landing) for landing in fields.pop("landings"))
    full = tuple(FullCap(*cap) for cap in fields.pop("full"))
    domains = tuple(fields.pop("deep_link_domains"))
    sets = {name: frozenset(fields.pop(name)) for name in _SETS}
    return Offer(**fields, landings=landings, full=full, deep_link_domains=domains, **sets)


def _offer_row(offer: Offer) -> dict:
    landings = [[landing.id, landing.url, landing.weight] for landing in offer.landings]
    full = [[cap.affiliate_id, cap.until, cap.refuses] for cap in offer.full]
    sets = {name: sorted(getattr(offer, name)) for name in _SETS}
    return {**asdict(offer), "landings": landings, "full": full, **sets}


def _line(row: dict) -> bytes:
    return json.dumps(row, separators=(",", ":")).encode() + b"\n"
