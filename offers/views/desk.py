"""The editor of offers has two desks: the advertiser's, for his own offers, and the staff's, for all of them.

One view serves both. It is decorated with `at_both_desks`, finds `request.desk`, and names its pages with
`desk.url("offer", id)`, in templates `{% url desk.at.offer id %}`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.db.models import QuerySet
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.gates import advertiser_view, can, manager_view
from cpanet.core.errors import DomainError
from cpanet.core.views import add_error
from offers.models import Offer
from offers.selectors.offers import all_offers, offers_of

TABS = [
    ("offer", _("Overview")),
    ("offer_general", _("General")),
    ("offer_goals", _("Goals and rates")),
    ("offer_landings", _("Landings")),
    ("offer_traffic", _("Traffic")),
    ("offer_audience", _("Audience and hours")),
    ("offer_caps", _("Caps")),
    ("offer_creatives", _("Creatives")),
    ("offer_coupons", _("Promo codes")),
    ("offer_feeds", _("Product feeds")),
]


@dataclass(frozen=True)
class PageNames:
    """Full names of pages, for templates: `desk.at.offer` is "advertiser:offer"."""

    audience: str

    def __getitem__(self, name: str) -> str:
        return f"{self.audience}:{name}"


@dataclass(frozen=True)
class Desk:
    """Who edits: `audience` is advertiser or manager, `offers` what he may see, `can_edit` whether he may change it."""

    audience: str
    offers: QuerySet[Offer]
    can_edit: bool

    @property
    def is_staff(self) -> bool:
        return self.audience == "manager"

    @property
    def at(self) -> PageNames:
        return PageNames(self.audience)

    def url(self, name: str, *args) -> str:
        return reverse(self.at[name], args=args)

    def to(self, name: str, *args) -> HttpResponseRedirect:
        return HttpResponseRedirect(self.url(name, *args))

    def offer(self, pk: int) -> Offer:
        """One offer of this desk; any other is a 404."""
        return get_object_or_404(self.offers, pk=pk)

    def tabs(self, offer: Offer, active: str) -> list[dict]:
        """The sections of the editor; who may only look sees the first."""
        names = TABS if self.can_edit else TABS[:1]
        if self.is_staff:
            names = [*names, ("offer_access", _("Access"))]
        return [{"url": self.url(name, offer.pk), "label": label, "active": name == active} for name, label in names]


def at_both_desks(permission: str = "offers.edit") -> Callable:
    """Give a view its two guarded forms, `for_advertiser` and `for_manager`; the urls take these."""

    def decorate(view):
        @wraps(view)
        def of_advertiser(request, *args, **kwargs):
            request.desk = Desk("advertiser", offers_of(request.advertiser), can_edit=True)
            return view(request, *args, **kwargs)

        @wraps(view)
        def of_manager(request, *args, **kwargs):
            request.desk = Desk("manager", all_offers(), can_edit=can(request, "offers.edit"))
            return view(request, *args, **kwargs)

        view.for_advertiser = advertiser_view(of_advertiser)
        view.for_manager = manager_view(permission)(of_manager)
        return view

    return decorate


def section(request, offer: Offer, active: str, **context) -> dict:
    """The context that every page of the editor needs."""
    return {"desk": request.desk, "offer": offer, "tabs": request.desk.tabs(offer, active), **context}


def attempt(form, change: Callable[[], object], fields: dict[str, str] | None = None):
    """What a valid form asks for; the result, or None after showing in the form why not. `fields` renames fields."""
    try:
        return change()
    except DomainError as error:
        if error.field in (fields or {}):
            error.field = fields[error.field]
        add_error(form, error)
        return None
