"""The integration of an advertiser: address, keys, who may call, the pixel, a test call; his pages and the staff's."""

from django.conf import settings as project
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

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
from tracking.views.desk import SEE, at_both_desks

REVEALED = "postback_key_shown"


@at_both_desks(SEE)
@require_GET
def integration(request):
    """Everything needed to connect a shop, and what has come of it."""
    return _show(request, _form(request))


@at_both_desks()
@require_POST
def key_new(request):
    """A new key; its secret is shown on the next page, once."""
    try:
        key = create_key(advertiser=request.desk.advertiser, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        request.session[_revealed(request)] = [key.pk, key.secret]
    return request.desk.to("integration")


@at_both_desks()
@require_POST
def key_revoke(request, key_id):
    key = get_object_or_404(PostbackKey.objects, pk=key_id, advertiser=request.desk.advertiser)
    revoke_key(key=key, actor=request.user, now=timezone.now())
    messages.success(request, _("The key is revoked: calls with it are no longer taken."))
    return request.desk.to("integration")


@at_both_desks()
@require_POST
def send_test(request):
    """A real call through the same service, marked as a test."""
    form = _form(request, request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    parameters = {name: value for name, value in form.cleaned_data.items() if value} | {"test": "1"}
    _postback, outcome = take_call(
        advertiser=request.desk.advertiser,
        parameters=parameters,
        method="TEST",
        address=request.client_address,
        now=timezone.now(),
        actor=request.user,
    )
    tell = messages.error if outcome.verdict == Verdict.REFUSED else messages.success
    tell(request, outcome.explanation)
    return HttpResponseRedirect(request.desk.url("integration") + "#calls")


@at_both_desks()
def rules(request):
    """Signatures, addresses, test mode, attribution, the channel of the order."""
    form = AccessForm(request.POST or None, instance=settings_of(request.desk.advertiser))
    if _saved(request, form):
        return request.desk.to("integration_rules")
    return form_page(request, "tracking/integration/rules.html", form, _section(request, "integration_rules"))


@at_both_desks()
def pixel(request):
    """The sites of the pixel, and the tags to be put into their pages."""
    settings = settings_of(request.desk.advertiser)
    form = PixelForm(request.POST or None, instance=settings)
    if _saved(request, form):
        return request.desk.to("pixel")
    web = project.WEB_ADDRESS.format(host=request.network.click_host)  # where the click cookie is seen
    image, script = web + reverse("pixel", args=[settings.pixel_id]), web + reverse("pixel_script")
    context = _section(request, "pixel") | {"settings": settings, "host": request.get_host()}
    context["tags"] = pixel_tags(script, image, settings.pixel_id)
    return form_page(request, "tracking/integration/pixel.html", form, context)


def _section(request, active):
    return {"desk": request.desk, "tabs": request.desk.tabs(active)}


def _revealed(request):
    return f"{REVEALED}:{request.desk.advertiser.pk}"


def _saved(request, form) -> bool:
    """Whether a valid form was carried out; otherwise it says why not."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        save_settings(advertiser=request.desk.advertiser, actor=request.user, now=timezone.now(), **form.cleaned_data)
    except DomainError as error:
        add_error(form, error)
        return False
    messages.success(request, _("Saved."))
    return True


def _form(request, data=None):
    advertiser = request.desk.advertiser
    click = last_click_of_advertiser(advertiser.pk, now=timezone.now())
    initial = {"click_id": click.id.hex if click else "", "order_id": f"TEST-{timezone.now():%H%M%S}"}
    return CallForm(data, goals=goals_of(advertiser), initial=initial)


def _show(request, form, status=200):
    desk = request.desk
    keys = keys_of(desk.advertiser)
    path = reverse("postback", args=[desk.advertiser.public_id]) + "/"
    address = request.build_absolute_uri(path)
    key_id, secret = request.session.pop(_revealed(request), (None, ""))
    live = [key.pk for key in keys if key.revoked_at is None]
    examples = signed_examples(address, path, key_id or next(iter(live), None), secret)
    context = call_list(request, calls_of(desk.advertiser)) | {
        "form": form, "keys": [(key, desk.url("key_revoke", key.pk)) for key in keys], "secret": secret,
        "key_id": key_id, "parameters": PARAMETERS, "goals": goals_of(desk.advertiser),
        "may_add": desk.can_edit and len(live) < MOST_LIVE, "template": template_of(address, secret),
        "curl": curl_example(address, secret), "signed": examples, "lead_page": f"{desk.audience}:lead",
        "call_page": f"{desk.audience}:call",
    }  # fmt: skip
    return render(
        request, "tracking/integration/overview.html", context | _section(request, "integration"), status=status
    )
