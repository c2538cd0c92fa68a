"""The advertiser's integration page: address, keys, a test call, and the calls as they came."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts.gates import advertiser_view
from cpanet.core.errors import DomainError
from cpanet.core.tables import page_size
from tracking.choices import Verdict
from tracking.filters import CallFilter
from tracking.forms import CallForm
from tracking.models import PostbackKey
from tracking.postback_help import PARAMETERS, curl_example, template_of
from tracking.selectors.clicks import last_click_of_advertiser
from tracking.selectors.postbacks import calls_of, goals_of, keys_of
from tracking.services.postback_keys import MOST_LIVE, create_key, revoke_key
from tracking.services.postbacks import take_call

REVEALED = "postback_secret"
CALLS_ON_PAGE = (10, 25, 50)


@require_GET
@advertiser_view
def integration(request):
    """Everything needed to connect a shop, and what has come of it."""
    return _show(request, _form(request))


@require_POST
@advertiser_view
def key_new(request):
    """A new key; its secret is shown on the next page, once."""
    try:
        key = create_key(advertiser=request.advertiser, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        request.session[REVEALED] = key.secret
    return redirect("advertiser:integration")


@require_POST
@advertiser_view
def key_revoke(request, key_id):
    key = get_object_or_404(PostbackKey.objects, pk=key_id, advertiser=request.advertiser)
    revoke_key(key=key, actor=request.user, now=timezone.now())
    messages.success(request, _("The key is revoked: calls with it are no longer taken."))
    return redirect("advertiser:integration")


@require_POST
@advertiser_view
def send_test(request):
    """A real call through the same service, marked as a test."""
    form = _form(request, request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    parameters = {name: value for name, value in form.cleaned_data.items() if value} | {"test": "1"}
    _postback, outcome = take_call(
        advertiser=request.advertiser,
        parameters=parameters,
        method="TEST",
        address=request.client_address,
        now=timezone.now(),
    )
    tell = messages.error if outcome.verdict == Verdict.REFUSED else messages.success
    tell(request, outcome.explanation)
    return redirect(reverse("advertiser:integration") + "#calls")


def _form(request, data=None):
    click = last_click_of_advertiser(request.advertiser.pk, now=timezone.now())
    initial = {"click_id": click.id.hex if click else "", "order_id": f"TEST-{timezone.now():%H%M%S}"}
    return CallForm(data, goals=goals_of(request.advertiser), initial=initial)


def _show(request, form, status=200):
    keys = keys_of(request.advertiser)
    address = request.build_absolute_uri(reverse("postback", args=[request.advertiser.public_id]) + "/")
    secret = request.session.pop(REVEALED, "")
    filters = CallFilter(request.GET)
    calls = Paginator(filters.narrow(calls_of(request.advertiser)), page_size(request, sizes=CALLS_ON_PAGE))
    page = calls.get_page(request.GET.get("page"))
    goals = goals_of(request.advertiser)
    context = {
        "form": form, "keys": keys, "secret": secret, "parameters": PARAMETERS, "goals": goals, "filter": filters,
        "may_add": sum(key.revoked_at is None for key in keys) < MOST_LIVE, "page": page, "calls": page.object_list,
        "template": template_of(address, secret), "curl": curl_example(address, secret), "lead_page": "advertiser:lead",
        "sizes": CALLS_ON_PAGE,
    }  # fmt: skip
    return render(request, "tracking/advertiser/integration.html", context, status=status)
