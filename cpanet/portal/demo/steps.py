"""What of the demo is there already, what is missing, and what a start that was ended has left half-made."""

import json
import os
import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from cpanet.accounts.models import Membership, User
from cpanet.portal.demo import cast
from cpanet.tenancy.models import Domain, Network
from cpanet.tenancy.scope import network_scope

OPERATOR = "operator@cpanet.example"
_KEPT_ASIDE = (
    "tracking_click", "tracking_dirtyhour", "tracking_hourlystats", "tracking_hourlylinkstats", "tracking_dailystats",
    "tracking_keptzone",
)  # fmt: skip


def spool() -> Path:
    """Where the clicks of the past lie until they are shipped."""
    return settings.DATA_DIR / "demo-spool"


def demo_networks():
    """The networks that answer under a host of the demo, whole or half-made."""
    return Network.objects.filter(pk__in=_domains().values("network_id"))


def _domains():
    return Domain.objects.filter(host__in=[plan.host for plan in cast.NETWORKS])


def has_networks_of_its_own() -> bool:
    """Whether there is any network that is not the demo's: then nothing of the demo may be put beside it."""
    return Network.objects.exclude(pk__in=demo_networks().values("pk")).exists()


def missing_networks() -> list[cast.NetworkPlan]:
    """The plans whose host nobody answers under."""
    there = set(_domains().values_list("host", flat=True))
    return [plan for plan in cast.NETWORKS if plan.host not in there]


def clear_what_was_cut_off() -> list[str]:
    """Remove the networks that a start which was ended has left half-made; answers their names.

    All of a network but its clicks is one transaction that ends by making it active. So one that is not active and has
    nobody in it was cut off; one with people in it was whole, and somebody has switched it off.
    """
    shutil.rmtree(spool(), ignore_errors=True)
    return [network.name for network in demo_networks().filter(is_active=False) if _clear(network)]


def _clear(network) -> bool:
    with network_scope(network.pk):
        if Membership.objects.exists():
            return False
        with connection.cursor() as cursor:
            for table in (*_KEPT_ASIDE, "tenancy_domain"):
                cursor.execute(f"DELETE FROM {table} WHERE network_id = %s", [network.pk])  # noqa: S608 - our own names
        network.delete()
    return True


@transaction.atomic
def make_operator() -> bool:
    """The demo's operator, unless there is one of any name; whether he was made."""
    if User.objects.filter(is_operator=True).exists():
        return False
    User.objects.create_superuser(OPERATOR, cast.PASSWORD, full_name="Operator")
    return True


def card() -> Path:
    """The file with the addresses and sign-ins. It is written last: where it lies, the demo was whole."""
    return settings.DATA_DIR / "demo.json"


def write_card() -> None:
    """Addresses and sign-ins, for the launcher to print."""
    sites = [{"title": plan.name, "url": _address(plan)} for plan in cast.NETWORKS]
    people = [_line(plan, person) for plan in cast.NETWORKS for person in _shown(plan)]
    if User.objects.filter(email=OPERATOR).exists():
        sites.append({"title": "Operator", "url": f"http://localhost:{settings.PORT}/admin/"})
        sign_in = {"role": "operator", "url": sites[-1]["url"], "email": OPERATOR, "password": cast.PASSWORD}
        people.append(sign_in)
    new = card().with_suffix(".new")
    new.write_text(json.dumps({"sites": sites, "people": people}, indent=1))
    os.replace(new, card())


def _address(plan):
    return settings.WEB_ADDRESS.format(host=plan.host)


def _shown(plan):
    return [*plan.webmasters[:1], plan.shops[0].member, *plan.staff[:4]]


def _line(plan, person):
    role = {"affiliate": "webmaster"}.get(str(person.role), str(person.role).replace("_", " "))
    url = f"{_address(plan)}/account/login/"
    return {"role": role, "url": url, "email": person.email, "password": cast.PASSWORD}
