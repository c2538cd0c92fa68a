"""Clicks, costs and leads as one table of facts: the roll-ups are counted from it, and what they do not keep is read
from it. Every row stands at a moment (`at`), counts for one `basis`, and has the columns of dimensions and of metrics.

The SQL takes the parameters of `parameters()`. `click_id` and `lead_id` say where a row came from.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cpanet.core.money import scale
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import current_network_id
from offers.models import Offer
from tracking.choices import Intake
from tracking.models import CostEntry
from tracking.models.clicks import SUB_IDS
from tracking.services.origins import COLUMNS as COLUMNS_OF_ORIGIN
from tracking.statistics.bases import ACTION, CLICK, COST, DECISION, VISIT
from tracking.statistics.metrics import COLUMNS, ROBOT_FLAGS

ALL = (VISIT, COST, CLICK, ACTION, DECISION)
_NO_VISIT = dict.fromkeys(("clicks", "unique_clicks", "bot_clicks", "cost"), "0")
_NO_LEAD = dict.fromkeys(set(COLUMNS) - set(_NO_VISIT), "0")
_IS_ROBOT = "c.flags && %(robots)s"
# A number a click may say it cost: no sign, at most five digits before the point and six behind it.
_SANE = "^[0-9]{1,5}([.,][0-9]{1,6})?$"
_UNITS = "power(10::numeric, (%(scales)s::jsonb ->> coalesce(o.currency, %(currency)s))::int)"

_VISITS = """
    FROM tracking_click c LEFT JOIN offers_offer o ON o.id = c.offer_id AND o.network_id = c.network_id
    WHERE c.network_id = %(network)s AND c.clicked_at >= %(begin)s AND c.clicked_at < %(end)s
"""
_TOLD_OTHERWISE = """
    EXISTS (SELECT 1 FROM tracking_costentry e WHERE e.network_id = c.network_id AND e.affiliate_id = c.affiliate_id
            AND e.day = (c.clicked_at AT TIME ZONE %(zone)s)::date AND e.offer_id IN (0, c.offer_id)
            AND e.link_id IN (0, c.link_id)
            AND e.value = CASE e.mark WHEN '' THEN '' {marks} END)
""".format(  # noqa: S608 - constants of this module only
    marks=" ".join(f"WHEN '{name}' THEN c.{name}" for name in SUB_IDS)
)
_COST_OF_CLICK = f"""
    CASE WHEN c.cost <> '' AND c.cost ~ '{_SANE}' AND NOT c.flags && '{{head,prefetch}}' AND NOT {_TOLD_OTHERWISE}
    THEN round(replace(c.cost, ',', '.')::numeric * {_UNITS})::bigint ELSE 0 END
"""
_COSTS = """
    FROM tracking_costentry e WHERE e.network_id = %(network)s AND e.day BETWEEN %(first_day)s AND %(last_day)s
    AND (e.day + time '12:00') AT TIME ZONE %(zone)s >= %(begin)s
    AND (e.day + time '12:00') AT TIME ZONE %(zone)s < %(end)s
"""
# A lead as it is now, at the time of its click or of itself.
_AS_IT_IS = """
    FROM (SELECT v.*, v.{at} AS at, 1 AS sign, v.status AS now_status, v.revenue AS now_revenue,
                 v.earning AS now_earning, v.referral AS now_referral
          FROM tracking_conversion v WHERE v.network_id = %(network)s AND v.{at} >= %(begin)s AND v.{at} < %(end)s
          AND v.intake = %(valid)s) v
"""
# What it was worth when it came: the price of its intake; without any decision what it is worth now.
_AT_FIRST = """CASE WHEN v.revision = 0 THEN v.{amount} ELSE coalesce(round((v.pricing ->> '{amount}')::numeric
    * power(10::numeric, (%(scales)s::jsonb ->> v.currency)::int))::bigint, 0) END"""
# Every change of a lead takes away what it was before (sign −1) and adds what it is then.
_CHANGES = """
    FROM (
        SELECT v.*, v.created_at AS at, 1 AS sign,
               CASE WHEN v.revision = 0 THEN v.status ELSE 'pending' END AS now_status,
               {first_revenue} AS now_revenue, {first_earning} AS now_earning, v.referral AS now_referral
        FROM tracking_conversion v
        WHERE v.network_id = %(network)s AND v.created_at >= %(begin)s AND v.created_at < %(end)s
        UNION ALL
        SELECT v.*, r.at, step.sign, step.status, step.revenue, step.earning, step.referral
        FROM tracking_conversionrevision r
        JOIN tracking_conversion v ON v.id = r.conversion_id AND v.network_id = r.network_id
        LEFT JOIN tracking_conversionrevision p
            ON p.network_id = r.network_id AND p.conversion_id = r.conversion_id AND p.number = r.number - 1
        CROSS JOIN LATERAL (VALUES
            (1, r.status, r.revenue, r.earning, r.referral),
            (-1, coalesce(p.status, 'pending'), coalesce(p.revenue, {first_revenue}),
             coalesce(p.earning, {first_earning}), coalesce(p.referral, 0))
        ) step(sign, status, revenue, earning, referral)
        WHERE r.network_id = %(network)s AND r.at >= %(begin)s AND r.at < %(end)s
    ) v
""".format(  # noqa: S608 - constants of this module only
    first_revenue=_AT_FIRST.format(amount="revenue"), first_earning=_AT_FIRST.format(amount="earning")
)
_WITH_ORIGIN = """
    LEFT JOIN tracking_leadorigin g ON g.network_id = v.network_id AND g.conversion_id = v.id
