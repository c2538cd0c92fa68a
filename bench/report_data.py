"""A network with clicks and leads for bench/reports.py, made in SQL."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

FIRST = datetime(2026, 10, 1, tzinfo=UTC)
DAYS = 30
PART = 250_000
# Numbers that look like chance: a hash of n and of a salt, from 0 to 1; squared they favour the small ones.
_CHANCE = "((hashint8(n * 31 + {salt})::bigint & 1048575) / 1048576.0)"
_LINK = f"(1 + floor(100 * power({_CHANCE.format(salt=1)}, 2)))::int"
_CLICKS = f"""
    INSERT INTO tracking_click
    SELECT gen_random_uuid(), %(network)s, %(first)s::timestamptz + (n * %(step)s) * interval '1 second',
           (%(links)s::bigint[])[link], (%(offers)s::bigint[])[link], (%(landings)s::bigint[])[link],
           (%(affiliates)s::bigint[])[link], (%(advertisers)s::bigint[])[link], '203.0.113.7',
           (ARRAY['DE','TR','RU','US','FR','IT','ES','PL','UA','KZ','BR','IN'])[1 + floor(12 * place * place)::int],
           CASE WHEN tool < 0.3 THEN 'desktop' WHEN tool < 0.95 THEN 'mobile' ELSE 'tablet' END,
           CASE WHEN tool < 0.25 THEN 'Windows' WHEN tool < 0.3 THEN 'macOS' WHEN tool < 0.75 THEN 'Android'
                ELSE 'iOS' END,
           CASE WHEN tool < 0.2 THEN 'Chrome' WHEN tool < 0.3 THEN 'Firefox' WHEN tool < 0.7 THEN 'Chrome Mobile'
                ELSE 'Safari' END,
           'de', 'blog.example', 'Mozilla/5.0', 'source' || floor(place * 40)::int, 'ad' || n %% 31, '', '',
           'id' || n, '', '', '', '', '', '', 'network' || n %% 5, CASE WHEN n %% 3 = 0 THEN '0.05' ELSE '' END, '',
           n %% 3 > 0, CASE WHEN n %% 9 = 0 THEN ARRAY['bot'] ELSE ARRAY[]::text[] END, '', 1
    FROM (SELECT n, {_LINK} AS link, {_CHANCE.format(salt=2)} AS place, {_CHANCE.format(salt=3)} AS tool
          FROM generate_series(%(low)s, %(high)s) n) made
"""
# Every 33rd click of a person brings a lead within a day; a third is pending, the others are decided within ten days.
_LEADS = """
    INSERT INTO tracking_conversion ({columns})
    SELECT {expressions} FROM (
        SELECT c.*, n %% 3 AS fate, c.clicked_at + (n %% 1440) * interval '1 minute' AS happened_at
        FROM (SELECT c.*, (hashtext(c.id::text) & 2147483647) AS n FROM tracking_click c
              WHERE c.network_id = %(network)s AND c.clicked_at >= %(from)s AND c.clicked_at < %(to)s
              AND NOT c.flags && '{{bot}}') c WHERE n %% 33 = 0
    ) c
"""
_DECISIONS = """
    INSERT INTO tracking_conversionrevision
        (network_id, conversion_id, number, status, revenue, earning, source, source_reference, reason, note,
         actor_label, at)
    SELECT network_id, id, 1, status, revenue, earning, 'advertiser', '', reason, '', 'Bench', status_updated_at
    FROM tracking_conversion WHERE network_id = %(network)s AND status <> 'pending'
