"""What referrals bring: to one referrer from each he referred, and to all of them. Amounts are units."""

from django.db.models import BigIntegerField, Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from cpanet.accounts.models import Affiliate, AuditEntry, Membership
from tracking.choices import Intake, Status
from tracking.models import Conversion

PENDING = Q(status=Status.PENDING, intake=Intake.VALID)


def referred_by(affiliate: Affiliate, currency: str) -> QuerySet[Affiliate]:
    """Whom he referred, the newest first, each with `leads` (approved), `pending`, `held`, `released` and `total`
    (units of `currency`): the referrer's part of what they brought."""
    theirs = Conversion.objects.filter(referrer=affiliate, affiliate=OuterRef("pk"), currency=currency)
    return (
        Affiliate.objects.filter(referrer=affiliate)
        .annotate(
            leads=_of(theirs.filter(status=Status.APPROVED), Count("pk")),
            pending=_of(theirs.filter(PENDING), Sum("referral")),
            held=_of(theirs, Sum("referral_held")),
            released=_of(theirs, Sum("referral_released")),
        )
        .annotate(total=F("held") + F("released"))
        .order_by("-id")
    )


def referrers(currency: str) -> QuerySet[Affiliate]:
    """Every webmaster who referred somebody, with `referred` (how many), `newest` (when), `leads`, `brought` (revenue
    less earnings of those leads) and `cost` (the referrer's part), units of `currency`."""
    theirs = Conversion.objects.filter(referrer=OuterRef("pk"), currency=currency, status=Status.APPROVED)
    friends = Affiliate.objects.filter(referrer=OuterRef("pk"))
    return (
        Affiliate.objects.filter(pk__in=Affiliate.objects.filter(referrer__isnull=False).values("referrer_id"))
        .annotate(
            referred_number=_of(friends, Count("pk"), group="referrer"),
            newest=Subquery(friends.order_by().values("referrer").annotate(at=Max("created_at")).values("at")),
            leads=_of(theirs, Count("pk"), group="referrer"),
            brought=_of(theirs, Sum(F("revenue") - F("earning")), group="referrer"),
            cost=_of(theirs, Sum("referral"), group="referrer"),
        )
        .order_by("-id")
    )


def _of(rows, figure, group="affiliate"):
    counted = rows.order_by().values(group).annotate(figure=figure).values("figure")
    return Coalesce(Subquery(counted, output_field=BigIntegerField()), Value(0), output_field=BigIntegerField())


def referral_sums(*, affiliate_id: int, currency: str) -> dict[str, int]:
    """{pending, held, released} of a referrer: an estimate, on hold, available since."""
    rows = Conversion.objects.filter(referrer=affiliate_id, currency=currency)
    return rows.aggregate(
        pending=Sum("referral", filter=PENDING, default=0),
        held=Sum("referral_held", default=0),
        released=Sum("referral_released", default=0),
    )


def same_address(affiliate: Affiliate) -> str:
    """The address from which he signed up, if his referrer's people have signed in from there too; else "". One person
    may have registered twice to be paid for himself: somebody should look."""
    entries = AuditEntry.objects.filter(address__isnull=False)
    registered = entries.filter(
        action="webmaster.registered", subject_type=Affiliate._meta.label_lower, subject_id=affiliate.pk
    ).first()
    if registered is None or affiliate.referrer_id is None:
        return ""
    people = Membership.objects.filter(affiliate=affiliate.referrer_id).values("user_id")
    seen = entries.filter(action="user.signed_in", actor__in=people, address=registered.address)
    return registered.address if seen.exists() else ""


def referral_currencies(default: str, **referrer) -> list[str]:
    """The currencies in which referrals bring something (to `referrer=…` if given), `default` first."""
    rows = Conversion.objects.filter(referrer__isnull=False, **referrer)
    used = set(rows.order_by().values_list("currency", flat=True).distinct())
    return [default, *sorted(used - {default})]
