"""Host names of the network: under which its links work and with which they are written."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cpanet.accounts import audit
from cpanet.accounts.gates import manager_view
from cpanet.core.errors import DomainError
from cpanet.core.views import add_error, form_page
from cpanet.tenancy.models import Domain
from cpanet.tenancy.services import add_domain, remove_domain, write_links_with


class DomainForm(forms.Form):
    host = forms.CharField(
        label=gettext_lazy("Host name"),
        max_length=253,
        help_text=gettext_lazy("Such as go.example.com, without https://. Point it to this installation first."),
        widget=forms.TextInput(attrs={"placeholder": "go.example.com", "autocapitalize": "none"}),
    )


@manager_view("network.edit")
def domains(request):
    """All host names, and the form that adds one."""
    form = DomainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            domain = add_domain(network=request.network, host=form.cleaned_data["host"])
        except DomainError as error:
            add_error(form, error)
        else:
            _write_down(request, "domain.added", domain)
            messages.success(request, _("Links work under %s within seconds.") % domain.host)
            return redirect("manager:domains")
    context = {"domains": request.network.domains.all(), "click_host": request.network.click_host}
    return form_page(request, "accounts/manager/domains.html", form, context)


@manager_view("network.edit")
@require_POST
def domain_for_links(request, pk):
    domain = _found(request, pk)
    write_links_with(domain=domain)
    _write_down(request, "domain.for_links", domain)
    messages.success(request, _("New links are written with %s; those given out go on working.") % domain.host)
    return redirect("manager:domains")


@manager_view("network.edit")
@require_POST
def domain_remove(request, pk):
    domain = _found(request, pk)
    try:
        remove_domain(domain=domain)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        _write_down(request, "domain.removed", domain)
        messages.success(request, _("%s is given up.") % domain.host)
    return redirect("manager:domains")


def _found(request, pk: int) -> Domain:
    return get_object_or_404(request.network.domains.all(), pk=pk)


def _write_down(request, action: str, domain: Domain) -> None:
    audit.record(action=action, subject=request.network, actor=request.user, now=timezone.now(),
                 changes={"host": domain.host})  # fmt: skip
