"""What views of all apps share."""

from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from cpanet.core.errors import DomainError


def form_page(request, template: str, form, context: dict | None = None):
    """The page of a form: 422 when it is bound and has errors, so that scripts and tests see the refusal."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **(context or {})}, status=status)


def add_error(form, error: DomainError) -> None:
    """Show a domain error at its field of the form, or above all fields when the form has no such field."""
    form.add_error(error.field if error.field in form.fields else None, str(error))


def next_page(request, otherwise: str) -> str:
    """Where the form wants to go back to, filters and all, if that is a page of this site."""
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if asked.startswith("/") and is_ours else otherwise
