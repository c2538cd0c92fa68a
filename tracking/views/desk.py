"""The pages of an advertiser's integration have two desks: his own, and the staff's for any advertiser of the network.

One view serves both. It is decorated with `at_both_desks` and finds `request.desk`; the staff's addresses name the
advertiser, his own need not. Pages are named by `desk.url("mapping")`, in templates by `{{ desk.at.mapping }}`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cpanet.accounts.gates import advertiser_view, can, manager_view
from cpanet.accounts.models import Advertiser

SEE, EDIT = "leads.view", "leads.decide"  # what makes a call a lead is as much as deciding leads
OVERVIEW = ("integration", gettext_lazy("Address and keys"))
EDITED = [
    ("integration_rules", gettext_lazy("Who may call, what counts")),
    ("mapping", gettext_lazy("Names and words")),
    ("pixel", gettext_lazy("Pixel")),
]


@dataclass(frozen=True)
class Addresses:
    """The pages of a desk by their names, for templates."""

    desk: "Desk"

    def __getitem__(self, name: str) -> str:
        return self.desk.url(name)


@dataclass(frozen=True)
class Desk:
    """Whose integration it is, and who looks at it: `audience` is advertiser or manager."""

    audience: str
    advertiser: Advertiser
    can_edit: bool

    @property
    def is_staff(self) -> bool:
        return self.audience == "manager"

    @property
    def title(self) -> str:
        """The heading of every page here; the staff must see whose it is."""
        return _("Integration of %s") % self.advertiser.name if self.is_staff else _("Integration")

    @property
    def back_url(self) -> str:
        return reverse("manager:advertiser", args=[self.advertiser.pk]) if self.is_staff else ""

    @property
    def at(self) -> Addresses:
        return Addresses(self)

    def url(self, name: str, *args) -> str:
        own = [self.advertiser.pk] if self.is_staff else []
        return reverse(f"{self.audience}:{name}", args=[*own, *args])

    def to(self, name: str) -> HttpResponseRedirect:
        return HttpResponseRedirect(self.url(name))

    def tabs(self, active: str) -> list[dict]:
        """The pages, the one called `active` marked; who may only look sees the overview and the calls."""
        names = [OVERVIEW, *EDITED] if self.can_edit else [OVERVIEW]
        found = [{"url": self.url(name), "label": label, "active": name == active} for name, label in names]
        return [*found, {"url": self._calls(), "label": _("Calls"), "active": active == "calls"}]

    def _calls(self):
        only = f"?advertiser={self.advertiser.pk}" if self.is_staff else ""
        return reverse(f"{self.audience}:calls") + only


def desk_of_advertiser(advertiser: Advertiser) -> Desk:
    """His own, where he may do everything."""
    return Desk("advertiser", advertiser, can_edit=True)


def at_both_desks(permission: str = EDIT) -> Callable:
    """Give a view its two guarded forms, `for_advertiser` and `for_manager`; the urls take these."""

    def decorate(view):
        @wraps(view)
        def of_advertiser(request, *args, **kwargs):
            request.desk = desk_of_advertiser(request.advertiser)
            return view(request, *args, **kwargs)

        @wraps(view)
        def of_manager(request, advertiser_id, *args, **kwargs):
            found = get_object_or_404(Advertiser.objects.all(), pk=advertiser_id)
            request.desk = Desk("manager", found, can_edit=can(request, EDIT))
            return view(request, *args, **kwargs)

        view.for_advertiser = advertiser_view(of_advertiser)
        view.for_manager = manager_view(permission)(of_manager)
        return view

    return decorate
