"""What is always true between the ledger and what people see: leads, payouts, advertisers.

Each figure of the ledger is counted a second time from the rows it stands for. Nothing here repairs anything.
"""

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from cpanet.ledger.checks import LEDGER, Finding, Invariant, balances_of, compare, examine
from payouts.models import Payout
from payouts.receivables.books import RECEIVABLES

LATE_AFTER = "5 minutes"
Status = Payout.Status
FEE_KEPT = (Status.SENT, Status.UNKNOWN, Status.PAID, Status.RETURNED)


def _in(statuses):
    return "status IN ({})".format(", ".join(f"'{Status(each).value}'" for each in statuses))


def _leads(owner, units):
    """SQL for (owner_id, currency, units) over conversions; `owner` is a column or 0."""
    return f"""SELECT {owner} AS owner_id, currency, sum({units}) AS units FROM tracking_conversion
               WHERE network_id = %(network)s AND (held <> 0 OR released <> 0 OR recognised_revenue <> 0)
               GROUP BY 1, 2"""  # noqa: S608


def _referrals(owner, units):
    """The same over the conversions that bring a referrer something."""
    return f"""SELECT {owner} AS owner_id, currency, sum({units}) AS units FROM tracking_conversion
               WHERE network_id = %(network)s AND referral_held + referral_released <> 0 GROUP BY 1, 2"""  # noqa: S608


def _payouts(owner, units, statuses):
    """SQL for (owner_id, currency, units) over payouts in these statuses."""
    return f"""SELECT {owner} AS owner_id, currency, sum({units}) AS units FROM payouts_payout
               WHERE network_id = %(network)s AND {_in(statuses)} GROUP BY 1, 2"""  # noqa: S608


def _deposits(owner, kinds, sign):
    """SQL for (owner_id, currency, units) of what deposits and their refunds have moved on these kinds of accounts."""
    names = ", ".join(f"'{kind}'" for kind in kinds)
    return f"""SELECT {owner} AS owner_id, a.currency, {sign} * sum(e.amount) AS units
               FROM ledger_journal j JOIN ledger_entry e ON e.network_id = j.network_id AND e.journal_id = j.id
               JOIN ledger_account a ON a.network_id = e.network_id AND a.id = e.account_id
               WHERE j.network_id = %(network)s AND j.kind IN ('deposit', 'deposit_refund') AND a.kind IN ({names})
               GROUP BY 1, 2"""  # noqa: S608


def _adjusted(*kinds):
    """SQL for (owner_id, currency, units) of what booked adjustments have brought to these kinds of accounts."""
    names = ", ".join(f"'{kind}'" for kind in kinds)
    sides = " UNION ALL ".join(
        f"""SELECT {side}_owner AS owner_id, currency, {sign} * amount AS units FROM payouts_adjustment
            WHERE network_id = %(network)s AND status = 'booked' AND {side}_kind IN ({names})"""  # noqa: S608
        for side, sign in (("credit", 1), ("debit", -1))
    )
    return f"SELECT owner_id, currency, sum(units) AS units FROM ({sides}) sides GROUP BY 1, 2"  # noqa: S608


def _exchanged(owner, currency, units):
    """SQL for (owner_id, currency, units) over exchanges; `units` and `currency` are columns of one of their sides."""
    return f"""SELECT {owner} AS owner_id, {currency} AS currency, sum({units}) AS units FROM payouts_currencyexchange
               WHERE network_id = %(network)s GROUP BY 1, 2"""  # noqa: S608


def _sum(*parts):
    """SQL for the sum of several (owner_id, currency, units): (sign, query) pairs."""
    each = (f"SELECT owner_id, currency, {sign} * units AS units FROM ({sql}) part" for sign, sql in parts)  # noqa: S608
    union = " UNION ALL ".join(each)
    return f"SELECT owner_id, currency, sum(units) AS units FROM ({union}) parts GROUP BY 1, 2"  # noqa: S608


def _agree(name, says, found, expected):
    return Invariant(name, says, compare(found, expected, "owner_id, currency"))