"""


def facts_sql(bases=ALL, *, with_origins: bool = True, only: Sequence[str] = ()) -> str:
    """A SELECT of the facts of these bases between `begin` and `end`. Without `with_origins` the columns that leads
    have from their clicks (see tracking.services.origins) are empty. `only` leaves out all other columns: what is kept
    in memory for a while should be narrow."""
    sources = {VISIT: _visits, COST: _costs, **dict.fromkeys((CLICK, ACTION, DECISION), _leads)}
    branches = ((basis, *sources[basis](basis, with_origins)) for basis in bases)
    return "\nUNION ALL\n".join(_select(*branch, only or _ORDER) for branch in branches)


def parameters(begin: datetime, end: datetime) -> dict:
    """For the network in scope and the moments from `begin` up to, but without, `end`."""
    network = Network.objects.only("currency", "timezone").get(pk=current_network_id())
    currencies = {network.currency, *Offer.objects.order_by().values_list("currency", flat=True).distinct()}
    currencies |= set(CostEntry.objects.order_by().values_list("currency", flat=True).distinct())
    scales = ", ".join(f'"{currency}": {scale(currency)}' for currency in sorted(currencies))
    return {
        "network": network.pk, "begin": begin, "end": end, "zone": network.timezone, "currency": network.currency,
        "scales": f"{{{scales}}}", "robots": list(ROBOT_FLAGS), "valid": Intake.VALID.value,
        "first_day": (begin - timedelta(days=1)).date(), "last_day": (end + timedelta(days=1)).date(),
    }  # fmt: skip


def _visits(_basis, _with_origins):
    same = {name: f"c.{name}" for name in ("offer_id", "affiliate_id", "advertiser_id", "link_id", *SUB_IDS)}
    same |= {name: f"c.{name}" for name in ("country", "device", "system", "browser", "language", "source")}
    counted = {
        "clicks": f"(NOT {_IS_ROBOT})::int",
        "unique_clicks": f"(c.is_unique AND NOT {_IS_ROBOT})::int",
        "bot_clicks": f"({_IS_ROBOT})::int",
        "cost": _COST_OF_CLICK,
    }
    return _VISITS, {
        **same, **counted, **_NO_LEAD, "at": "c.clicked_at", "goal_id": "0", "landing_id": "coalesce(c.landing_id, 0)",
        "coupon": "''", "currency": "coalesce(o.currency, %(currency)s)", "click_id": "c.id", "lead_id": "0",
    }  # fmt: skip


def _costs(_basis, _with_origins):
    marks = {name: f"CASE e.mark WHEN '{name}' THEN e.value ELSE '' END" for name in SUB_IDS}
    same = {name: f"e.{name}" for name in ("offer_id", "affiliate_id", "advertiser_id", "link_id", "currency")}
    empty = dict.fromkeys(("country", "device", "system", "browser", "language", "source", "coupon"), "''")
    return _COSTS, {
        **same, **marks, **empty, **_NO_VISIT, **_NO_LEAD, "cost": "e.amount", "goal_id": "0", "landing_id": "0",
        "at": "(e.day + time '12:00') AT TIME ZONE %(zone)s", "click_id": "NULL::uuid", "lead_id": "0",
    }  # fmt: skip


def _leads(basis, with_origins):
    source = _CHANGES if basis == DECISION else _AS_IT_IS.format(at={CLICK: "clicked_at", ACTION: "created_at"}[basis])
    same = {name: f"v.{name}" for name in ("at", "offer_id", "goal_id", "affiliate_id", "advertiser_id", "currency",
                                           "country", "device", "click_id", *SUB_IDS[:5])}  # fmt: skip
    of_origin = {name: f"coalesce(g.{name}, {_nothing(name)})" for name in COLUMNS_OF_ORIGIN}
    if not with_origins:
        of_origin = {name: _nothing(name) for name in COLUMNS_OF_ORIGIN}
    counted = {}
    for status in ("pending", "approved", "declined"):
        counted[status] = f"v.sign * (v.now_status = '{status}')::int"
        for amount in ("earning", "revenue"):
            counted[f"{status}_{amount}"] = f"CASE v.now_status WHEN '{status}' THEN v.sign * v.now_{amount} ELSE 0 END"
    # Before its first decision a lead is pending and a referrer gets nothing: what stands there is never counted.
    counted["approved_referral"] = "CASE v.now_status WHEN 'approved' THEN v.sign * v.now_referral ELSE 0 END"
    return source + (_WITH_ORIGIN if with_origins else "") + "\n    WHERE v.intake = %(valid)s", {
        **same, **of_origin, **_NO_VISIT, **counted, "link_id": "coalesce(v.link_id, 0)", "coupon": "v.promo_code",
        "lead_id": "v.id",
    }  # fmt: skip


def _nothing(name):
    return "0" if name == "landing_id" else "''"


_TEXTS = ("country", "device", "system", "browser", "language", "source", "coupon", *SUB_IDS)
_IDS = ("offer_id", "goal_id", "landing_id", "affiliate_id", "advertiser_id", "link_id", "lead_id")
_TYPES = dict.fromkeys(_TEXTS, "::text") | dict.fromkeys((*_IDS, *COLUMNS), "::bigint")
_ORDER = ("at", *_IDS, "click_id", *_TEXTS, "currency", *COLUMNS)


def _select(basis, source, expressions, names):
    """All branches have the same columns, of the same types, in the same order."""
    columns = [f"({expressions[name]}){_TYPES.get(name, '')} AS {name}" for name in _ORDER if name in names]
    return f"SELECT '{basis}'::text AS basis, {', '.join(columns)} {source}"
