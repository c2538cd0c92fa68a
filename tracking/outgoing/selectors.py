"""Questions about receivers, what they were told, and every attempt."""

from django.db.models import Count, Max, Q, QuerySet

from cpanet.accounts.models import Affiliate
from offers.models import Goal, Offer
from tracking.models import Conversion, PostbackAttempt, PostbackDelivery, PostbackReceiver
from tracking.outgoing.words import OPEN, DeliveryState, ReceiverState
from tracking.selectors.links import offers_to_promote

ATTEMPTS_SHOWN = 50


def all_receivers() -> QuerySet[PostbackReceiver]:
    """Every receiver of the network that was not removed, the newest first."""
    return PostbackReceiver.objects.filter(removed_at=None).select_related("offer", "goal", "affiliate")


def receivers_of(affiliate: Affiliate) -> QuerySet[PostbackReceiver]:
    """A webmaster's own."""
    return all_receivers().filter(affiliate=affiliate)


def paused_receivers() -> QuerySet[PostbackReceiver]:
    """Those that have failed for too long."""
    return all_receivers().filter(state=ReceiverState.PAUSED)


def counts_of(receivers: list[PostbackReceiver]) -> dict[int, tuple[int, int]]:
    """{receiver: (waiting, given up)} of those that have any."""
    unfinished = Q(state__in=[*OPEN, DeliveryState.PARKED], is_test=False)
    rows = PostbackDelivery.objects.filter(unfinished, receiver__in=receivers).order_by().values("receiver")
    counted = rows.annotate(open=Count("pk", Q(state__in=OPEN)), parked=Count("pk", Q(state=DeliveryState.PARKED)))
    return {row["receiver"]: (row["open"], row["parked"]) for row in counted}


def all_deliveries() -> QuerySet[PostbackDelivery]:
    """What was told or is to be told in the network, the newest first."""
    return PostbackDelivery.objects.select_related("receiver", "affiliate", "conversion__offer", "conversion__goal")


def deliveries_of(affiliate: Affiliate) -> QuerySet[PostbackDelivery]:
    """A webmaster's own."""
    return all_deliveries().filter(affiliate=affiliate)


def attempts_of(delivery: PostbackDelivery) -> list[PostbackAttempt]:
    """The newest attempts of a delivery, the newest first."""
    return list(PostbackAttempt.objects.filter(delivery=delivery).order_by("-pk")[:ATTEMPTS_SHOWN])


def deliveries_about(lead: Conversion) -> list[PostbackDelivery]:
    """What was or will be told of a lead, with `made`, the number of attempts, and `last_at`, None before the first."""
    rows = PostbackDelivery.objects.filter(conversion=lead).select_related("receiver")
    return list(rows.annotate(made=Count("tries"), last_at=Max("tries__at")).order_by("-pk")[:ATTEMPTS_SHOWN])


def offers_to_tell_of(affiliate: Affiliate) -> list[Offer]:
    """Those the webmaster may promote now, or has promoted, by name."""
    offers = {offer.pk: offer for offer in offers_to_promote(affiliate)}
    offers |= {offer.pk: offer for offer in Offer.objects.filter(pk__in=affiliate.links.values("offer_id"))}
    return sorted(offers.values(), key=lambda offer: offer.name.lower())


def goals_to_tell_of(offers: list[Offer]) -> list[Goal]:
    """The goals of these offers, by offer."""
    return list(Goal.objects.filter(offer__in=offers).select_related("offer").order_by("offer__name", "pk"))