def _by_subject(kind, **columns):
    """SQL for (subject, column…) of the entries of all subjects of a kind; each column sums one kind of account."""
    sums = ", ".join(
        f"coalesce(sum(e.amount) FILTER (WHERE a.kind = '{account}'), 0) AS {name}" for name, account in columns.items()
    )
    return f"""SELECT j.subject, {sums}
               FROM ledger_journal j JOIN ledger_entry e ON e.network_id = j.network_id AND e.journal_id = j.id
               JOIN ledger_account a ON a.network_id = e.network_id AND a.id = e.account_id
               WHERE j.network_id = %(network)s AND j.subject LIKE '{kind}:%%' GROUP BY 1"""  # noqa: S608


def _each(name, says, booked, told, columns):
    """Every row of `told` (subject, columns…) is what the ledger has booked about it."""
    found = ", ".join(f"coalesce(b.{column}, 0)" for column in columns)
    expected = ", ".join(f"coalesce(t.{column}, 0)" for column in columns)
    shown = ", ".join(
        f"coalesce(b.{column}, 0) AS {column}_booked, coalesce(t.{column}, 0) AS {column}_told" for column in columns
    )
    sql = f"""SELECT subject, {shown} FROM ({booked}) b FULL JOIN ({told}) t USING (subject)
              WHERE ({found}) IS DISTINCT FROM ({expected})"""  # noqa: S608
    return Invariant(name, says, sql)


_LEADS_TOLD = """SELECT 'conversion:' || id AS subject, recognised_revenue AS revenue, held + referral_held AS held,
                   -(held + released) AS cost, -(referral_held + referral_released) AS referral
                 FROM tracking_conversion WHERE network_id = %(network)s"""
_PAYOUTS_TOLD = f"""
    SELECT 'payout:' || id AS subject,
      CASE WHEN {_in(Payout.BEFORE_SENDING)} THEN amount ELSE 0 END AS waiting,
      CASE WHEN {_in(Payout.UNDERWAY)} THEN amount - fee ELSE 0 END AS underway,
      CASE WHEN {_in([Status.PAID])} THEN amount - fee ELSE 0 END AS paid,
      CASE WHEN {_in(FEE_KEPT)} THEN fee ELSE 0 END AS fees
    FROM payouts_payout WHERE network_id = %(network)s"""  # noqa: S608

