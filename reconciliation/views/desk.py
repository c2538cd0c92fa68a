"""Statements lie on two desks: the advertiser's, with his own, and the staff's, with all of them.

One view serves both. It is decorated with `at_both_desks`, finds `request.desk`, and names its pages with
`desk.url("statement", id)`, in templates `{% url desk.at.statement id %}`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.db.models import QuerySet
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from cpanet.accounts.gates import advertiser_view, can, manager_view
from reconciliation.models import Statement
from reconciliation.selectors import all_statements, statements_of


@dataclass(frozen=True)
class PageNames:
    """Full names of pages, for templates: `desk.at.statement` is "advertiser:statement"."""

    audience: str

    def __getitem__(self, name: str) -> str:
        return f"{self.audience}:{name}"


@dataclass(frozen=True)
class Desk:
    """Who works: `statements` are those he may see, `can_run` whether he may change them. Only the staff reads what
    webmasters earn."""

    audience: str
    statements: QuerySet[Statement]
    can_run: bool

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

    def statement(self, pk: int) -> Statement:
        """One statement of this desk; any other is a 404."""
        return get_object_or_404(self.statements, pk=pk)


def at_both_desks(permission: str) -> Callable:
    """Give a view its two guarded forms, `for_advertiser` and `for_manager`; the urls take these."""

    def decorate(view):
        @wraps(view)
        def of_advertiser(request, *args, **kwargs):
            request.desk = Desk("advertiser", statements_of(request.advertiser), can_run=True)
            return view(request, *args, **kwargs)

        @wraps(view)
        def of_manager(request, *args, **kwargs):
            request.desk = Desk("manager", all_statements(), can_run=can(request, "reconciliation.run"))
            return view(request, *args, **kwargs)

        view.for_advertiser = advertiser_view(of_advertiser)
        view.for_manager = manager_view(permission)(of_manager)
        return view

    return decorate
