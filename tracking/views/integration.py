"""The advertiser's integration pages: address, keys, who may call, the pixel, a test call."""

from django.conf import settings as project
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts.gates import advertiser_view
from cpanet.core.errors import DomainError
from cpanet.core.views import add_error, form_page
from tracking.choices import Verdict
from tracking.forms import AccessForm, CallForm, PixelForm
from tracking.incoming.postback_examples import pixel_tags, signed_examples
from tracking.incoming.postback_help import PARAMETERS, curl_example, template_of
from tracking.models import PostbackKey
from tracking.selectors.clicks import last_click_of_advertiser
from tracking.selectors.postbacks import calls_of, goals_of, keys_of
from tracking.services.postback_keys import MOST_LIVE, create_key, revoke_key
from tracking.services.postback_settings import save_settings, settings_of
from tracking.services.postbacks import take_call
from tracking.views.calls import call_list
from tracking.views.integration_tabs import tabs

REVEALED = "postback_key_shown"


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
        request.session[REVEALED] = [key.pk, key.secret]
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


@advertiser_view
def rules(request):
    """Signatures, addresses, test mode, attribution, the channel of the order."""
    form = AccessForm(request.POST or None, instance=settings_of(request.advertiser))
    if _saved(request, form):
        return redirect("advertiser:integration_rules")
    return form_page(request, "tracking/advertiser/integration_rules.html", form, {"tabs": tabs("integration_rules")})


@advertiser_view
def pixel(request):
    """The sites of the pixel, and the tags to be put into their pages."""
    settings = settings_of(request.advertiser)
    form = PixelForm(request.POST or None, instance=settings)
    if _saved(request, form):
        return redirect("advertiser:pixel")
    web = project.WEB_ADDRESS.format(host=request.network.click_host)  # where the click cookie is seen
    image, script = web + reverse("pixel", args=[settings.pixel_id]), web + reverse("pixel_script")
    context = {"tabs": tabs("pixel"), "settings": settings, "host": request.get_host()}
    context["tags"] = pixel_tags(script, image, settings.pixel_id)
    return form_page(request, "tracking/advertiser/pixel.html", form, context)


def _saved(request, form) -> bool:
    """Whether a valid form was carried out; otherwise it says why not."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        save_settings(advertiser=request.advertiser, actor=request.user, now=timezone.now(), **form.cleaned_data)
    except DomainError as error:
        add_error(form, error)
        return False
    messages.success(request, _("Saved."))
    return True


def _form(request, data=None):
    click = last_click_of_advertiser(request.advertiser.pk, now=timezone.now())
    initial = {"click_id": click.id.hex if click else "", "order_id": f"TEST-{timezone.now():%H%M%S}"}
    return CallForm(data, goals=goals_of(request.advertiser), initial=initial)


def _show(request, form, status=200):
    keys = keys_of(request.advertiser)
    path = reverse("postback", args=[request.advertiser.public_id]) + "/"
    address = request.build_absolute_uri(path)
    key_id, secret = request.session.pop(REVEALED, (None, ""))
    live = [key.pk for key in keys if key.revoked_at is None]
    examples = signed_examples(address, path, key_id or next(iter(live), None), secret)
    context = call_list(request, calls_of(request.advertiser)) | {
        "form": form, "keys": keys, "secret": secret, "key_id": key_id, "parameters": PARAMETERS,
        "goals": goals_of(request.advertiser), "may_add": len(live) < MOST_LIVE, "tabs": tabs("integration"),
        "template": template_of(address, secret), "curl": curl_example(address, secret), "signed": examples,
        "lead_page": "advertiser:lead", "call_page": "advertiser:call",
    }  # fmt: skip
    return render(request, "tracking/advertiser/integration.html", context, status=status)