BOOKS = (
    _agree(
        "hold_is_leads_on_hold",
        _("A webmaster's hold is the sum of his leads on hold, and of his part of the leads of those he referred"),
        balances_of("hold"),
        _sum(
            (1, _leads("affiliate_id", "held")),
            (1, _referrals("referrer_id", "referral_held")),
            (1, _adjusted("hold")),
        ),
    ),
    _agree(
        "revenue_is_recognised",
        _("Revenue is the sum of what is recognised of all leads"),
        balances_of("revenue"),
        _sum((1, _leads("0", "recognised_revenue")), (1, _adjusted("revenue"))),
    ),
    _agree(
        "cost_is_earnings",
        _("The cost of webmasters is the sum of the earnings of all approved leads"),
        balances_of("cost", sign=-1),
        _sum((1, _leads("0", "held + released")), (-1, _adjusted("cost"))),
    ),
    _agree(
        "referral_cost_is_referrals",
        _("The cost of referrals is the sum of the referrers' parts of all approved leads"),
        balances_of("referral_cost", sign=-1),
        _referrals("0", "referral_held + referral_released"),
    ),
    _each(
        "leads_match_journals",
        _("Of every lead exactly as much is booked as the lead says"),
        _by_subject("conversion", revenue="revenue", held="hold", cost="cost", referral="referral_cost"),
        _LEADS_TOLD,
        ("revenue", "held", "cost", "referral"),
    ),
    _agree(
        "in_payout_is_waiting_payouts",
        _("“In payout” is the sum of the payouts that wait for their sending"),
        balances_of("in_payout"),
        _payouts("affiliate_id", "amount", Payout.BEFORE_SENDING),
    ),
    _agree(
        "clearing_is_payouts_underway",
        _("Clearing is the sum of the payouts on their way, per method"),
        balances_of("clearing"),
        _payouts("method_id", "amount - fee", Payout.UNDERWAY),
    ),
    _agree(
        "fees_are_fees_of_payouts",
        _("Fees are the sum of the fees of the payouts that were sent"),
        balances_of("fees"),
        _sum((1, _payouts("0", "fee", FEE_KEPT)), (1, _adjusted("fees"))),
    ),
    _agree(
        "bad_debt_is_written_off",
        _("Bad debt is what two persons have written off"),
        balances_of("bad_debt"),
        _adjusted("bad_debt"),
    ),
    _agree(
        "cash_is_deposits_less_paid",
        _("Cash is what advertisers brought less what webmasters were paid"),
        balances_of("cash", sign=-1),
        _sum(
            (1, _deposits("0", ["cash"], -1)),
            (-1, _payouts("0", "amount - fee", [Status.PAID])),
            (-1, _adjusted("cash")),
        ),
    ),
    _each(
        "payouts_match_journals",
        _("Of every payout exactly as much is booked as its status says"),
        _by_subject("payout", waiting="in_payout", underway="clearing", paid="cash", fees="fees"),
        _PAYOUTS_TOLD,
        ("waiting", "underway", "paid", "fees"),
    ),
    _agree(
        "webmaster_has_earned_less_paid",
        _("What a webmaster has, on all accounts and on its way, is what he earned less what he was paid and its fees"),
        _sum(
            (1, balances_of("hold", "available", "in_payout", "debt")),
            (1, _payouts("affiliate_id", "amount - fee", Payout.UNDERWAY)),
        ),
        _sum(
            (1, _leads("affiliate_id", "held + released")),
            (1, _referrals("referrer_id", "referral_held + referral_released")),
            (1, _adjusted("hold", "available")),
            (-1, _payouts("affiliate_id", "amount - fee", [Status.PAID])),
            (-1, _payouts("affiliate_id", "fee", FEE_KEPT)),
            (-1, _exchanged("affiliate_id", "source", "sold")),
            (1, _exchanged("affiliate_id", "target", "bought")),
        ),
    ),
    _agree(
        "position_is_exchanges",
        _("The currency position is what webmasters sold less what they bought"),
        balances_of("position"),
        _sum((1, _exchanged("0", "source", "sold")), (-1, _exchanged("0", "target", "bought"))),
    ),
    _agree(
        "advertiser_has_deposits_less_leads",
        _("An advertiser's deposit less what he owes is what he paid less what his leads cost"),
        balances_of("deposit", "receivable"),
        _sum(
            (1, _deposits("a.owner_id", ["deposit", "receivable"], 1)),
            (1, _adjusted("deposit")),
            (-1, _leads("advertiser_id", "recognised_revenue")),
        ),
    ),
    Invariant(
        "no_release_before_its_hold",
        _("No lead was released before its hold was over"),
        """SELECT id AS conversion_id, hold_until, released_at FROM tracking_conversion
           WHERE network_id = %(network)s AND released + referral_released > 0
             AND (released_at IS NULL OR released_at < hold_until)""",
    ),
    Invariant(
        "no_release_before_its_payment",
        _("No lead that waits for its advertiser was released before he had paid"),
        """SELECT id AS conversion_id, funded_at, released_at FROM tracking_conversion c
           WHERE network_id = %(network)s AND needs_funding AND released + referral_released > 0
             AND (funded_at IS NULL OR funded_at > released_at) AND NOT EXISTS (
               SELECT 1 FROM tracking_conversionrevision r
               WHERE r.network_id = c.network_id AND r.conversion_id = c.id AND r.at >= c.released_at)""",
    ),
    Invariant(
        "no_release_is_late",
        _("No lead waits longer than five minutes after its hold is over"),
        f"""SELECT id AS conversion_id, hold_until FROM tracking_conversion
            WHERE network_id = %(network)s AND (held > 0 OR referral_held > 0) AND NOT is_blocked
              AND NOT EXISTS (
                SELECT 1 FROM ledger_fuse f WHERE f.network_id = %(network)s AND (f.blown_at IS NOT NULL
                  OR f.let_go_at > %(now)s - interval '{LATE_AFTER}'))
              AND (NOT needs_funding OR funded_at IS NOT NULL)
              AND greatest(hold_until, updated_at, CASE WHEN needs_funding THEN funded_at END)
                < %(now)s - interval '{LATE_AFTER}'""",  # noqa: S608
    ),
)
ALL = (*LEDGER, *BOOKS, *RECEIVABLES)


def examine_books(*, network_id: int, now: datetime, using=connection) -> list[Finding]:
    """Every invariant of one network, the ledger's own first. The network is in scope, or `using` may see all."""
    return examine(ALL, network_id=network_id, now=now, using=using)
