import json
import random
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cpanet.portal.demo import steps
from cpanet.portal.demo.calls import call_in_other_ways
from cpanet.portal.demo.currencies import play_currencies
from cpanet.portal.demo.debtor import give_deposit_back
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


class Command(BaseCommand):
    help = "Fill an empty installation with two networks and two months of their life."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true",
            help="make what is missing of the demo; do nothing when there is a network that is not the demo's",
        )  # fmt: skip
        parser.add_argument("--days", type=int, default=60)
        parser.add_argument("--seed", type=int, default=2026, help="the same number gives the same history")

    def handle(self, *, if_empty, days, seed, **options):
        if steps.has_networks_of_its_own():
            return self._keep(if_empty)
        for name in steps.clear_what_was_cut_off():
            self.stderr.write(f"{name} was cut off half-way at the last start: removed, it is made anew.")
        if not if_empty and Network.objects.exists():
            return self._keep(if_empty)
        if not self._complete(days, seed):
            self._keep(if_empty)

    def _keep(self, if_empty):
        if not if_empty:
            raise CommandError(
                "There are networks already: the demo is for an empty installation. "
                "--if-empty completes a demo whose making was ended."
            )
        self.stdout.write(json.dumps({"status": "kept", "networks": Network.objects.count()}))

    def _complete(self, days, seed) -> bool:
        """Network by network, then the operator, then the card; whether anything was missing."""
        plans = steps.missing_networks()
        if not plans and steps.card().exists():
            return False  # it was whole: whoever has removed the operator since has his reasons
        steps.card().unlink(missing_ok=True)
        facts = {plan.host: self._play(plan, days, seed) for plan in plans}
        operator = steps.make_operator()
        steps.write_card()
        self.stdout.write(json.dumps({"status": "seeded", **facts, "operator": operator}))
        return True

    def _play(self, plan, days, seed):
        """A network is active once all of its history is there: one transaction, but for the clicks (COPY)."""
        now = timezone.now()
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        calendar = [today - timedelta(days=number) for number in range(days, -1, -1)]
        chance = random.Random(f"{seed} {plan.host}")  # noqa: S311 - a play, not a secret
        network = new_network(plan)
        with network_scope(network.pk):
            stage = set_stage(plan, network, calendar[0])
            give_deposit_back(stage, calendar[0])
            folder = steps.spool()
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
