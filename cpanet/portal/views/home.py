"""Home pages of the cabinets."""

from django.shortcuts import redirect, render

from cpanet.accounts.adapter import home_of
from cpanet.accounts.gates import advertiser_view, affiliate_view, manager_view


def index(request):
    """Where a person belongs; strangers see what the network is."""
    if request.memberships:
        return redirect(home_of(request.memberships))
    return render(request, "portal/welcome.html")


@affiliate_view(approved=False)
def webmaster(request):
    return render(request, "portal/webmaster/home.html")


@advertiser_view
def advertiser(request):
    return render(request, "portal/advertiser/home.html")


@manager_view("reports.view")
def manager(request):
    return render(request, "portal/manager/home.html")
