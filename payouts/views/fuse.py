"""The fuse: what is usual, what has stopped, and the button of a person."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cpanet.accounts import audit
from cpanet.accounts.gates import can, manager_view
from cpanet.core.errors import DomainError
from cpanet.core.views import form_page
from cpanet.ledger import fuse as service
from cpanet.ledger.models import Fuse

NAMES = {
    service.RELEASES: gettext_lazy("Releases"),
    service.APPROVALS: gettext_lazy("Approvals at the deadline"),
}


class FuseForm(forms.ModelForm):
    """When it blows."""

    class Meta:
        model = Fuse
        fields = ["is_on", "factor", "floor"]


@manager_view("payouts.view")
def fuse(request):
    """Its state and its settings."""
    row, may_edit = service.fuse(), can(request, "network.edit")
    form = FuseForm(request.POST if request.method == "POST" and may_edit else None, instance=row)
    if form.is_bound and form.is_valid():
        service.save_settings(**form.cleaned_data, actor=request.user, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("manager:fuse")
    row.refresh_from_db()
    usual = [service.usual(what, now=timezone.now(), settings=row) for what in NAMES]
    context = {
        "fuse": row, "usual": [(NAMES[each.what], each) for each in usual], "may_edit": may_edit,
        "may_let_go": row.blown_at and can(request, "payouts.confirm"), "timeline": audit.timeline_items(row),
        "stopped": NAMES.get(row.figures.get("what"), ""),
    }  # fmt: skip
    return form_page(request, "payouts/manager/fuse.html", form, context)


@manager_view("payouts.confirm")
@require_POST
def fuse_let_go(request):
    try:
        service.let_go(actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It goes on."))
    return redirect("manager:fuse")
