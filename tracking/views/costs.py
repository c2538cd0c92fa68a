"""A webmaster's costs: told by a file, shown as they count."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cpanet.accounts.gates import affiliate_view
from cpanet.core.tables import configured
from offers.models import Offer
from tracking.cost_lines import MOST_BYTES, BadCosts, read_file
from tracking.models import CostEntry, TrackingLink
from tracking.services.costs import tell_costs
from tracking.tables.costs import CostTable

SHOWN_ERRORS = 50
EXAMPLE = "day,link,cost,currency\n2026-11-20,k3f9xw2p,12.50,USD\n2026-11-21,k3f9xw2p,13.10,USD\n"


class CostFileForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("Columns: day, cost, and offer, link or sub1 … sub10; currency if you like."),
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )


@affiliate_view
def costs(request):
    """GET: what stands; POST: a file, taken over wholly or not at all."""
    form = CostFileForm(request.POST or None, request.FILES or None)
    errors: list = []
    if request.method == "POST" and form.is_valid():
        try:
            return _taken_over(request, form.cleaned_data["file"])
        except BadCosts as error:
            errors = error.errors
            form.add_error("file", str(error))
    table = configured(CostTable(CostEntry.objects.filter(affiliate=request.affiliate)), request)
    _name(table)
    context = {"form": form, "table": table, "errors": errors[:SHOWN_ERRORS], "more": len(errors) - SHOWN_ERRORS,
               "example": EXAMPLE}  # fmt: skip
    return render(request, "tracking/statistics/costs.html", context, status=422 if form.errors else 200)


def _taken_over(request, upload):
    told = tell_costs(
        affiliate=request.affiliate, lines=read_file(upload.read(MOST_BYTES + 1)), actor=request.user,
        now=timezone.now(),
    )  # fmt: skip
    said = ngettext("%d line is taken over.", "%d lines are taken over.", told.told) % told.told
    if told.removed:
        said += " " + ngettext("%d cost is taken back.", "%d costs are taken back.", told.removed) % told.removed
    messages.success(request, said)
    return redirect("webmaster:costs")


def _name(table):
    """Give the rows of the page the names of their offers and links."""
    rows = [row.record for row in table.page.object_list]
    offers = Offer.objects.in_bulk({row.offer_id for row in rows})
    links = TrackingLink.objects.in_bulk({row.link_id for row in rows})
    for row in rows:
        row.offer = offers.get(row.offer_id)
        row.link = links.get(row.link_id)
