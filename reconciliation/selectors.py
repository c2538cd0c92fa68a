"""Questions about statements: whose they are, what their rows add up to."""

from django.db.models import Count, F, Q, QuerySet, Sum

from cpanet.accounts.models import Advertiser
from offers.models import Offer
from reconciliation.facts import Class
from reconciliation.models import Statement, StatementRow, StatementSource
from tracking.models import Conversion

State = Statement.State
LIVE = (State.UPLOADED, State.MATCHED, State.APPLYING, State.CLOSED, State.WITHDRAWING)


def all_statements() -> QuerySet[Statement]:
    """Every statement of the network, the newest first."""
    return Statement.objects.select_related("advertiser", "source", "job", "uploaded_by")


def statements_of(advertiser: Advertiser) -> QuerySet[Statement]:
    """The statements of an advertiser, the newest first."""
    return all_statements().filter(advertiser=advertiser)


def known_statement(advertiser: Advertiser, sha256: str) -> Statement | None:
    """The statement that was made of this very file and still counts."""
    return Statement.objects.filter(advertiser=advertiser, sha256=sha256, state__in=LIVE).first()


def rows_of(statement: Statement) -> QuerySet[StatementRow]:
    """Rows with their leads: those of the file in its order, then the leads that only our books know."""
    related = ("conversion", "conversion__offer", "conversion__goal")
    return (
        StatementRow.objects.filter(statement=statement)
        .select_related(*related)
        .order_by(F("number").asc(nulls_last=True), "id")
    )


def decisions_of(statement: Statement) -> QuerySet[StatementRow]:
    """Accepted rows that decide something or settle what is decided."""
    return StatementRow.objects.filter(statement=statement, is_accepted=True).exclude(action="")


def usual_currency(advertiser: Advertiser) -> str:
    """The currency of most of his offers, else the network's."""
    most = (
        Offer.objects.filter(advertiser=advertiser)
        .values("currency")
        .annotate(n=Count("pk"))
        .order_by("-n", "currency")
    )
    found = most.first()
    return found["currency"] if found else advertiser.network.currency


def class_counts(statement: Statement) -> dict[str, dict]:
    """class → {"rows", "leads", "accepted", "deciding"}, of every class, counted in the database."""
    counts = {name.value: {"rows": 0, "leads": 0, "accepted": 0, "deciding": 0} for name in Class}
    asked = StatementRow.objects.filter(statement=statement).order_by().values("match_class")
    changes = Q(action__in=("approve", "decline"))
    for row in asked.annotate(
        rows=Count("pk", filter=Q(number__isnull=False)),
        leads=Count("conversion"),
        accepted=Count("pk", filter=changes & Q(is_accepted=True)),
        deciding=Count("pk", filter=changes),
    ):
        counts[row.pop("match_class")] = row
    return counts


def money_by_class(statement: Statement) -> dict[str, list[dict]]:
    """class → [{"currency", "revenue", "earning"}]: what the books gain of its accepted rows, in units."""
    found: dict[str, list[dict]] = {}
    for row in _gains(statement, "match_class", "conversion__currency"):
        found.setdefault(row["match_class"], []).append(
            {"currency": row["conversion__currency"], "revenue": row["revenue"], "earning": row["earning"]}
        )
    return found


def money_of(statement: Statement) -> dict[str, dict[str, int]]:
    """currency → {"approve", "decline": the leads' value to be approved and declined; "revenue", "earning": what the
    books gain}, in units, of all accepted rows."""
    found: dict[str, dict[str, int]] = {}
    for row in _gains(statement, "conversion__currency", "action"):
        line = found.setdefault(
            row["conversion__currency"],
            {"approve": 0, "decline": 0, "revenue": 0, "earning": 0, "approved": 0, "declined": 0},
        )
        line["revenue"] += row["revenue"]
        line["earning"] += row["earning"]
        line["approve" if row["action"] == "approve" else "decline"] += (
            row["worth"] if row["action"] == "decline" else row["revenue"]
        )
        line["approved" if row["action"] == "approve" else "declined"] += row["n"]
    return found


def applied_money(statement: Statement) -> dict[str, tuple[int, int]]:
    """currency → (revenue, earning) that applying has really moved, by what the rows wrote down when it happened."""
    rows = StatementRow.objects.filter(statement=statement, applied_at__isnull=False).exclude(before={})
    found: dict[str, tuple[int, int]] = {}
    for currency, before in rows.values_list("conversion__currency", "before"):
        revenue, earning = found.get(currency, (0, 0))
        found[currency] = (revenue + before["revenue_gained"], earning + before["earning_gained"])
    return found


def adds_up(statement: Statement) -> bool:
    """Whether the stored rows are what the comparison found: rows and leads, class by class."""
    counts, summary = class_counts(statement), statement.summary
    rows = {name: count["rows"] for name, count in counts.items() if count["rows"]}
    leads = {name: count["leads"] for name, count in counts.items() if count["leads"]}
    return (
        rows == summary.get("classes")
        and leads == summary.get("conversions")
        and sum(rows.values()) == summary.get("rows")
        and sum(leads.values()) == summary.get("leads")
    )


def default_source(advertiser: Advertiser) -> StatementSource | None:
    """The source that the advertiser used last."""
    last = Statement.objects.filter(advertiser=advertiser).order_by("-id").select_related("source").first()
    return last.source if last else StatementSource.objects.filter(advertiser=advertiser).order_by("-id").first()


def lead_numbers(rows) -> dict[int, Conversion]:
    """The leads that rows repeat or resemble, by number, in one query."""
    wanted = {hint["lead"] for row in rows for hint in row.suggestions}
    return {lead.pk: lead for lead in Conversion.objects.filter(pk__in=wanted).select_related("offer")}


def _gains(statement: Statement, *groups: str):
    rows = decisions_of(statement).filter(action__in=("approve", "decline")).order_by()
    return rows.values(*groups).annotate(
        revenue=Sum("revenue_change"), earning=Sum("earning_change"), worth=Sum("conversion__revenue"), n=Count("pk")
    )