"""


@dataclass
class Scene:
    """The network, its link rows in order, and who is asked about."""

    network: object
    links: list = field(default_factory=list)
    webmaster: int = 0
    advertiser: int = 0


def scene() -> Scene:
    from cpanet.tenancy.scope import network_scope
    from cpanet.tenancy.services import create_network
    from tests import factories

    made = Scene(create_network(name="Bench", host="bench.test", currency="USD", timezone="Europe/Berlin"))
    with network_scope(made.network.pk):
        affiliates = [factories.affiliate() for _ in range(20)]
        offers = [
            factories.offer(advertiser=shop) for shop in [factories.advertiser() for _ in range(10)] for _ in range(5)
        ]
        for offer in offers:
            factories.goal(offer=offer)
        made.links = [factories.link(offer=offers[n % 50], affiliate=affiliates[n * 7 % 20]) for n in range(100)]
        made.webmaster, made.advertiser = affiliates[1].pk, offers[3].advertiser_id
    return made


def fill(scene: Scene, clicks: int):
    from django.db import connection

    from cpanet.tenancy.scope import network_scope
    from tracking.partitions import ensure_partitions

    with network_scope(scene.network.pk):
        ensure_partitions(FIRST.date(), (FIRST + timedelta(days=DAYS)).date())
        values = _ids(scene) | {"network": scene.network.pk, "first": FIRST, "step": DAYS * 86_400 / clicks}
    for low in range(0, clicks, PART):
        with network_scope(scene.network.pk), connection.cursor() as cursor:
            cursor.execute(_CLICKS, values | {"low": low, "high": min(low + PART, clicks) - 1})
    with network_scope(scene.network.pk), connection.cursor() as cursor:
        names, expressions, usual = _lead_columns()
        statement = _LEADS.format(columns=", ".join(names), expressions=", ".join(expressions))
        cursor.execute(statement, values | usual | {"from": FIRST, "to": FIRST + timedelta(days=DAYS)})
        cursor.execute(_DECISIONS, values)


def _ids(scene):
    landings = [link.offer.landings(manager="objects").first().pk for link in scene.links]
    return {
        "links": [link.pk for link in scene.links],
        "offers": [link.offer_id for link in scene.links],
        "landings": landings,
        "affiliates": [link.affiliate_id for link in scene.links],
        "advertisers": [link.offer.advertiser_id for link in scene.links],
    }


def _lead_columns():
    """(columns, expressions, parameters): what matters is said, everything else has the model's default."""
    from psycopg2.extras import Json

    from tracking.models import Conversion

    said = {
        "uid": "gen_random_uuid()", "click_id": "c.id", "created_at": "happened_at", "updated_at": "happened_at",
        "dedup_key": "c.id::text", "goal_id": "(SELECT id FROM offers_goal g WHERE g.offer_id = c.offer_id)",
        "rate_id": "(SELECT min(r.id) FROM offers_rate r JOIN offers_goal g ON g.id = r.goal_id "
                   "WHERE g.offer_id = c.offer_id)",
        "currency": "'USD'", "revenue": "100000 + n %% 9999", "earning": "80000 + n %% 9999",
        "pricing": "jsonb_build_object('revenue', ((100000 + n %% 9999) / 10000.0)::text, "
                   "'earning', ((80000 + n %% 9999) / 10000.0)::text)",
        "status": "(ARRAY['pending', 'approved', 'declined'])[fate + 1]", "revision": "(fate > 0)::int",
        "status_updated_at": "happened_at + CASE WHEN fate > 0 THEN n %% 240 ELSE 0 END * interval '1 hour'",
        "reason": "CASE fate WHEN 2 THEN 'other' ELSE '' END",
        "hold_days": "14", "hold_until": "happened_at + interval '14 days'",
        "held": "CASE fate WHEN 1 THEN 80000 + n %% 9999 ELSE 0 END",
        "recognised_revenue": "CASE fate WHEN 1 THEN 100000 + n %% 9999 ELSE 0 END",
    }  # fmt: skip
    of_click = ("network_id", "clicked_at", "link_id", "offer_id", "affiliate_id", "advertiser_id", "country", "device",
                "sub1", "sub2", "sub3", "sub4", "sub5")  # fmt: skip
    said |= {name: f"c.{name}" for name in of_click}
    others = [field for field in Conversion._meta.concrete_fields if field.column not in said and field.column != "id"]
    usual = {f"usual_{field.column}": _plain(field.get_default(), Json) for field in others}
    names = [*said, *(field.column for field in others)]
    return names, [*said.values(), *(f"%(usual_{field.column})s" for field in others)], usual


def _plain(value, json):
    return json(value) if isinstance(value, (dict, list)) else value


def analyze():
    """As autovacuum does, which may not have come yet."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def rows_kept(scene) -> dict:
    from cpanet.tenancy.scope import network_scope
    from tracking.models import Conversion, DailyStats, DailyVisits, HourlyLinkStats, HourlyStats

    models = {
        "leads": Conversion,
        "rows_detail": HourlyStats,
        "rows_by_link": HourlyLinkStats,
        "rows_daily": DailyStats,
        "rows_split": DailyVisits,
    }
    with network_scope(scene.network.pk):
        return {name: model.objects.count() for name, model in models.items()}
