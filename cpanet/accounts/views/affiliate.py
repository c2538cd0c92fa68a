"""A webmaster's profile and sites."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cpanet.accounts.forms import ProfileForm, SettingsForm, SiteForm
from cpanet.accounts.gates import affiliate_view
from cpanet.accounts.models import Site
from cpanet.accounts.services.webmasters import add_site, remove_site, update_profile
from cpanet.accounts.views import common
from cpanet.core.errors import DomainError
from cpanet.core.views import add_error, form_page


@affiliate_view(approved=False)
def profile(request):
    """What he says of himself; the sites stand beside it."""
    posted = request.POST if request.method == "POST" else None
    form = ProfileForm(posted, initial=_profile_of(request.affiliate))
    settings_form = SettingsForm(posted, instance=request.user)
    if request.method == "POST" and form.is_valid() and settings_form.is_valid():
        settings_form.save()
        update_profile(affiliate=request.affiliate, actor=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("webmaster:profile")
    return _page(request, form, settings_form, SiteForm())


@affiliate_view(approved=False)
@require_POST
def site_add(request):
    form = SiteForm(request.POST)
    if form.is_valid():
        try:
            add_site(affiliate=request.affiliate, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("The site is on your list."))
            return redirect("webmaster:profile")
    return _page(
        request, ProfileForm(initial=_profile_of(request.affiliate)), SettingsForm(instance=request.user), form
    )


@affiliate_view(approved=False)
@require_POST
def site_remove(request, pk):
    site = get_object_or_404(Site.objects.filter(affiliate=request.affiliate), pk=pk)
    remove_site(site=site, actor=request.user, now=timezone.now())
    messages.success(request, _("The site is off your list."))
    return redirect("webmaster:profile")


def _page(request, form, settings_form, site_form):
    context = {
        "settings_form": settings_form,
        "site_form": site_form,
        "sites": request.affiliate.sites(manager="objects").all(),
    }
    response = form_page(request, "accounts/affiliate/profile.html", form, context)
    if site_form.is_bound or (settings_form.is_bound and settings_form.errors):
        response.status_code = 422
    return response


def _profile_of(affiliate):
    return {name: getattr(affiliate, name) for name in ("name", "messenger", "about", "fallback_url")}


api_keys = affiliate_view(common.api_keys)
api_key_revoke = affiliate_view(common.api_key_revoke)
