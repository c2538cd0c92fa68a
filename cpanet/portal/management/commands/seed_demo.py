import json
import random
from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from cpanet.accounts.models import User
from cpanet.portal.demo import cast
from cpanet.portal.demo.calls import call_in_other_ways
from cpanet.portal.demo.currencies import play_currencies
from cpanet.portal.demo.fraud import hasty, review
from cpanet.portal.demo.history import History
from cpanet.portal.demo.live import send_visitors
from cpanet.portal.demo.receivables import play_receivables
from cpanet.portal.demo.stage import new_network, set_stage
from cpanet.portal.demo.visits import ship, write_visits
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope
from tracking.management.commands.ship_clicks import connect
from tracking.statistics.offer_metrics import refresh_offer_metrics
from tracking.statistics.rollup import count_dirty_hours

LIVE_VISITORS = 40
OPERATOR = "operator@cpanet.example"
_KEPT_ASIDE = (
    "tracking_click", "tracking_dirtyhour", "tracking_hourlystats", "tracking_hourlylinkstats", "tracking_dailystats",
    "tracking_keptzone",
)  # fmt: skip


class Command(BaseCommand):
    help = "Fill an empty installation with two networks and two months of their life."

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is a network already")
        parser.add_argument("--days", type=int, default=60)
        parser.add_argument("--seed", type=int, default=2026, help="the same number gives the same history")

    def handle(self, *, if_empty, days, seed, **options):
        _clear_what_was_cut_off()
        if Network.objects.exists():
            if not if_empty:
                raise CommandError("There are networks already: the demo is for an empty installation.")
            self.stdout.write(json.dumps({"status": "kept", "networks": Network.objects.count()}))
            return
        facts = {plan.host: self._play(plan, days, seed) for plan in cast.NETWORKS}
        self._operator()
        _write_card()
        self.stdout.write(json.dumps({"status": "seeded", **facts}))

    def _play(self, plan, days, seed):
        """A network is active once all of its history is there: one transaction, but for the clicks (COPY)."""
        now = timezone.now()
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        calendar = [today - timedelta(days=number) for number in range(days, -1, -1)]
        chance = random.Random(f"{seed} {plan.host}")  # noqa: S311 - a play, not a secret
        network = new_network(plan)
        with network_scope(network.pk):
            stage = set_stage(plan, network, calendar[0])
            folder = settings.DATA_DIR / "demo-spool"
            visits = list(write_visits(stage, calendar, folder, chance))
            clicks = ship(folder, connect)
            history = History(stage, chance)
            history.expect(visits)
            history.rush(hasty(visits, stage, now))
            history.play(calendar, now)
            call_in_other_ways(stage, now)
            review(stage, now)
            play_receivables(stage, now)
            play_currencies(stage, now)
            Network.objects.filter(pk=network.pk).update(is_active=True)
        while count_dirty_hours(network_id=network.pk):
            pass
        with network_scope(network.pk):
            refresh_offer_metrics(now=now)
        visitors = send_visitors(plan.host, [link.code for link in stage.links], LIVE_VISITORS, chance)
        self.stderr.write(
            f"{plan.name}: {clicks} clicks, {history.leads} leads over {days} days; {visitors} live visitors"
        )
        return {"clicks": clicks, "leads": history.leads, "live_visitors": visitors}

    def _operator(self):
        with transaction.atomic():
            if not User.objects.filter(email=OPERATOR).exists():
                User.objects.create_superuser(OPERATOR, cast.PASSWORD, full_name="Operator")


def _clear_what_was_cut_off():
    """A former seeding that was killed has left networks without anything but clicks."""
    hosts = [plan.host for plan in cast.NETWORKS]
    for network in Network.objects.filter(is_active=False, domains__host__in=hosts):
        with network_scope(network.pk), connection.cursor() as cursor:
            for table in (*_KEPT_ASIDE, "tenancy_domain"):
                cursor.execute(f"DELETE FROM {table} WHERE network_id = %s", [network.pk])  # noqa: S608 - our own names
            network.delete()


def _write_card():
    """Addresses and sign-ins, for the launcher to print."""
    sites = [{"title": plan.name, "url": settings.WEB_ADDRESS.format(host=plan.host)} for plan in cast.NETWORKS]
    sites.append({"title": "Operator", "url": f"http://localhost:{settings.PORT}/admin/"})
    shown = []
    for plan in cast.NETWORKS:
        url = settings.WEB_ADDRESS.format(host=plan.host) + "/account/login/"
        people = [*plan.webmasters[:1], plan.shops[0].member, *plan.staff[:4]]
        shown += [
            {"role": _role(person), "url": url, "email": person.email, "password": cast.PASSWORD} for person in people
        ]
    shown.append({"role": "operator", "url": sites[-1]["url"], "email": OPERATOR, "password": cast.PASSWORD})
    path = settings.DATA_DIR / "demo.json"
    path.write_text(json.dumps({"sites": sites, "people": shown}, indent=1))


def _role(person):
    return {"affiliate": "webmaster"}.get(str(person.role), str(person.role).replace("_", " "))
